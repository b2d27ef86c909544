"""Over which stretches of a clip frames are averaged."""

import numpy as np
import pytest

from emofold.speech.stretches import HOP, belonging, means_of_stretches, stretch_of_hops


def sound(*loudness):
    """20 ms of noise for each loudness."""
    generator = np.random.default_rng(1)
    return np.concatenate([level * generator.choice([-1.0, 1.0], HOP) for level in loudness])


def test_the_mean_takes_all_of_a_clip():
    assert stretch_of_hops(sound(0, 1, 0.001), "mean").tolist() == [0, 0, 0]


def test_pauses_are_in_no_third():
    found = stretch_of_hops(sound(0.001, 1, 0.9, 0, 0.5, 0.4, 0.002, 1, 0.8), "thirds")
    assert found.tolist() == [-1, 0, 0, -1, 1, 1, -1, 2, 2]


@pytest.mark.parametrize(("decibel", "is_loud"), [(-24.9, True), (-25.1, False)])
def test_loud_is_what_lies_within_25_decibel_of_the_loudest(decibel, is_loud):
    quiet = 10 ** (decibel / 20)
    found = stretch_of_hops(sound(1, 1, quiet), "thirds")
    assert (found[2] >= 0) == is_loud


def test_the_loudness_of_the_whole_clip_changes_nothing():
    clip = sound(0.001, 1, 0.9, 0.01, 0.5, 0.4)
    assert (stretch_of_hops(clip, "thirds") == stretch_of_hops(50 * clip, "thirds")).all()


def test_the_rest_of_a_clip_after_its_last_whole_20_ms_counts_too():
    clip = sound(1, 1, 1)[: 2 * HOP + 7]
    assert stretch_of_hops(clip, "thirds").tolist() == [0, 1, 2]


def test_silence_is_divided_as_a_whole():
    assert stretch_of_hops(np.zeros(6 * HOP), "thirds").tolist() == [0, 0, 1, 1, 2, 2]


def test_a_frame_belongs_to_the_stretch_of_its_middle():
    stretches = np.array([-1, 0, 0, 1, 2, 2])
    found = belonging(stretches, 3, start=0, stop=6 * HOP, frames=3)
    assert found.tolist() == [[True, False, False], [False, True, False], [False, False, True]]


def test_the_frames_of_a_later_part_are_found_in_the_clip():
    stretches = np.array([0, 0, 1, 1, 2, 2])
    found = belonging(stretches, 3, start=3 * HOP, stop=6 * HOP, frames=3)
    assert found.argmax(axis=0).tolist() == [1, 2, 2]


def test_the_means_of_stretches_stand_side_by_side():
    sums, frames = np.array([[2.0, 4.0], [3.0, 3.0]]), np.array([2, 3])
    assert means_of_stretches(sums, frames).tolist() == [1, 2, 1, 1]


def test_a_stretch_without_a_frame_has_the_mean_of_all_frames():
    sums, frames = np.array([[2.0], [0.0], [6.0]]), np.array([1, 0, 3])
    assert means_of_stretches(sums, frames).tolist() == [2, 2, 2]
