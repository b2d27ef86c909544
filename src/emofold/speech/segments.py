"""The segments of a clip over which the frames of an encoder are averaged."""

import numpy as np

from emofold.media.audio import SAMPLE_RATE

POOLINGS = {"mean": 0, "thirds": 3}  # how many segments each divides a clip into
HOP = SAMPLE_RATE // 50
LOUD_DECIBEL = 25.0
BLOCK = 3000 * HOP  # as many samples as are squared at a time
FAINTEST_POWER = 1e-12


def segment_hops(samples: np.ndarray, count: int) -> np.ndarray:
    """Return the segment that each 20 ms of a clip belong to; -1 for none.

    The segments divide what is loud, within 25 dB of the loudest 20 ms, into equal parts, so that
    pauses do not count and the course of an utterance is kept.

    Parameters
    ----------
    samples
        The sound of a clip, shape (samples,).
    count
        How many segments there are.

    Examples
    --------
    >>> sound = np.repeat([0.0, 1.0, 0.0, 1.0, 1.0], HOP)
    >>> segment_hops(sound, 3).tolist()
    [-1, 0, -1, 1, 2]
    """
    hops = -(-samples.size // HOP)
    if not count:
        return np.full(hops, -1)
    power = np.concatenate(
        [
            np.add.reduceat(block.astype(np.float64) ** 2, np.arange(0, block.size, HOP)) / HOP
            for block in np.split(samples, range(BLOCK, samples.size, BLOCK))
        ]
    )
    decibel = 10 * np.log10(power + FAINTEST_POWER)
    loud = np.flatnonzero(decibel >= decibel.max() - LOUD_DECIBEL)
    segments = np.full(hops, -1)
    for number, chunk in enumerate(np.array_split(loud, count)):
        segments[chunk] = number
    return segments


def mark_frames(segments: np.ndarray, count: int, start: int, stop: int, frames: int) -> np.ndarray:
    """Return which frames of a chunk of a clip belong to the whole clip, and to each segment.

    Parameters
    ----------
    segments
        The segment of each 20 ms of the clip.
    count
        How many segments there are.
    start, stop
        The samples of the chunk.
    frames
        How many frames the encoder makes of it; each stands for an equal share of its samples.

    Returns
    -------
    numpy.ndarray
        bool, shape (1 + count, frames); all frames belong to the whole clip.
    """
    middles = start + (np.arange(frames) + 0.5) * (stop - start) / frames
    of_frames = segments[np.minimum(middles.astype(int) // HOP, len(segments) - 1)]
    return np.vstack([np.ones(frames, dtype=bool), of_frames == np.arange(count)[:, None]])


def pool_means(sums: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Return the means of all segments, one after the other, or of the clip if it has none.

    A segment in which no frame lies, as in a very short clip, has the mean of the whole clip.

    Parameters
    ----------
    sums
        The sums over the frames of the whole clip and of each segment, shape (1 + count, size).
    frames
        How many frames these are, shape (1 + count,).

    Returns
    -------
    numpy.ndarray
        Shape (count * size,), or (size,) where there are no segments.
    """
    means = sums / np.maximum(frames, 1)[:, None]
    if len(sums) == 1:
        return means[0]
    return np.where(frames[1:, None] > 0, means[1:], means[0]).ravel()
