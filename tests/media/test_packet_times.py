"""How long a recording lasts by the times of its packets."""

import math

import numpy as np
import pytest

import recordings
import small_bundle
from emofold.errors import InputError
from emofold.media.contents import read_duration
from emofold.media.packet_times import measure_duration

GREY = np.full((48, 64, 3), 120, np.uint8)


def test_a_file_that_states_its_duration_lasts_so_long(tmp_path):
    clip = recordings.write(tmp_path / "clip.mp4", [GREY] * 50, recordings.steady(50))
    assert measure_duration(clip, math.inf) == pytest.approx(read_duration(clip), abs=0.05)


def test_a_recording_of_a_browser_does_not_state_it_and_is_measured(tmp_path):
    sound = small_bundle.noise("happy", 3.0)
    recording = recordings.live_webm(tmp_path / "recording.webm", sound)
    assert read_duration(recording) == 0
    assert measure_duration(recording, math.inf) == pytest.approx(3.0, abs=0.15)


def test_a_long_file_is_read_as_far_as_needed(tmp_path):
    long = small_bundle.sound(tmp_path / "long.wav", "calm", 100.0)
    assert measure_duration(long, math.inf) == pytest.approx(100.0)
    assert 10 < measure_duration(long, 10.0) < 20


def test_times_that_begin_anew_are_counted_on(tmp_path):
    sound = small_bundle.noise("happy", 2.0)[:, None]
    once = recordings.write(tmp_path / "once.ts", [GREY] * 50, recordings.steady(50), sound)
    twice = tmp_path / "twice.ts"
    twice.write_bytes(2 * once.read_bytes())
    assert measure_duration(once, math.inf) == pytest.approx(2.0, abs=0.15)
    assert measure_duration(twice, math.inf) == pytest.approx(4.0, abs=0.3)


def test_what_is_no_recording_is_refused(tmp_path):
    (tmp_path / "text.webm").write_text("this is no video", encoding="utf-8")
    with pytest.raises(InputError, match="text"):
        measure_duration(tmp_path / "text.webm", math.inf)
