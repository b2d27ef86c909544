"""Sound and faces, whole and in windows."""

import numpy as np
import pytest

import recordings
from emofold.face.openface_csv import read_openface_csv
from emofold.media.audio import SAMPLE_RATE, read_wav
from emofold.prediction.reading import FaceReader, Faces, Sounds, Span, windows_of
from emofold.prediction.requests import Request
from small_bundle import noise, smiles, sound

OPENFACE = {"openface": {"kind": "openface", "file": None, "min_confidence": 0.7}}


def nothing(seconds):
    return None


def test_windows_cover_a_clip_and_do_not_reach_beyond_it():
    spans = windows_of({"a": 10.0}, {"a": 0}, window=2.0, hop=0.5)
    starts = [span.start for span in spans.values()]
    assert starts == [0.5 * number for number in range(17)]
    assert max(span.end for span in spans.values()) == 10.0


@pytest.mark.parametrize(("seconds", "count"), [(0.0, 0), (1.9, 0), (2.0, 1), (2.4, 1), (2.5, 2)])
def test_a_clip_has_as_many_windows_as_fit_into_it(seconds, count):
    assert len(windows_of({"a": seconds}, {"a": 0}, window=2.0, hop=0.5)) == count


def test_a_window_of_sound_holds_just_its_samples(tmp_path):
    clip = Request("a", sound(tmp_path / "a.wav", "happy", 3.0))
    sounds = Sounds([clip], tmp_path)
    assert sounds.seconds == {"a": 3.0}
    cut = sounds.cut({"x": Span("a", 0.5, 2.5), "beyond": Span("a", 1.5, 3.5)})
    assert list(cut) == ["x"]
    expected = noise("happy", 3.0)[SAMPLE_RATE // 2 : 5 * SAMPLE_RATE // 2]
    assert np.array_equal(np.round(32_768 * read_wav(cut["x"])), expected)


def test_what_has_no_sound_is_named_and_the_others_are_heard(tmp_path):
    (tmp_path / "text.mp4").write_text("no video", encoding="utf-8")
    clips = [
        Request("text", tmp_path / "text.mp4"),
        Request("a", sound(tmp_path / "a.wav", "calm")),
    ]
    sounds = Sounds([*clips, Request("none", None)], tmp_path)
    assert list(sounds.wavs) == ["a"]
    assert list(sounds.errors) == ["text", "none"]


def test_a_window_of_a_face_holds_the_frames_that_are_shown_in_it(tmp_path):
    frames = read_openface_csv(smiles(tmp_path / "a.csv", [1.0] * 100))
    faces = Faces({"openface": {"a": frames}}, {})
    assert faces.seconds["a"] == pytest.approx(4.0)
    cut = faces.cut({"x": Span("a", 0.0, 2.0), "y": Span("a", 1.0, 3.0)}, "openface")
    by_window = cut.groupby("clip")["timestamp"].agg(["min", "max", "size"])
    np.testing.assert_allclose(by_window.loc["x"], [0.0, 1.96, 50])
    np.testing.assert_allclose(by_window.loc["y"], [1.0, 2.96, 50])


def test_a_bundle_of_openface_reads_its_csv_and_says_what_it_lacks_without_one(tmp_path):
    with_csv = Request("a", None, smiles(tmp_path / "a.csv", [1.0] * 5))
    without = Request("b", sound(tmp_path / "b.wav", "calm"))
    faces = FaceReader(OPENFACE, tmp_path).read([with_csv, without], nothing)
    assert len(faces.whole("openface")) == 5
    assert "--openface" in faces.errors["b"].remedy


def test_after_a_break_a_window_holds_what_is_played_then(tmp_path):
    low_then_high = np.concatenate([noise("calm", 3.0), noise("happy", 3.0)])
    path = recordings.with_a_break(tmp_path / "a.mkv", low_then_high, at=2.0, seconds=3.0)
    sounds = Sounds([Request("a", path)], tmp_path)
    assert sounds.seconds["a"] == pytest.approx(9.0, abs=0.1)
    spans = {"before": Span("a", 5.1, 5.9), "after": Span("a", 6.1, 6.9), "in": Span("a", 1.5, 2.5)}
    cut = sounds.cut(spans)
    assert list(cut) == ["before", "after"]  # of the third, half is missing
    before, after = (np.abs(read_wav(cut[name])).max() for name in ("before", "after"))
    assert after > 10 * before


@pytest.mark.parametrize(("missing", "is_heard"), [(0.15, True), (0.25, False)])
def test_a_window_that_is_nearly_covered_is_heard(tmp_path, missing, is_heard):
    sounds = Sounds([Request("a", sound(tmp_path / "a.wav", "happy", 4.0 - missing))], tmp_path)
    assert bool(sounds.cut({"last": Span("a", 2.0, 4.0)})) == is_heard
