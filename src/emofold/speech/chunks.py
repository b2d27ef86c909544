"""Chunks of clips, of bounded length, and batches of chunks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from math import ceil

from emofold.media.audio import SAMPLE_RATE

MAX_CHUNK = 30 * SAMPLE_RATE


@dataclass(frozen=True)
class Chunk:
    """Successive samples of a clip.

    Attributes
    ----------
    clip
        The clip that it is cut from.
    start, stop
        The samples from `start` up to, but not including, `stop`.
    is_last
        Whether the clip ends here.
    """

    clip: str
    start: int
    stop: int
    is_last: bool

    def __len__(self) -> int:
        """Return the number of samples."""
        return self.stop - self.start


def cut_equally(clip: str, samples: int) -> list[Chunk]:
    """Cut a clip into as few equal chunks as need be for none to last longer than 30 s.

    Examples
    --------
    >>> [len(chunk) for chunk in cut_equally("short", 16_000)]
    [16000]
    >>> [len(chunk) for chunk in cut_equally("of 40 s", 640_001)]
    [320000, 320001]
    """
    count = ceil(samples / MAX_CHUNK)
    bounds = [samples * number // count for number in range(count + 1)]
    return [Chunk(clip, start, stop, is_last=stop == samples) for start, stop in pairwise(bounds)]


def make_batches(clip_samples: Mapping[str, int], batch_duration: float) -> Iterator[list[Chunk]]:
    """Yield the chunks of all clips in batches of similar lengths, so that little is padded.

    The chunks of a clip come one after another.

    Parameters
    ----------
    clip_samples
        How many samples each clip has.
    batch_duration
        How many seconds a batch may last, padding included; a longer chunk is a batch of its own.
    """
    clips = [cut_equally(clip, samples) for clip, samples in sorted(clip_samples.items())]
    clips.sort(key=lambda chunks: len(chunks[-1]))
    batch: list[Chunk] = []
    for chunk in chain.from_iterable(clips):
        longest = max(map(len, [*batch, chunk]))
        if batch and longest * (len(batch) + 1) > batch_duration * SAMPLE_RATE:
            yield batch
            batch = []
        batch.append(chunk)
    if batch:
        yield batch
