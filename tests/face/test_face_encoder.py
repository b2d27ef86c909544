"""Faces are cropped upright and encoded picture by picture, real ones and drawn ones."""

import itertools

import numpy as np
import pytest
from PIL import Image

from emofold.errors import InputError
from emofold.face.crops import LEFT_EYE, RIGHT_EYE, crop_face, find_crop
from emofold.face.encoder import make_face_encoder
from emofold.face.landmarker import as_image, locate, open_landmarker
from emofold.face.vectors import FaceVectors
from emofold.media.video import read_frame_near, read_frames
from image_models import DEPTH, SIZE, make_image_model

pytestmark = pytest.mark.realdata

SETTINGS = {"layers": "all", "tokens": "patches", "frames_per_second": 5, "which": "largest"}


@pytest.fixture(scope="module")
def landmarker(realdata):
    return realdata / "models/face_landmarker.task"


@pytest.fixture(scope="module")
def looks(landmarker):
    with open_landmarker(landmarker, follows=False, faces=4, measures=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return make_image_model(tmp_path_factory.mktemp("models") / "dinov2", "dinov2")


@pytest.fixture(scope="module")
def encoder(tiny, landmarker):
    return make_face_encoder({**SETTINGS, "model": tiny}, landmarker, 1)


def tilt(picture, degrees):
    return np.asarray(Image.fromarray(picture).rotate(degrees, Image.Resampling.BICUBIC))


@pytest.mark.parametrize("degrees", [-30, 20])
@pytest.mark.parametrize("name", ["single_face.mp4", "01-01-08-02-01-01-19.mp4"])
def test_the_eyes_of_a_tilted_head_are_level_in_its_crop(realdata, looks, name, degrees):
    picture = tilt(read_frame_near(realdata / "faces" / name, 0.5), degrees)
    crop = find_crop(looks, picture, 224, "largest")
    (landmarks,) = locate(looks.detect(as_image(crop)), crop)
    left, right = (landmarks[[*eye]].mean(axis=0) for eye in (LEFT_EYE, RIGHT_EYE))
    across, down = right - left
    assert abs(np.degrees(np.arctan2(down, across))) < 4
    assert 224 / 5 < across < 224 / 2
    margin = np.array([landmarks.min(axis=0), 224 - landmarks.max(axis=0)])
    assert (margin > 10).all()


def test_what_lies_outside_of_the_picture_is_black():
    landmarks = np.zeros((478, 2))
    landmarks[[*LEFT_EYE], 0], landmarks[[*RIGHT_EYE], 0] = -10, 10
    landmarks[0] = (0, 20)
    crop = crop_face(np.full((30, 30, 3), 200, np.uint8), landmarks, 64)
    assert crop.shape == (64, 64, 3)
    assert (crop[:, :20] == 0).all()
    assert (crop[20:60, 40:] == 200).all()


def test_some_pictures_a_second_are_encoded(realdata, encoder):
    seen = encoder.embed(read_frames(realdata / "faces/single_face.mp4"))
    assert seen.end == pytest.approx(2.4, abs=0.1)
    assert len(seen.timestamps) == 12
    np.testing.assert_allclose(np.diff(seen.timestamps), 0.2, atol=0.04)
    assert [*seen.layers] == [*range(DEPTH + 1)]
    assert {vectors.shape for vectors in seen.layers.values()} == {(12, 32)}
    assert seen.remark == ""
    thirds = seen.pool("thirds")[DEPTH]
    assert thirds.shape == (96,)
    np.testing.assert_allclose(
        thirds.reshape(3, 32).mean(axis=0), seen.pool("mean")[DEPTH], rtol=1e-3
    )


def test_a_clip_is_encoded_as_its_crops_are_one_by_one(realdata, encoder, looks):
    pictures = [*itertools.islice(read_frames(realdata / "faces/single_face.mp4"), 13)]
    seen = encoder.embed(pictures)
    for time, vector in zip(seen.timestamps, seen.layers[DEPTH], strict=True):
        crop = find_crop(looks, dict(pictures)[time], SIZE, "largest")
        alone = encoder._model.encode(crop[None])[DEPTH][0]
        np.testing.assert_allclose(vector, alone, atol=1e-4)


def test_pictures_without_the_face_are_left_out(realdata, encoder):
    seen = encoder.embed(read_frames(realdata / "faces/noface_face.mov"))
    assert seen.timestamps.min() > 2
    assert seen.end > 5


def test_a_clip_without_a_face_is_an_error(encoder):
    blank = [(number / 10, np.full((90, 120, 3), 90, np.uint8)) for number in range(20)]
    with pytest.raises(InputError, match="no face in any of the 10 pictures"):
        encoder.embed(blank)


def test_a_window_holds_what_is_seen_in_it():
    vectors = np.arange(10, dtype="float32")[:, None]
    seen = FaceVectors(np.arange(10) / 5, {3: vectors}, 2.0).delay(1.0)
    cut = seen.cut(1.4, 2.0)
    assert cut.layers[3].ravel().tolist() == [2, 3, 4]
    assert cut.pool("mean")[3].tolist() == [3]
    assert cut.pool("thirds")[3].tolist() == [2, 3, 4]
    assert seen.cut(1.0, 1.3).pool("thirds")[3].tolist() == [0, 0.5, 1]
