"""The faces of clips, whole and in windows."""

import shlex
import sys

import numpy as np
import pytest

import joined_recordings
from emofold.face.openface_csv import read_openface_csv
from emofold.prediction.faces import FaceReader, Faces
from emofold.prediction.requests import Request
from emofold.prediction.windows import Window
from small_bundle import smiles, sound

OPENFACE = {"openface": {"kind": "openface", "file": None, "min_confidence": 0.7}}


def test_a_window_of_a_face_holds_the_frames_that_are_shown_in_it(tmp_path):
    frames = read_openface_csv(smiles(tmp_path / "a.csv", [1.0] * 100))
    faces = Faces({"openface": {"a": frames}}, {})
    assert faces.durations["a"] == pytest.approx(4.0)
    cut = faces.cut({"x": Window("a", 0.0, 2.0), "y": Window("a", 1.0, 3.0)}).frames["openface"]
    by_window = cut.groupby("clip")["timestamp"].agg(["min", "max", "size"])
    np.testing.assert_allclose(by_window.loc["x"], [0.0, 1.96, 50])
    np.testing.assert_allclose(by_window.loc["y"], [1.0, 2.96, 50])


def test_a_bundle_of_openface_reads_its_csv_and_says_what_it_lacks_without_one(tmp_path):
    with_csv = Request("a", None, smiles(tmp_path / "a.csv", [1.0] * 5))
    without = Request("b", sound(tmp_path / "b.wav", "calm"))
    faces = FaceReader(OPENFACE, {}, tmp_path).read([with_csv, without], print)
    assert len(faces.whole().frames["openface"]) == 5
    assert "--openface" in faces.errors["b"].remedy


@pytest.fixture
def counting_openface(tmp_path):
    """A stand-in for OpenFace that notes each run, and what it writes of every recording."""
    smiles(tmp_path / "written.csv", [1.0] * 100)
    script, program = tmp_path / "openface.py", tmp_path / "openface"
    script.write_text(
        "import sys\nfrom pathlib import Path\n"
        'options = ("-f", "-out_dir", "-of")\n'
        "video, folder, name = (sys.argv[sys.argv.index(one) + 1] for one in options)\n"
        'here = Path(__file__).parent\n(here / "log").open("a").write(Path(video).stem)\n'
        'Path(folder, name + ".csv").write_text((here / "written.csv").read_text())\n'
    )
    program.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, str(script)])} "$@"\n')
    program.chmod(0o755)
    return program


def test_a_recording_is_read_once_for_its_segments_in_whatever_order_they_come(
    counting_openface, tmp_path
):
    talks = {name: tmp_path / f"{name}.mov" for name in "ab"}
    for talk in talks.values():
        joined_recordings.write(talk, joined_recordings.make_utterances(3), "pcm_s16le")
    requests = [
        Request(f"{name}{start}", talks[name], start=start, end=start + 0.2)
        for start in (0.0, 0.2, 0.4)
        for name in talks
    ]
    reader = FaceReader(OPENFACE, {}, tmp_path, openface=counting_openface)
    faces = reader.read(requests, lambda _: None)
    assert not faces.errors
    assert {len(frames) for frames in faces.frames["openface"].values()} == {5}
    assert (tmp_path / "log").read_text() == "ab"
    reader.read(requests[-1:], lambda _: None)
    assert (tmp_path / "log").read_text() == "ab"


def test_a_file_that_was_written_anew_is_read_anew(tmp_path):
    reader = FaceReader(OPENFACE, {}, tmp_path)
    for strengths in ([1.0] * 5, [2.0] * 6):
        request = Request("a", None, smiles(tmp_path / "a.csv", strengths))
        frames = reader.read([request], print).frames["openface"]["a"]
        assert frames["AU12_r"].tolist() == strengths
