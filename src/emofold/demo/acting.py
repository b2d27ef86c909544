"""What each emotion does to the face and to the voice, and how one take of it turns out.

The tables follow what is commonly described: for the face the emotion prototypes of Ekman &
Friesen (1978), for the voice the profiles of Scherer (2003), both freely simplified. Some emotions
look alike and others sound alike, as in life, so that neither channel tells all of them apart.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass

import numpy as np

Expression = Mapping[str, float]

EXPRESSIONS: dict[str, Expression] = {
    "neutral": {},
    "calm": {"lip corner puller": 0.25, "eye closure": 0.12},
    "happy": {"cheek raiser": 0.8, "lip corner puller": 1.15, "lips part": 1.2},
    "sad": {
        "inner brow raiser": 1.0,
        "brow lowerer": 0.25,
        "lip corner depressor": 1.25,
        "chin raiser": 0.5,
        "eye closure": 0.3,
    },
    "angry": {
        "brow lowerer": 1.1,
        "lid tightener": 0.6,
        "lip tightener": 0.9,
        "lip corner depressor": 0.35,
        "upper lid raiser": 0.4,
    },
    "fearful": {
        "inner brow raiser": 1.0,
        "outer brow raiser": 0.5,
        "brow lowerer": 0.3,
        "upper lid raiser": 1.1,
        "lip stretcher": 1.1,
        "lips part": 0.9,
        "jaw drop": 0.2,
    },
    "disgust": {
        "nose wrinkler": 1.0,
        "upper lip raiser": 1.0,
        "brow lowerer": 0.4,
        "lip corner depressor": 0.5,
        "lid tightener": 0.5,
        "chin raiser": 0.3,
    },
    "surprised": {
        "inner brow raiser": 0.9,
        "outer brow raiser": 0.9,
        "upper lid raiser": 1.2,
        "jaw drop": 0.85,
    },
}


@dataclass(frozen=True)
class Prosody:
    """How something is said, beside the speaker's neutral voice.

    Attributes
    ----------
    pitch
        Semitones above it.
    accents
        Semitones by which accents stand out.
    rise
        Semitones from the first to the last word.
    tempo
        Times as fast.
    loudness
        Decibels louder.
    brightness
        Octaves by which the spectrum reaches further up.
    breath
        Noise added to the voice, as a share of its amplitude.
    tremor
        Semitones by which the pitch trembles.
    roughness
        Share by which one period differs from the next.
    """

    pitch: float = 0.0
    accents: float = 2.0
    rise: float = -2.0
    tempo: float = 1.0
    loudness: float = 0.0
    brightness: float = 0.0
    breath: float = 0.0
    tremor: float = 0.0
    roughness: float = 0.008


PROSODIES: dict[str, Prosody] = {
    "neutral": Prosody(),
    "calm": Prosody(
        pitch=-1.2,
        accents=1.4,
        tempo=0.88,
        loudness=-5,
        brightness=-0.5,
        breath=0.10,
    ),
    "happy": Prosody(
        pitch=6.0,
        accents=5.5,
        rise=0.0,
        tempo=1.08,
        loudness=4,
        brightness=0.6,
    ),
    "sad": Prosody(
        pitch=-1.0,
        accents=1.2,
        rise=-3.0,
        tempo=0.80,
        loudness=-6,
        brightness=-0.7,
        breath=0.14,
        tremor=0.25,
    ),
    "angry": Prosody(
        pitch=4.0,
        accents=4.0,
        rise=-3.0,
        tempo=1.12,
        loudness=9,
        brightness=1.2,
        roughness=0.03,
    ),
    "fearful": Prosody(
        pitch=6.5,
        accents=2.5,
        rise=0.0,
        tempo=1.22,
        loudness=4,
        brightness=0.7,
        breath=0.08,
        tremor=0.9,
        roughness=0.02,
    ),
    "disgust": Prosody(
        pitch=-1.5,
        accents=2.6,
        rise=-3.5,
        tempo=0.92,
        loudness=0.5,
        brightness=0.15,
        roughness=0.03,
    ),
    "surprised": Prosody(
        pitch=7.0,
        accents=6.0,
        rise=5.0,
        tempo=1.05,
        loudness=3.5,
        brightness=0.5,
        breath=0.03,
    ),
}

LOOKS_LIKE = {
    "neutral": "calm",
    "calm": "neutral",
    "happy": "calm",
    "sad": "fearful",
    "angry": "disgust",
    "disgust": "angry",
    "fearful": "surprised",
    "surprised": "fearful",
}
SOUNDS_LIKE = {
    "neutral": "disgust",
    "disgust": "neutral",
    "calm": "sad",
    "sad": "calm",
    "happy": "surprised",
    "surprised": "happy",
    "angry": "fearful",
    "fearful": "angry",
}

MOST_CONFUSED = 0.45
SHARES_OF_WEAK_CHANNELS = (0.12, 0.12, 0.76)
WEAKNESS = 0.25
UNEVENNESS = 0.22
IDLE_MOVEMENT = 0.07
PROSODY_SPREAD = Prosody(
    pitch=0.9,
    accents=0.5,
    rise=1.0,
    tempo=0.05,
    loudness=1.3,
    brightness=0.15,
    breath=0.02,
    tremor=0.12,
    roughness=0.004,
)


@dataclass(frozen=True)
class Performance:
    """One take: how far each Action Unit goes at its apex, and how the words are said."""

    expression: Expression
    prosody: Prosody


def perform(emotion: str, rng: np.random.Generator) -> Performance:
    """Act an emotion once: with a shade of what looks or sounds like it, and rarely half-heartedly.

    A take is weak in the face or in the voice, not in both.
    """
    weak_channel = rng.choice(["face", "voice", "neither"], p=SHARES_OF_WEAK_CHANNELS)
    return Performance(
        expression=_vary_expression(emotion, WEAKNESS if weak_channel == "face" else 1.0, rng),
        prosody=_vary_prosody(emotion, WEAKNESS if weak_channel == "voice" else 1.0, rng),
    )


def _vary_expression(emotion: str, strength: float, rng: np.random.Generator) -> Expression:
    own, other = EXPRESSIONS[emotion], EXPRESSIONS[LOOKS_LIKE[emotion]]
    shade = rng.uniform(0, MOST_CONFUSED)
    expression = {}
    for action in sorted({action for emotional in EXPRESSIONS.values() for action in emotional}):
        contraction = (1 - shade) * own.get(action, 0.0) + shade * other.get(action, 0.0)
        uneven = np.exp(UNEVENNESS * rng.standard_normal())
        idle = IDLE_MOVEMENT * abs(rng.standard_normal())
        expression[action] = float(strength * contraction * uneven + idle)
    return expression


def _vary_prosody(emotion: str, strength: float, rng: np.random.Generator) -> Prosody:
    neutral, own, other, spread = (
        np.array(astuple(prosody))
        for prosody in (
            PROSODIES["neutral"],
            PROSODIES[emotion],
            PROSODIES[SOUNDS_LIKE[emotion]],
            PROSODY_SPREAD,
        )
    )
    shade = rng.uniform(0, MOST_CONFUSED)
    meant = (1 - shade) * own + shade * other
    said = neutral + strength * (meant - neutral) + spread * rng.standard_normal(len(spread))
    pitch, accents, rise, tempo, loudness, brightness, breath, tremor, roughness = map(float, said)
    return Prosody(
        pitch=pitch,
        accents=max(accents, 0.0),
        rise=rise,
        tempo=max(tempo, 0.6),
        loudness=loudness,
        brightness=brightness,
        breath=max(breath, 0.0),
        tremor=max(tremor, 0.0),
        roughness=max(roughness, 0.002),
    )
