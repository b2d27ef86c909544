"""The batches of an epoch: clips of similar length together, so that little is padded."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")

BATCHES_SORTED_TOGETHER = 16


def steps_of_epoch(
    lengths: Mapping[str, int], batch_size: int, accumulate: int, seed: int, epoch: int
) -> list[list[str]]:
    """Return the clips of each training step of an epoch, every clip once.

    The clips are shuffled, and those of every 16 batches sorted by length; the batches are then
    shuffled as well. A step is `accumulate` batches one after another.

    Parameters
    ----------
    lengths
        How long each clip is, in any unit.
    batch_size
        How many clips a batch has; the last one may have fewer.
    accumulate
        How many batches a step has; the last one may have fewer.
    seed, epoch
        What the order depends on.

    Examples
    --------
    >>> steps_of_epoch({"a": 10, "b": 30, "c": 11, "d": 29}, 2, 1, seed=0, epoch=0)
    [['d', 'b'], ['a', 'c']]
    """
    rng = np.random.default_rng([seed, epoch])
    clips = rng.permutation(sorted(lengths)).tolist()
    window = BATCHES_SORTED_TOGETHER * batch_size
    batches = [
        batch
        for start in range(0, len(clips), window)
        for batch in cut(sorted(clips[start : start + window], key=lengths.__getitem__), batch_size)
    ]
    order = rng.permutation(len(batches))
    return [
        [clip for place in places for clip in batches[place]]
        for places in cut(order.tolist(), accumulate)
    ]


def cut(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """Cut a sequence into pieces of `size` items, the last one perhaps of fewer.

    Examples
    --------
    >>> cut("abcde", 2)
    ['ab', 'cd', 'e']
    """
    return [items[start : start + size] for start in range(0, len(items), size)]


def share_of(step: Sequence[str], process: int, processes: int) -> Sequence[str]:
    """Return the clips of a step that one of several processes works on.

    Neighbours stay together, since they are of similar length.

    Examples
    --------
    >>> [share_of("abcde", process, 2) for process in range(2)]
    ['ab', 'cde']
    """
    start, stop = (len(step) * number // processes for number in (process, process + 1))
    return step[start:stop]
