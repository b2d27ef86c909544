"""RAVDESS: the names of its 1440 spoken clips, and what they say.

Livingstone & Russo 2018, doi 10.1371/journal.pone.0196391. A name has seven two-digit fields:
modality, channel, emotion, intensity, statement, repetition, actor. The same performance is there
as video with sound (modality 01), as video alone (02) and as sound alone (03): a clip has the name
of modality 01, whatever files it is read from.
"""

import re
from itertools import product

from emofold.errors import InputError

EMOTIONS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
INTENSITIES = ("normal", "strong")
STATEMENTS = ("Kids are talking by the door", "Dogs are sitting by the door")
ACTORS = range(1, 25)

NAME = re.compile(r"0[1-3]-0[12]-[0-9]{2}-[0-9]{2}-[0-9]{2}-0[12]-(0[1-9]|1[0-9]|2[0-4])")


def list_clip_names() -> list[str]:
    """Return the names of the 1440 spoken clips, by actor. Neutral is never acted strongly.

    Examples
    --------
    >>> names = list_clip_names()
    >>> len(names), names[0], names[-1]
    (1440, '01-01-01-01-01-01-01', '01-01-08-02-02-02-24')
    """
    return [
        f"01-01-{emotion:02d}-{intensity:02d}-{statement:02d}-{repetition:02d}-{actor:02d}"
        for actor, emotion, intensity, statement, repetition in product(
            ACTORS, range(1, len(EMOTIONS) + 1), (1, 2), (1, 2), (1, 2)
        )
        if (EMOTIONS[emotion - 1], INTENSITIES[intensity - 1]) != ("neutral", "strong")
    ]


def describe_clip(name: str) -> dict[str, str | int]:
    """Return what the name of a RAVDESS clip says of it.

    Raises
    ------
    InputError
        When the name is not a RAVDESS name, or one of its codes does not exist.

    Examples
    --------
    >>> describe_clip("01-01-05-02-01-02-16")["emotion"]
    'angry'
    """
    if not NAME.fullmatch(name):
        raise InputError(
            f"the clip name {name!r}",
            "seven two-digit codes joined by hyphens, such as 01-01-05-02-01-02-16: modality (01 "
            "to 03), channel (01, 02), emotion, intensity, statement, repetition (01, 02) and "
            "actor (01 to 24)",
            "correct the name in the list of clips",
        )
    _, _, emotion, intensity, statement, repetition, actor = map(int, name.split("-"))
    return {
        "clip": name,
        "speaker": str(actor),
        "emotion": _decoded("emotion", emotion, EMOTIONS, name),
        "intensity": _decoded("intensity", intensity, INTENSITIES, name),
        "statement": _decoded("statement", statement, STATEMENTS, name),
        "repetition": repetition,
    }


def _decoded(what: str, code: int, meanings: tuple[str, ...], name: str) -> str:
    if not 1 <= code <= len(meanings):
        raise InputError(
            f"the unknown {what} {code:02d} in the clip name {name}",
            f"a code from 01 to {len(meanings):02d} ({', '.join(meanings)})",
            "correct the name in the list of clips",
        )
    return meanings[code - 1]
