"""Clips cut into parts, and parts put into batches."""

from itertools import pairwise

import numpy as np
import pytest

from emofold.media.audio import SAMPLE_RATE
from emofold.speech.chunks import LONGEST_PART, batches, equal_parts


@pytest.mark.parametrize("samples", [1, LONGEST_PART, LONGEST_PART + 1, 10 * LONGEST_PART + 7])
def test_parts_are_equal_and_cover_the_clip(samples):
    parts = equal_parts("clip", samples)
    assert [part.start for part in parts] == [0, *(part.stop for part in parts[:-1])]
    assert parts[-1].stop == samples
    assert max(map(len, parts)) <= LONGEST_PART
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert [part.is_last for part in parts] == [False] * (len(parts) - 1) + [True]


def drawn_lengths():
    seconds = np.random.default_rng(0).lognormal(1.3, 1.2, size=300).clip(0.05, 200)
    return {f"clip {n}": int(length * SAMPLE_RATE) for n, length in enumerate(seconds)}


@pytest.mark.parametrize("batch_seconds", [0, 20, 60])
def test_batches_hold_every_part_once_and_are_no_longer_than_allowed(batch_seconds):
    lengths = drawn_lengths()
    made = list(batches(lengths, batch_seconds))
    every = [part for batch in made for part in batch]
    assert len(set(every)) == len(every)
    assert sum(map(len, every)) == sum(lengths.values())
    for batch in made:
        padded = len(batch) * max(map(len, batch))
        assert len(batch) == 1 or padded <= batch_seconds * SAMPLE_RATE


def test_the_parts_of_a_clip_follow_one_another():
    every = [part for batch in batches(drawn_lengths(), 60) for part in batch]
    for part, following in pairwise(every):
        assert part.is_last == (part.clip != following.clip)
        assert part.is_last or part.stop == following.start


def test_little_is_padded():
    made = list(batches(drawn_lengths(), 60))
    padded = sum(len(batch) * max(map(len, batch)) for batch in made)
    real = sum(len(part) for batch in made for part in batch)
    assert len(made) < 200
    assert padded < 1.05 * real


def test_the_order_of_the_clips_changes_nothing():
    lengths = drawn_lengths()
    backwards = dict(reversed(lengths.items()))
    assert list(batches(lengths, 60)) == list(batches(backwards, 60))
