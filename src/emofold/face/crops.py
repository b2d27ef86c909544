"""Pictures of a face alone, upright: what encoders of faces look at."""

from typing import Any

import numpy as np
from PIL import Image

from emofold.errors import InputError
from emofold.face.landmarker import as_image, locate
from emofold.face.people import People

# Of MediaPipe's 478 landmarks: the corners of the eye to the left of the picture, and to the right
LEFT_EYE, RIGHT_EYE = (33, 133), (362, 263)
MARGIN = 0.15  # of the face's size, on each side


def crop_face(picture: np.ndarray, landmarks: np.ndarray, size: int) -> np.ndarray:
    """Return a square picture of a face, turned so that its eyes are level.

    The square holds all landmarks and a margin of 15 % around them; what lies outside of the
    picture is black.

    Parameters
    ----------
    picture
        RGB, uint8, shape (height, width, 3).
    landmarks
        Across and down, in pixels; shape (478, 2).
    size
        How wide and high the square is to be, in pixels.

    Returns
    -------
    numpy.ndarray
        RGB, uint8, shape (size, size, 3).
    """
    across, down = np.subtract(*(landmarks[[*eye]].mean(axis=0) for eye in (RIGHT_EYE, LEFT_EYE)))
    axes = np.array([[across, down], [-down, across]]) / max(np.hypot(across, down), 1e-9)
    upright = landmarks @ axes.T
    low, high = upright.min(axis=0), upright.max(axis=0)
    side = max((high - low).max() * (1 + 2 * MARGIN), 1.0)
    corner = ((low + high - side) / 2) @ axes
    pixels = max(1, round(side))
    step = axes * side / pixels  # in the picture, from one pixel of the square to the next
    square = Image.fromarray(picture).transform(
        (pixels, pixels),
        Image.Transform.AFFINE,
        (step[0, 0], step[1, 0], corner[0], step[0, 1], step[1, 1], corner[1]),
        Image.Resampling.BICUBIC,
    )
    return np.asarray(square.resize((size, size), Image.Resampling.BICUBIC))


def find_crop(landmarker: Any, picture: np.ndarray, size: int, which: str) -> np.ndarray:
    """Return a picture of a face in a picture, as :func:`crop_face` does.

    Parameters
    ----------
    landmarker
        One that does not follow faces, see :func:`emofold.face.landmarker.open_landmarker`.
    picture, size
        As of :func:`crop_face`.
    which
        Whose face it is; see :data:`emofold.face.people.CHOICES`.

    Raises
    ------
    InputError
        When there is no face.
    """
    landmarks, people = locate(landmarker.detect(as_image(picture)), picture), People()
    owners = people.recognise(landmarks, picture.shape, 0.0)
    if not owners:
        raise InputError("no face in the picture", "a face", "take another picture")
    return crop_face(picture, landmarks[owners.index(people.choose(which)[0])], size)
