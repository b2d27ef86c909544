"""The eight speakers of the demo corpus."""

from collections.abc import Mapping
from dataclasses import dataclass

from emofold.demo.muscles import Pull

Colour = tuple[float, float, float]

TRAITS: dict[str, tuple[Pull, ...]] = {
    "wide jaw": (Pull("jowl", (22, 24), 4.5, 0),),
    "long chin": (Pull("chin", (34, 22), 0, 5.0),),
    "wide-set eyes": (Pull("upper lid", (16, 12), 2.4, 0), Pull("lower lid", (16, 10), 0.8, 0)),
    "large eyes": (Pull("upper lid", (10, 4), 0, -1.1), Pull("lower lid", (10, 4), 0, 0.9)),
    "high brows": (
        Pull("inner brow", (11, 7), 0, -1.6),
        Pull("middle brow", (11, 7), 0, -1.8),
        Pull("outer brow", (10, 7), 0, -1.4),
    ),
    "broad nose": (Pull("nostril", (8, 8), 2.2, 0),),
    "long nose": (Pull("nostril", (12, 12), 0, 2.4),),
    "full lips": (Pull("upper lip", (14, 5), 0, -1.2), Pull("lower lip", (14, 6), 0, 1.6)),
    "wide mouth": (Pull("lip corner", (10, 9), 2.4, 0),),
    "full cheeks": (Pull("cheek", (18, 18), 3.6, 1.0),),
}


@dataclass(frozen=True, eq=False)
class Looks:
    """How a speaker looks; nobody equals anybody else.

    Attributes
    ----------
    traits
        How much of each of :data:`TRAITS` the face has; negative for the opposite.
    width, height
        Of the head, as a share of the photographed one.
    mirrored
        Whether left and right are exchanged.
    skin, hair, wall
        What the light of the photograph is multiplied by, and the colour of the background.
    contrast
        Of the picture, 1 for the photographed one.
    grain
        Standard deviation of the noise of the camera, as a share of white.
    """

    traits: Mapping[str, float]
    width: float
    height: float
    mirrored: bool
    skin: Colour
    hair: Colour
    wall: Colour
    contrast: float
    grain: float


@dataclass(frozen=True)
class Voice:
    """How a speaker sounds.

    Attributes
    ----------
    pitch
        Of neutral speech, in hertz.
    resonance
        Of the vocal tract: what the formants of a grown man are multiplied by.
    breath
        Noise mixed into the voice, as a share of its amplitude.
    brightness
        Of the voice, in hertz: where its spectrum begins to fall more steeply.
    """

    pitch: float
    resonance: float
    breath: float
    brightness: float


@dataclass(frozen=True)
class Speaker:
    """One member of the cast."""

    looks: Looks
    voice: Voice


CAST = (
    Speaker(
        Looks(
            traits={"wide jaw": 0.7, "high brows": -0.5, "broad nose": 0.5, "long chin": 0.5},
            width=1.0,
            height=1.03,
            mirrored=False,
            contrast=1.05,
            grain=0.006,
            skin=(1.0, 0.98, 0.95),
            hair=(0.45, 0.40, 0.40),
            wall=(0.62, 0.70, 0.80),
        ),
        Voice(pitch=112, resonance=1.00, breath=0.03, brightness=1500),
    ),
    Speaker(
        Looks(
            traits={"large eyes": 0.8, "full lips": 0.6, "wide jaw": -0.4},
            width=0.98,
            height=0.99,
            mirrored=True,
            contrast=1.0,
            grain=0.005,
            skin=(1.03, 0.99, 0.97),
            hair=(1.25, 1.12, 0.85),
            wall=(0.80, 0.74, 0.66),
        ),
        Voice(pitch=208, resonance=1.16, breath=0.06, brightness=1300),
    ),
    Speaker(
        Looks(
            traits={"full cheeks": 0.8, "wide-set eyes": 0.7, "broad nose": 0.8},
            width=1.05,
            height=0.98,
            mirrored=False,
            contrast=0.95,
            grain=0.009,
            skin=(0.72, 0.61, 0.54),
            hair=(0.25, 0.24, 0.26),
            wall=(0.72, 0.78, 0.70),
        ),
        Voice(pitch=126, resonance=1.03, breath=0.04, brightness=1700),
    ),
    Speaker(
        Looks(
            traits={"long nose": 0.8, "wide mouth": -0.6, "high brows": 0.6, "long chin": 0.3},
            width=0.95,
            height=1.04,
            mirrored=True,
            contrast=1.08,
            grain=0.006,
            skin=(0.95, 0.88, 0.80),
            hair=(0.85, 0.50, 0.38),
            wall=(0.55, 0.58, 0.66),
        ),
        Voice(pitch=188, resonance=1.12, breath=0.08, brightness=1200),
    ),
    Speaker(
        Looks(
            traits={"wide jaw": 1.0, "wide mouth": 0.6, "large eyes": -0.4},
            width=1.03,
            height=1.01,
            mirrored=True,
            contrast=1.0,
            grain=0.007,
            skin=(0.86, 0.76, 0.68),
            hair=(0.38, 0.32, 0.30),
            wall=(0.82, 0.80, 0.84),
        ),
        Voice(pitch=100, resonance=0.97, breath=0.03, brightness=1400),
    ),
    Speaker(
        Looks(
            traits={"full lips": 1.0, "large eyes": 0.5, "full cheeks": 0.3, "high brows": 0.3},
            width=1.0,
            height=0.97,
            mirrored=False,
            contrast=0.97,
            grain=0.005,
            skin=(0.68, 0.54, 0.45),
            hair=(0.30, 0.26, 0.25),
            wall=(0.86, 0.80, 0.72),
        ),
        Voice(pitch=222, resonance=1.19, breath=0.05, brightness=1500),
    ),
    Speaker(
        Looks(
            traits={"long chin": 0.9, "long nose": 0.5, "wide-set eyes": -0.5, "wide jaw": 0.3},
            width=0.97,
            height=1.03,
            mirrored=False,
            contrast=1.05,
            grain=0.008,
            skin=(1.05, 0.97, 0.92),
            hair=(0.85, 0.88, 0.98),
            wall=(0.66, 0.62, 0.60),
        ),
        Voice(pitch=136, resonance=1.05, breath=0.07, brightness=1250),
    ),
    Speaker(
        Looks(
            traits={"wide-set eyes": 0.5, "full cheeks": 0.6, "wide jaw": -0.6, "wide mouth": 0.3},
            width=1.01,
            height=0.98,
            mirrored=True,
            contrast=1.02,
            grain=0.006,
            skin=(0.98, 0.90, 0.78),
            hair=(0.55, 0.45, 0.42),
            wall=(0.64, 0.76, 0.78),
        ),
        Voice(pitch=176, resonance=1.10, breath=0.05, brightness=1600),
    ),
)
SPEAKERS = len(CAST)
