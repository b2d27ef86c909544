"""Of several people in a clip one is followed throughout, as if nobody else were there."""

import numpy as np
import pytest

from emofold.face.encoder import make_face_encoder
from emofold.face.mediapipe_proxies import MediaPipeExtractor
from emofold.face.schemas import AU_INTENSITIES, FRAMES
from emofold.tables import read_table, write_table
from image_models import make_image_model
from several_faces import compose, read_pictures

pytestmark = pytest.mark.realdata

COUNT = 45
ALL = (0, COUNT)
UNITS = list(AU_INTENSITIES)


@pytest.fixture(scope="module")
def model(realdata):
    return realdata / "models/face_landmarker.task"


@pytest.fixture(scope="module")
def man(realdata):
    return read_pictures(realdata / "faces/single_face.mp4", COUNT, 360)


@pytest.fixture(scope="module")
def woman(realdata):
    return read_pictures(realdata / "faces/WolfgangLanger_Pexels.mp4", COUNT, 180)


def intensities(frames):
    return frames.loc[frames["success"] == 1, UNITS].mean()


@pytest.fixture(scope="module")
def beside(man, woman):
    """A man, and a woman whose face is smaller."""
    return compose((man, 0, *ALL), (woman, 400, *ALL), count=COUNT)


@pytest.fixture(scope="module")
def man_alone(model, man):
    return MediaPipeExtractor(model).extract(compose((man, 0, *ALL), count=COUNT))


@pytest.fixture(scope="module")
def woman_alone(model, woman):
    return MediaPipeExtractor(model).extract(compose((woman, 400, *ALL), count=COUNT))


def test_the_larger_face_beside_another_is_read_as_if_it_were_alone(model, beside, man_alone):
    frames = MediaPipeExtractor(model).extract(beside)
    assert frames.attrs["remark"].startswith("2 faces are seen: the largest")
    assert frames["faces"].max() == 2
    np.testing.assert_allclose(frames[UNITS], man_alone[UNITS], atol=0.02)
    assert "remark" not in man_alone.attrs
    assert set(man_alone["faces"]) == {1}


def test_another_is_read_where_the_config_says_so(model, beside, woman_alone, man, woman):
    """She is first where he comes later."""
    later = compose((woman, 400, *ALL), (man, 0, 15, COUNT), count=COUNT)
    frames = MediaPipeExtractor(model, "first").extract(later)
    seen = (frames["success"] == 1) & (woman_alone["success"] == 1)
    assert seen.sum() > 20
    np.testing.assert_allclose(frames.loc[seen, UNITS], woman_alone.loc[seen, UNITS], atol=0.3)
    assert "the first to be seen is used" in frames.attrs["remark"]


def test_a_bystander_who_is_seen_first_does_not_take_the_place_of_the_larger_face(
    model, man, woman, woman_alone
):
    him = MediaPipeExtractor(model).extract(compose((man, 0, 5, COUNT), count=COUNT))
    pictures = compose((woman, 400, 0, 30), (man, 0, 5, COUNT), count=COUNT)
    frames = MediaPipeExtractor(model).extract(pictures)
    used = frames["success"] == 1
    assert not used[:5].any()
    assert used[18:].all()  # half a second after his coming at the latest
    both = used & (woman_alone["success"] == 1)
    off_him = (frames.loc[used, UNITS] - him.loc[used, UNITS]).abs().to_numpy().mean()
    off_her = (frames.loc[both, UNITS] - woman_alone.loc[both, UNITS]).abs().to_numpy().mean()
    assert off_him < 0.2
    assert off_her > 0.2


def test_while_the_person_is_away_nobody_else_is_read(model, man, woman):
    pictures = compose((man, 0, 0, 20), (man[30:], 0, 30, COUNT), (woman, 400, *ALL), count=COUNT)
    frames = MediaPipeExtractor(model).extract(pictures)
    assert not frames["success"][20:30].any()
    assert frames["success"][:20].all()
    assert frames["success"][32:].all()
    assert (frames["faces"][20:30] == 1).any()


def test_the_table_of_frames_says_how_many_faces_each_picture_shows(tmp_path, man_alone):
    table = tmp_path / "frames.parquet"
    write_table(man_alone.assign(clip="a"), table, FRAMES)
    assert read_table(table, FRAMES)["faces"].tolist() == [1] * COUNT


def test_an_encoder_looks_at_the_same_person_as_an_extractor(tmp_path, model, man, beside):
    settings = {
        "model": make_image_model(tmp_path / "vit", "vit"),
        "layers": 2,
        "tokens": "cls",
        "frames_per_second": 5,
        "which": "largest",
    }
    encoder = make_face_encoder(settings, model, 1)
    alone = encoder.embed(compose((man, 0, *ALL), count=COUNT))
    seen = encoder.embed(beside)
    assert seen.remark.startswith("2 faces are seen: the largest")
    assert alone.remark == ""
    np.testing.assert_allclose(seen.timestamps, alone.timestamps)
    np.testing.assert_allclose(seen.layers[2], alone.layers[2], atol=0.1)
