"""The sound of clips, whole and in windows."""

import numpy as np
import pytest

import recordings
from emofold.media.audio import SAMPLE_RATE
from emofold.prediction.requests import Request
from emofold.prediction.sounds import decode_sounds
from emofold.prediction.windows import Window
from small_bundle import noise, sound


def test_a_window_of_sound_holds_just_its_samples(tmp_path):
    clip = Request("a", sound(tmp_path / "a.wav", "happy", 3.0))
    sounds = decode_sounds([clip])
    assert sounds.durations == {"a": 3.0}
    cut = sounds.cut({"x": Window("a", 0.5, 2.5), "beyond": Window("a", 1.5, 3.5)}).sounds
    assert list(cut) == ["x"]
    expected = noise("happy", 3.0)[SAMPLE_RATE // 2 : 5 * SAMPLE_RATE // 2]
    assert np.array_equal(cut["x"], expected)


def test_what_has_no_sound_is_named_and_the_others_are_heard(tmp_path):
    (tmp_path / "text.mp4").write_text("no video", encoding="utf-8")
    clips = [
        Request("text", tmp_path / "text.mp4"),
        Request("a", sound(tmp_path / "a.wav", "calm")),
    ]
    sounds = decode_sounds([*clips, Request("none", None)])
    assert list(sounds.whole().sounds) == ["a"]
    assert sounds.errors.keys() == {"text", "none"}


def test_after_a_break_a_window_holds_what_is_played_then(tmp_path):
    low_then_high = np.concatenate([noise("calm", 3.0), noise("happy", 3.0)])
    path = recordings.with_a_break(tmp_path / "a.mkv", low_then_high, at=2.0, seconds=3.0)
    sounds = decode_sounds([Request("a", path)])
    assert sounds.durations["a"] == pytest.approx(9.0, abs=0.1)
    windows = {
        "before": Window("a", 5.1, 5.9),
        "after": Window("a", 6.1, 6.9),
        "in": Window("a", 1.5, 2.5),
    }
    cut = sounds.cut(windows).sounds
    assert list(cut) == ["before", "after"]  # of the third, half is missing
    before, after = (np.abs(cut[name].astype(float)).max() for name in ("before", "after"))
    assert after > 10 * before


@pytest.mark.parametrize(("missing", "is_heard"), [(0.15, True), (0.25, False)])
def test_a_window_that_is_nearly_covered_is_heard(tmp_path, missing, is_heard):
    clip = Request("a", sound(tmp_path / "a.wav", "happy", 4.0 - missing))
    sounds = decode_sounds([clip])
    assert bool(sounds.cut({"last": Window("a", 2.0, 4.0)}).sounds) == is_heard
