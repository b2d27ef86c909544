"""Clips cut into parts of bounded length, and parts put together into batches."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from math import ceil

from emofold.media.audio import SAMPLE_RATE

LONGEST_PART = 30 * SAMPLE_RATE


@dataclass(frozen=True)
class Part:
    """A stretch of the samples of a clip.

    Attributes
    ----------
    clip
        The clip that it is a part of.
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


def equal_parts(clip: str, samples: int) -> list[Part]:
    """Cut a clip into as few equal parts as need be for none to be longer than 30 s.

    Examples
    --------
    >>> [len(part) for part in equal_parts("short", 16_000)]
    [16000]
    >>> [len(part) for part in equal_parts("of 40 s", 640_001)]
    [320000, 320001]
    """
    count = ceil(samples / LONGEST_PART)
    bounds = [samples * number // count for number in range(count + 1)]
    return [Part(clip, start, stop, is_last=stop == samples) for start, stop in pairwise(bounds)]


def batches(clip_samples: Mapping[str, int], batch_seconds: float) -> Iterator[list[Part]]:
    """Yield the parts of all clips in batches of similar lengths, so that little is padded.

    The parts of a clip come one after another.

    Parameters
    ----------
    clip_samples
        How many samples each clip has.
    batch_seconds
        How long a batch may be, padding included; a part that is longer is a batch of its own.
    """
    clips = [equal_parts(clip, samples) for clip, samples in sorted(clip_samples.items())]
    clips.sort(key=lambda parts: len(parts[-1]))
    batch: list[Part] = []
    for part in chain.from_iterable(clips):
        longest = max(map(len, [*batch, part]))
        if batch and longest * (len(batch) + 1) > batch_seconds * SAMPLE_RATE:
            yield batch
            batch = []
        batch.append(part)
    if batch:
        yield batch
