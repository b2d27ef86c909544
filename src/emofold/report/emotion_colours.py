"""The colours of emotions: an emotion has one by its name, the same on every page.

The colours of the eight emotions of RAVDESS differ also for people who do not tell red from green,
or blue from yellow. They never stand without the name of their emotion.
"""

from collections.abc import Sequence
from zlib import crc32

COLOURS = {  # on a light page and on a dark one
    "neutral": ("#70757a", "#a9adb1"),
    "calm": ("#2193b1", "#6fe8f2"),
    "happy": ("#a87f00", "#f0d030"),
    "sad": ("#2a3fa0", "#3f72f0"),
    "angry": ("#b01a0a", "#e0441c"),
    "fearful": ("#9863fd", "#d39bff"),
    "disgust": ("#57903f", "#a6e07f"),
    "surprised": ("#551c44", "#cc2f9c"),
    "contempt": ("#0b4a52", "#3d8f8a"),
    "boredom": ("#a0705a", "#e3c4a8"),
}
OTHER_NAMES = {
    "anger": "angry",
    "bored": "boredom",
    "disgusted": "disgust",
    "fear": "fearful",
    "happiness": "happy",
    "joy": "happy",
    "sadness": "sad",
    "surprise": "surprised",
}
SPARE = (  # of emotions with other names
    ("#7a5a00", "#d9b13b"),
    ("#b0307f", "#f08ac6"),
    ("#005f8f", "#5fb6e8"),
    ("#5c6f00", "#b5c94a"),
    ("#8a3b12", "#e0976b"),
    ("#5a45b0", "#a99bf2"),
    ("#00755a", "#4cc9a4"),
)


def colours_of(emotion: str) -> tuple[str, str]:
    """Return the colour of an emotion on a light page, and the one on a dark page.

    Examples
    --------
    >>> colours_of("Anger") == colours_of("angry")
    True
    """
    name = emotion.strip().casefold()
    known = COLOURS.get(OTHER_NAMES.get(name, name))
    return known or SPARE[crc32(name.encode()) % len(SPARE)]


def style_emotions(emotions: Sequence[str]) -> str:
    """Return a style sheet that names the colours of emotions ``--hue-1``, ``--hue-2`` and so on.

    Examples
    --------
    >>> print(style_emotions(["calm"]), end="")
    :root { --hue-1: #2193b1; }
    @media screen and (prefers-color-scheme: dark) { :root { --hue-1: #6fe8f2; } }
    """
    light, dark = (
        " ".join(f"--hue-{place}: {one};" for place, one in enumerate(colours, start=1))
        for colours in zip(*map(colours_of, emotions), strict=True)
    )
    in_the_dark = f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    return f":root {{ {light} }}\n{in_the_dark}\n"
