"""How loud the sound of a clip is, and whether it is clipped."""

from typing import NamedTuple

import numpy as np

from emofold.media.audio import to_float
from emofold.speech.segments import FAINTEST_POWER, HOP, segment_hops

FULL = 0.99  # of full scale: what ends there in a row was cut off
SHORTEST_PLATEAU = 3  # samples


class Level(NamedTuple):
    """How loud a clip is, in decibels below full scale (dBFS): 0 is the loudest sample there is.

    Attributes
    ----------
    level
        Of its loud 20 ms, those within 25 dB of the loudest, so that pauses do not count: ten times
        the logarithm of the mean square. A sine that fills the scale has -3. Nothing at all: -120.
    peak
        Of the loudest sample.
    clipped
        The share of samples that lie in plateaus at full scale: three and more samples in a row
        beyond 99 % of it.
    """

    level: float
    peak: float
    clipped: float


def measure_level(samples: np.ndarray) -> Level:
    """Return how loud a clip is.

    Parameters
    ----------
    samples
        int16, or floats within [-1, 1]; shape (samples,).

    Examples
    --------
    >>> measure_level(np.tile([0.5, -0.5], 8000))
    Level(level=-6.02, peak=-6.02, clipped=0.0)
    """
    sound = np.abs(to_float(samples))
    is_loud = np.repeat(segment_hops(sound, 1) == 0, HOP)[: sound.size]
    mean_square = float(np.mean(np.square(sound[is_loud], dtype=np.float64)))
    return Level(
        _decibel(mean_square), _decibel(float(sound.max()) ** 2), _share_in_plateaus(sound)
    )


def _decibel(power: float) -> float:
    return round(10 * float(np.log10(power + FAINTEST_POWER)), 2)


def _share_in_plateaus(sound: np.ndarray) -> float:
    edges = np.flatnonzero(np.diff(np.r_[False, sound >= FULL, False]))
    lengths = edges[1::2] - edges[::2]
    return float(lengths[lengths >= SHORTEST_PLATEAU].sum()) / sound.size
