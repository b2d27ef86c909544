"""The faces of clips, whole and in windows."""

import numpy as np
import pytest

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
