"""Over which segments of a clip frames are averaged."""

import numpy as np
import pytest

from emofold.speech import segments as segments_module
from emofold.speech.segments import HOP, mark_frames, pool_means, segment_hops


def sound(*loudness):
    """20 ms of noise for each loudness."""
    generator = np.random.default_rng(1)
    return np.concatenate([level * generator.choice([-1.0, 1.0], HOP) for level in loudness])


def test_pauses_are_in_no_third():
    found = segment_hops(sound(0.001, 1, 0.9, 0, 0.5, 0.4, 0.002, 1, 0.8), 3)
    assert found.tolist() == [-1, 0, 0, -1, 1, 1, -1, 2, 2]


@pytest.mark.parametrize(("decibel", "is_loud"), [(-24.9, True), (-25.1, False)])
def test_loud_is_what_lies_within_25_decibel_of_the_loudest(decibel, is_loud):
    quiet = 10 ** (decibel / 20)
    found = segment_hops(sound(1, 1, quiet), 3)
    assert (found[2] >= 0) == is_loud


def test_the_loudness_of_the_whole_clip_changes_nothing():
    clip = sound(0.001, 1, 0.9, 0.01, 0.5, 0.4)
    assert (segment_hops(clip, 3) == segment_hops(50 * clip, 3)).all()


def test_a_few_loud_samples_at_the_end_do_not_outshout_the_clip():
    clip = np.append(0.2 * sound(1, 1, 1), np.ones(7))
    assert segment_hops(clip, 3).tolist() == [0, 0, 1, 2]


def test_silence_is_divided_as_a_whole():
    assert segment_hops(np.zeros(6 * HOP), 3).tolist() == [0, 0, 1, 1, 2, 2]


def test_a_frame_belongs_to_the_segment_of_its_middle_and_to_the_clip():
    segments = np.array([-1, 0, 0, 1, 2, 2])
    whole, *thirds = mark_frames(segments, 3, start=0, stop=6 * HOP, frames=3).tolist()
    assert whole == [True, True, True]
    assert thirds == [[True, False, False], [False, True, False], [False, False, True]]


def test_the_frames_of_a_later_chunk_are_found_in_the_clip():
    segments = np.array([0, 0, 1, 1, 2, 2])
    found = mark_frames(segments, 3, start=3 * HOP, stop=6 * HOP, frames=3)
    assert found[1:].argmax(axis=0).tolist() == [1, 2, 2]


def test_the_means_of_segments_stand_side_by_side():
    sums, frames = np.array([[5.0, 7.0], [2.0, 4.0], [3.0, 3.0]]), np.array([5, 2, 3])
    assert pool_means(sums, frames).tolist() == [1, 2, 1, 1]


def test_without_segments_the_mean_is_that_of_the_clip():
    assert pool_means(np.array([[6.0, 3.0]]), np.array([3])).tolist() == [2, 1]


def test_a_segment_without_a_frame_has_the_mean_of_the_clip():
    sums, frames = np.array([[9.0], [2.0], [0.0], [6.0]]), np.array([6, 1, 0, 3])
    assert pool_means(sums, frames).tolist() == [2, 1.5, 2]


def test_a_click_that_no_frame_meets_leaves_the_mean_of_the_clip():
    segments = segment_hops(sound(*[0.001] * 24, 1, *[0.001] * 25), 3)
    marked = mark_frames(segments, 3, 0, 50 * HOP, frames=3)
    means = pool_means(marked @ np.ones((3, 2)), marked.sum(axis=1))
    assert means.tolist() == [1] * 6


def test_a_long_clip_is_divided_as_one(monkeypatch):
    clip = sound(*np.random.default_rng(0).choice([0.001, 0.3, 1.0], 50))[:-7]
    at_once = segment_hops(clip, 3)
    monkeypatch.setattr(segments_module, "BLOCK", 8 * HOP)
    assert (segment_hops(clip, 3) == at_once).all()
