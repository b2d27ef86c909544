"""Over which stretches of a clip the frames of an encoder are averaged."""

import numpy as np

from emofold.media.audio import SAMPLE_RATE

POOLINGS = {"mean": 1, "thirds": 3}  # how many stretches each has
HOP = SAMPLE_RATE // 50
LOUD_DECIBEL = 25.0
FAINTEST_POWER = 1e-12


def stretch_of_hops(samples: np.ndarray, pooling: str) -> np.ndarray:
    """Return the stretch that each 20 ms of a clip belong to; -1 for none.

    Parameters
    ----------
    samples
        The sound of a clip, shape (samples,).
    pooling
        ``mean``: the whole clip. ``thirds``: the first, the middle and the last third of what is
        loud, within 25 dB of the loudest 20 ms, so that pauses do not count and the course of an
        utterance is kept.

    Examples
    --------
    >>> sound = np.repeat([0.0, 1.0, 0.0, 1.0, 1.0], HOP)
    >>> stretch_of_hops(sound, "thirds").tolist()
    [-1, 0, -1, 1, 2]
    """
    hops = -(-samples.size // HOP)
    if pooling == "mean":
        return np.zeros(hops, dtype=np.int64)
    starts = np.arange(hops) * HOP
    power = np.add.reduceat(samples.astype(np.float64) ** 2, starts)
    power /= np.diff(starts, append=samples.size)
    decibel = 10 * np.log10(power + FAINTEST_POWER)
    loud = np.flatnonzero(decibel >= decibel.max() - LOUD_DECIBEL)
    stretches = np.full(hops, -1)
    for number, part in enumerate(np.array_split(loud, POOLINGS[pooling])):
        stretches[part] = number
    return stretches


def belonging(stretches: np.ndarray, count: int, start: int, stop: int, frames: int) -> np.ndarray:
    """Return which frames of a part of a clip belong to each stretch; shape (count, frames).

    Parameters
    ----------
    stretches
        The stretch of each 20 ms of the clip.
    count
        How many stretches there are.
    start, stop
        The samples of the part.
    frames
        How many frames the encoder makes of it; each stands for an equal share of its samples.
    """
    middles = start + (np.arange(frames) + 0.5) * (stop - start) / frames
    of_frames = stretches[np.minimum(middles.astype(int) // HOP, len(stretches) - 1)]
    return np.asarray(of_frames == np.arange(count)[:, None])


def means_of_stretches(sums: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Return the mean of each stretch, one after the other; shape (stretches * size,).

    A clip of fewer frames than stretches has the mean over all of its frames in those without one.

    Parameters
    ----------
    sums
        The sum of the frames of each stretch, shape (stretches, size).
    frames
        How many frames each stretch has, shape (stretches,).
    """
    whole = sums.sum(axis=0) / frames.sum()
    counts = np.maximum(frames, 1)[:, None]
    return np.where(frames[:, None] > 0, sums / counts, whole).ravel()
