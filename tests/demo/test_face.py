"""Drawn faces: each Action Unit moves its part of the face, and nothing else."""

import mediapipe
import numpy as np
import pytest
from mediapipe.tasks.python import BaseOptions
from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions
from skimage.color import rgb2gray

from emofold.demo.cast import CAST
from emofold.demo.face import FRAME_SIDE, VIEW_CENTRE, VIEW_SIDE, Motion, draw

ANNA = CAST[0].looks
PIXELS = FRAME_SIDE / VIEW_SIDE


def face(looks=ANNA, lids=0.0, head=(0, 0, 0), **actions):
    """Draw one frame; the actions' names with an underscore for a space."""
    tracks = {name.replace("_", " "): np.array([amount]) for name, amount in actions.items()}
    motion = Motion(tracks, np.array([lids]), np.array([head], dtype=float))
    return next(draw(looks, motion, np.random.default_rng(0)))


def region(picture, left, top, right, bottom):
    """Cut a region, given in pixels of the photograph, out of a frame of the first speaker."""
    origin = np.array(VIEW_CENTRE) - VIEW_SIDE / 2
    (x0, y0), (x1, y1) = ((np.array(c) - origin) * PIXELS for c in ((left, top), (right, bottom)))
    return rgb2gray(picture)[int(y0) : int(y1), int(x0) : int(x1)]


MOUTH = (214, 144, 232, 160)
EYE = (198, 97, 208, 107)
BROW = (205, 80, 213, 95)


def height_of_darkest_row(picture, *place):
    return region(picture, *place).mean(axis=1).argmin()


def test_a_frame_is_a_picture():
    picture = face()
    assert picture.shape == (FRAME_SIDE, FRAME_SIDE, 3)
    assert picture.dtype == np.uint8
    assert 60 < picture.mean() < 200


def test_a_dropped_jaw_opens_a_dark_mouth():
    opened = region(face(jaw_drop=1.0), *MOUTH)
    assert opened.min() < 0.2
    assert np.mean(opened < 0.25) > np.mean(region(face(), *MOUTH) < 0.25) + 0.15


def test_brows_go_up_and_down():
    above, around = (205, 80, 213, 92), (210, 86, 215, 96)
    rest, raised, lowered = face(), face(inner_brow_raiser=1.0), face(brow_lowerer=0.5)
    assert height_of_darkest_row(raised, *above) < height_of_darkest_row(rest, *above) - 3
    assert height_of_darkest_row(lowered, *around) > height_of_darkest_row(rest, *around) + 1


def test_closed_lids_hide_the_eyes():
    dark = [np.mean(region(face(lids=lids), *EYE) < 0.3) for lids in (0.0, 0.4, 1.0)]
    assert dark[0] > dark[2] + 0.1
    assert region(face(), *EYE).max() > 0.6


def test_the_mouth_leaves_the_brows_alone_and_the_brows_the_mouth():
    rest = face()
    smiling, raised = face(lip_corner_puller=1.0, jaw_drop=1.0), face(inner_brow_raiser=1.0)
    assert np.abs(region(smiling, *BROW) - region(rest, *BROW)).max() < 0.02
    assert np.abs(region(raised, *MOUTH) - region(rest, *MOUTH)).max() < 0.02
    assert np.abs(region(smiling, *MOUTH) - region(rest, *MOUTH)).mean() > 0.05


def test_the_head_moves_and_the_corner_of_the_room_stays():
    still, moved = face().astype(int), face(head=(4, 2, 0.02)).astype(int)
    assert np.abs(moved - still)[100:220, 100:220].mean() > 4
    assert np.abs(moved - still)[:12, :12].mean() < 1


def test_every_speaker_looks_different():
    pictures = [face(speaker.looks).astype(int) for speaker in CAST]
    for number, picture in enumerate(pictures):
        for other in pictures[:number]:
            assert np.abs(picture - other).mean() > 5


def blendshapes(realdata, pictures):
    """Return what MediaPipe finds in each picture; an empty dictionary where it finds no face."""
    model = realdata / "models" / "face_landmarker.task"
    options = FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model)), output_face_blendshapes=True
    )
    with FaceLandmarker.create_from_options(options) as landmarker:
        found = [
            landmarker.detect(
                mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
            ).face_blendshapes
            for picture in pictures
        ]
    return [{b.category_name: b.score for b in faces[0]} if faces else {} for faces in found]


@pytest.mark.realdata
def test_mediapipe_sees_what_the_face_does(realdata):
    rest, smile, gape, raised, asleep = blendshapes(
        realdata,
        [
            face(),
            face(lip_corner_puller=1.0, cheek_raiser=0.8),
            face(jaw_drop=1.2),
            face(inner_brow_raiser=1.0, outer_brow_raiser=1.0),
            face(lids=1.0),
        ],
    )
    assert smile["mouthSmileLeft"] > rest["mouthSmileLeft"] + 0.2
    assert gape["jawOpen"] > rest["jawOpen"] + 0.1
    assert raised["browInnerUp"] > rest["browInnerUp"] + 0.2
    assert asleep["eyeBlinkLeft"] > rest["eyeBlinkLeft"] + 0.2


@pytest.mark.realdata
@pytest.mark.parametrize("number", range(len(CAST)))
def test_mediapipe_finds_every_speaker_at_rest_and_at_play(realdata, number):
    looks = CAST[number].looks
    pictures = [
        face(looks),
        face(looks, jaw_drop=1.2, upper_lid_raiser=1.2, head=(4, -3, 0.05)),
        face(looks, nose_wrinkler=1.2, lip_corner_depressor=1.2, lids=1.0, head=(-4, 3, -0.05)),
    ]
    assert all(blendshapes(realdata, pictures))
