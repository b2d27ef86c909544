"""Clips cut into chunks, and chunks put into batches."""

from itertools import pairwise

import numpy as np
import pytest

from emofold.media.audio import SAMPLE_RATE
from emofold.speech.chunks import MAX_CHUNK, cut_equally, make_batches


@pytest.mark.parametrize("samples", [1, MAX_CHUNK, MAX_CHUNK + 1, 10 * MAX_CHUNK + 7])
def test_chunks_are_equal_and_cover_the_clip(samples):
    chunks = cut_equally("clip", samples)
    assert [chunk.start for chunk in chunks] == [0, *(chunk.stop for chunk in chunks[:-1])]
    assert chunks[-1].stop == samples
    assert max(map(len, chunks)) <= MAX_CHUNK
    assert max(map(len, chunks)) - min(map(len, chunks)) <= 1
    assert [chunk.is_last for chunk in chunks] == [False] * (len(chunks) - 1) + [True]


def drawn_lengths():
    durations = np.random.default_rng(0).lognormal(1.3, 1.2, size=300).clip(0.05, 200)
    return {f"clip {n}": int(length * SAMPLE_RATE) for n, length in enumerate(durations)}


@pytest.mark.parametrize("batch_duration", [0, 20, 60])
def test_batches_hold_every_chunk_once_and_are_no_longer_than_allowed(batch_duration):
    lengths = drawn_lengths()
    made = list(make_batches(lengths, batch_duration))
    every = [chunk for batch in made for chunk in batch]
    assert len(set(every)) == len(every)
    assert sum(map(len, every)) == sum(lengths.values())
    for batch in made:
        padded = len(batch) * max(map(len, batch))
        assert len(batch) == 1 or padded <= batch_duration * SAMPLE_RATE


def test_the_chunks_of_a_clip_follow_one_another():
    every = [chunk for batch in make_batches(drawn_lengths(), 60) for chunk in batch]
    for chunk, following in pairwise(every):
        assert chunk.is_last == (chunk.clip != following.clip)
        assert chunk.is_last or chunk.stop == following.start


def test_little_is_padded():
    made = list(make_batches(drawn_lengths(), 60))
    padded = sum(len(batch) * max(map(len, batch)) for batch in made)
    real = sum(len(chunk) for batch in made for chunk in batch)
    assert len(made) < 200
    assert padded < 1.05 * real


def test_the_order_of_the_clips_changes_nothing():
    lengths = drawn_lengths()
    backwards = dict(reversed(lengths.items()))
    assert list(make_batches(lengths, 60)) == list(make_batches(backwards, 60))
