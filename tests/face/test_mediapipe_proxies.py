"""The face landmarker finds real faces, gives proxies of their Action Units, and repeats itself."""

import ctypes
import os
import sys

import av
import numpy as np
import pandas as pd
import pytest
from mediapipe.tasks.python.core import mediapipe_c_bindings

from emofold.errors import InputError
from emofold.face.extraction import make_frame_reader
from emofold.face.mediapipe_proxies import MediaPipeExtractor
from emofold.face.openface_csv import read_openface_csv
from emofold.face.schemas import (
    ACTION_UNITS,
    AU_INTENSITIES,
    AU_PRESENCES,
    BLENDSHAPES,
    FRAME_COLUMNS,
    FRAMES,
    HEAD_POSE,
    OF_MEDIAPIPE,
)
from emofold.media.video import read_frames
from emofold.tables import read_table, write_table

MEDIAPIPE = {"name": "mediapipe", "kind": "mediapipe"}


@pytest.fixture(scope="module")
def read(realdata):
    return make_frame_reader(MEDIAPIPE, realdata / "models/face_landmarker.task", 600)


@pytest.fixture(scope="module")
def frames_of(read, realdata):
    """The frames of a real video, extracted once."""
    kept = {}

    def extract(name):
        if name not in kept:
            kept[name] = read(realdata / "faces" / name, None)
        return kept[name]

    return extract


@pytest.fixture
def empty_room(tmp_path):
    """A video without a face, whose pictures come less than a millisecond apart."""
    path = tmp_path / "ein Zimmer äöü.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=2500)
        stream.width, stream.height = 160, 120
        for _ in range(8):
            frame = av.VideoFrame.from_ndarray(np.full((120, 160, 3), 90, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "frames", "faces"),
    [("single_face.mp4", 72, 72), ("face_noface.mov", 169, 73), ("noface_face.mov", 169, 73)],
)
def test_faces_are_found_where_they_are(frames_of, name, frames, faces):
    found = frames_of(name)
    assert tuple(found.columns) == (*FRAME_COLUMNS, "faces", *OF_MEDIAPIPE)
    assert found["frame"].tolist() == list(range(frames))
    assert found["success"].sum() == pytest.approx(faces, abs=3)
    assert found["timestamp"].is_monotonic_increasing


@pytest.mark.realdata
def test_a_face_gives_intensities_from_0_to_5_and_no_face_gives_none(frames_of):
    found = frames_of("noface_face.mov")
    with_face = found[found["success"] == 1]
    without = found[found["success"] == 0]
    assert without["frame"].median() < with_face["frame"].median()
    assert with_face[list(AU_INTENSITIES)].stack().between(0, 5).all()
    assert set(with_face["confidence"]) == {1.0}
    assert set(without["confidence"]) == {0.0}
    assert without[list(ACTION_UNITS)].isna().all(axis=None)
    assert found[list(AU_PRESENCES)].isna().all(axis=None)


@pytest.mark.realdata
def test_blendshapes_and_the_pose_of_the_head_stand_beside_their_proxies(frames_of):
    found = frames_of("noface_face.mov")
    has_face = found["success"] == 1
    assert found.loc[has_face, list(OF_MEDIAPIPE)].notna().all(axis=None)
    assert found.loc[~has_face, list(OF_MEDIAPIPE)].isna().all(axis=None)
    assert found.loc[has_face, list(BLENDSHAPES)].stack().between(0, 1).all()
    assert found.loc[has_face, list(HEAD_POSE)].abs().stack().between(0, 60).all()
    smile = found[["mouthSmileLeft", "mouthSmileRight"]].mean(axis="columns")
    np.testing.assert_allclose(found["AU12_r"], 5 * smile)


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["WolfgangLanger_Pexels", "single_face"])
def test_the_proxies_rise_and_fall_with_the_intensities_of_openface(frames_of, realdata, name):
    openface = read_openface_csv(realdata / "faces" / f"{name}.openface-clnf.csv")
    found = frames_of(f"{name}.mp4")
    correlation = {au: found[au].corr(openface[au]) for au in AU_INTENSITIES}
    least = {"AU12_r": 0.85, "AU25_r": 0.85, "AU10_r": 0.75, "AU01_r": 0.65, "AU45_r": 0.65}
    least |= {"AU26_r": 0.5, "AU02_r": 0.45, "AU06_r": 0.4}
    assert not {au: correlation[au] for au in least if correlation[au] < least[au]}


@pytest.mark.realdata
def test_a_clip_gives_the_same_numbers_again_whatever_came_before(read, frames_of, realdata):
    earlier = frames_of("single_face.mp4")
    frames_of("noface_face.mov")
    again = read(realdata / "faces/single_face.mp4", None)
    pd.testing.assert_frame_equal(again, earlier, check_exact=True)


@pytest.mark.realdata
def test_pictures_in_memory_give_what_their_video_gives(frames_of, realdata):
    pictures = [*read_frames(realdata / "faces/single_face.mp4")]
    extractor = MediaPipeExtractor(realdata / "models/face_landmarker.task")
    found = extractor.extract(pictures)
    pd.testing.assert_frame_equal(found, frames_of("single_face.mp4"), check_exact=True)


@pytest.mark.realdata
def test_the_time_of_each_picture_is_told(realdata, empty_room):
    model, times = realdata / "models/face_landmarker.task", []
    frames = make_frame_reader(MEDIAPIPE, model, 600)(empty_room, None, on_progress=times.append)
    assert times == frames["timestamp"].tolist()


@pytest.mark.realdata
def test_a_video_without_a_face_is_a_table_all_the_same(read, empty_room, tmp_path):
    found = read(empty_room, None)
    assert found["success"].tolist() == [0] * 8
    table = tmp_path / "frames.parquet"
    write_table(found.assign(clip="room"), table, FRAMES)
    assert len(read_table(table, FRAMES)) == 8


@pytest.mark.realdata
def test_the_start_is_silent_and_leaves_the_error_stream_as_it_was(realdata, capfd):
    make_frame_reader(MEDIAPIPE, realdata / "models/face_landmarker.task", 600)
    os.write(sys.__stderr__.fileno(), b"still heard")
    assert capfd.readouterr().err == "still heard"


@pytest.mark.realdata
def test_a_video_that_is_too_long_or_missing_is_refused(realdata, tmp_path):
    read = make_frame_reader(MEDIAPIPE, realdata / "models/face_landmarker.task", 2.0)
    with pytest.raises(InputError, match="at most 2 s"):
        read(realdata / "faces/single_face.mp4", None)
    with pytest.raises(InputError, match="no file"):
        read(tmp_path / "none.mp4", None)
    with pytest.raises(InputError, match="without media"):
        read(None, tmp_path / "clip.csv")


def test_a_model_that_is_missing_or_another_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="without a model"):
        make_frame_reader(MEDIAPIPE, None, 600)
    model = tmp_path / "face_landmarker.task"
    with pytest.raises(InputError, match="no file"):
        make_frame_reader(MEDIAPIPE, model, 600)
    for content in ("", "no weights"):
        model.write_text(content)
        with pytest.raises(InputError, match="is no face landmarker"):
            make_frame_reader(MEDIAPIPE, model, 600)


def test_missing_system_libraries_are_named(monkeypatch, tmp_path):
    def not_there(path, *_):
        raise OSError("libGLESv2.so.2: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(mediapipe_c_bindings, "_shared_lib", None)
    monkeypatch.setattr(ctypes, "CDLL", not_there)
    model = tmp_path / "face_landmarker.task"
    model.touch()
    with pytest.raises(InputError, match=r"libGLESv2.*libegl1 and libgles2"):
        make_frame_reader(MEDIAPIPE, model, 600)


def test_an_unknown_kind_of_extractor_is_refused():
    with pytest.raises(InputError, match="the kind 'pyfeat'"):
        make_frame_reader({"name": "mine", "kind": "pyfeat"}, None, 600)
