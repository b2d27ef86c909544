"""Sound that is interrupted, or begins late: what is decoded, and when a player plays it."""

import numpy as np
import pytest

import recordings
from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE, decode_sound

TIMES = np.arange(6 * SAMPLE_RATE) / SAMPLE_RATE
TONE = (16_000 * np.sin(2 * np.pi * 440 * TIMES)).astype(np.int16)


@pytest.mark.parametrize("seconds", [0.1, 3.0])
@pytest.mark.parametrize("ending", ["mkv", "mp4", "ts"])
def test_breaks_in_the_sound_are_left_out_and_known(tmp_path, ending, seconds):
    path = recordings.with_a_break(tmp_path / f"call.{ending}", TONE, at=2.0, seconds=seconds)
    sound = decode_sound(path)
    assert len(sound.samples) == pytest.approx(6.0 * SAMPLE_RATE, abs=0.1 * SAMPLE_RATE)
    first, second = sound.segments
    assert (first.first, first.start) == (0, pytest.approx(0.0, abs=0.05))
    assert second.first == pytest.approx(2.0 * SAMPLE_RATE, abs=0.1 * SAMPLE_RATE)
    lasting = second.start - second.first / SAMPLE_RATE - first.start
    assert lasting == pytest.approx(seconds, abs=0.005)


def test_a_leap_in_time_that_is_longer_than_any_clip_is_taken_for_a_mistake(tmp_path):
    path = recordings.with_a_break(tmp_path / "a.flv", TONE, at=2.0, seconds=50_000)
    sound = decode_sound(path)
    assert len(sound.segments) == 1
    assert len(sound.samples) == pytest.approx(6.0 * SAMPLE_RATE, abs=0.1 * SAMPLE_RATE)


def test_breaks_count_towards_the_length_of_a_clip(tmp_path):
    path = recordings.with_a_break(tmp_path / "call.flv", TONE, at=2.0, seconds=7.0)
    assert len(decode_sound(path, max_duration=14.0).segments) == 2
    with pytest.raises(InputError, match=r"of 1[23] s"):
        decode_sound(path, max_duration=12.0)


def test_sound_that_begins_late_in_matroska_does_not_break_off(tmp_path):
    path = recordings.with_a_break(tmp_path / "late.mkv", TONE, at=0.0, seconds=3.0)
    (segment,) = decode_sound(path).segments
    assert segment.first == 0
