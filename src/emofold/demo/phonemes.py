"""The sounds of the two RAVDESS statements."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phoneme:
    """One sound, as a grown man makes it.

    Attributes
    ----------
    duration
        How long it lasts at a normal tempo, in seconds.
    formants
        The first three resonances of the vocal tract, in hertz.
    voiced
        How strongly the vocal folds sound, 0 to 1.
    hiss
        How strongly air hisses at a narrow place, 0 to 1.
    hiss_pitch
        Where the hiss is strongest, in hertz.
    opening
        How far the mouth is open, 0 to 1.
    accent
        How much the word is stressed, 0 to 1.
    """

    duration: float
    formants: tuple[float, float, float]
    voiced: float = 1.0
    hiss: float = 0.0
    hiss_pitch: float = 3000.0
    opening: float = 0.5
    accent: float = 0.0


def _stop(formants: tuple[float, float, float], hiss_pitch: float, voiced: float) -> list[Phoneme]:
    """Return a plosive: the mouth shuts, then opens with a burst."""
    return [
        Phoneme(0.045, formants, voiced=voiced, opening=0.05),
        Phoneme(0.022, formants, voiced=voiced, hiss=0.55, hiss_pitch=hiss_pitch, opening=0.2),
    ]


K = _stop((300, 1900, 2500), 1900, voiced=0.0)
T = _stop((300, 1700, 2600), 3800, voiced=0.0)
B = _stop((250, 900, 2200), 900, voiced=0.25)
D = _stop((250, 1700, 2600), 3300, voiced=0.25)
G = _stop((250, 1900, 2400), 1700, voiced=0.25)
S = [Phoneme(0.095, (320, 1700, 2600), voiced=0.0, hiss=0.7, hiss_pitch=5500, opening=0.12)]
Z = [Phoneme(0.06, (300, 1700, 2600), voiced=0.45, hiss=0.35, hiss_pitch=5200, opening=0.12)]
TH = [Phoneme(0.04, (300, 1400, 2600), voiced=0.6, hiss=0.10, hiss_pitch=4500, opening=0.15)]
NG = [Phoneme(0.075, (260, 1900, 2700), voiced=0.45, opening=0.15)]


def _vowel(
    duration: float, formants: tuple[float, float, float], opening: float, accent: float = 0.0
) -> list[Phoneme]:
    return [Phoneme(duration, formants, opening=opening, accent=accent)]


SHORT_I, WEAK_A, CLEAR_A = (400, 1950, 2550), (560, 1350, 2450), (720, 1150, 2500)
LONG_O, MIDDLE = (560, 880, 2450), (490, 1400, 2450)

_BY_THE_DOOR = [
    *B,
    *_vowel(0.085, CLEAR_A, opening=0.8),
    *_vowel(0.06, SHORT_I, opening=0.4),
    *TH,
    *_vowel(0.05, MIDDLE, opening=0.35),
    *D,
    *_vowel(0.20, LONG_O, opening=0.7, accent=0.8),
    *_vowel(0.08, MIDDLE, opening=0.35, accent=0.3),
]

STATEMENTS = {
    "Kids are talking by the door": [
        *[*K, *_vowel(0.095, SHORT_I, opening=0.45, accent=0.9), *D, *Z],
        *_vowel(0.07, WEAK_A, opening=0.5),
        *[*T, *_vowel(0.14, LONG_O, opening=0.75, accent=1.0), *K],
        *[*_vowel(0.06, SHORT_I, opening=0.4), *NG],
        *_BY_THE_DOOR,
    ],
    "Dogs are sitting by the door": [
        *[*D, *_vowel(0.125, CLEAR_A, opening=0.8, accent=0.9), *G, *Z],
        *_vowel(0.07, WEAK_A, opening=0.5),
        *[*S, *_vowel(0.085, SHORT_I, opening=0.45, accent=1.0), *T],
        *[*_vowel(0.06, SHORT_I, opening=0.4), *NG],
        *_BY_THE_DOOR,
    ],
}
