"""MediaPipe's face landmarker: opened, and asked where faces are in a picture.

No picture leaves the machine. Of itself the library would send figures on its use and speed to
Google (https://goo.gle/mediapipe-privacy), and has no switch for that: whoever looks for faces does
so within :func:`emofold.face.reports.hold_back_reports`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mediapipe
import numpy as np
from mediapipe.tasks.python import BaseOptions
from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions, RunningMode

from emofold.errors import InputError

MOST_FACES = 4
LANDMARKS = 478
STDERR = 2
ANOTHER_MODEL = "delete it and run the workflow again, or name another as `model` of the extractor"


def open_landmarker(
    model: Path, *, follows: bool, faces: int, measures: bool = True
) -> FaceLandmarker:
    """Return a landmarker, to be closed when it is no longer needed.

    To make one takes about 20 ms.

    Parameters
    ----------
    model
        The file ``face_landmarker.task``.
    follows
        Whether the pictures that it is given are successive ones of one video; otherwise it looks
        at each as if it had seen none before.
    faces
        How many faces it looks for.
    measures
        Whether it measures what the faces express, and how the heads are turned.

    Raises
    ------
    InputError
        When the file is no face landmarker, or MediaPipe cannot run on this machine.
    """
    if not model.is_file():
        raise InputError(f"no file {model}", "Google's face_landmarker.task", ANOTHER_MODEL)
    options = FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model), delegate=BaseOptions.Delegate.CPU),
        running_mode=RunningMode.VIDEO if follows else RunningMode.IMAGE,
        num_faces=faces,
        output_face_blendshapes=measures,
        output_facial_transformation_matrixes=measures,
    )
    try:
        with _silence_stderr():
            return FaceLandmarker.create_from_options(options)
    except OSError as error:
        raise InputError(
            f"MediaPipe cannot run here ({error})",
            "the system libraries that it links",
            "install them: on Debian and Ubuntu the packages libegl1 and libgles2",
        ) from error
    except (ValueError, RuntimeError) as error:
        raise InputError(
            f"{model} is no face landmarker ({str(error).splitlines()[0]})",
            "Google's face_landmarker.task",
            ANOTHER_MODEL,
        ) from error


def as_image(picture: np.ndarray) -> mediapipe.Image:
    """Return an RGB picture, uint8, shape (height, width, 3), as MediaPipe takes it."""
    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)


def locate(found: Any, picture: np.ndarray) -> np.ndarray:
    """Return where the landmarks of each face are, in pixels.

    Parameters
    ----------
    found
        What a landmarker returned.
    picture
        The picture that it looked at.

    Returns
    -------
    numpy.ndarray
        float64, shape (faces, landmarks, 2): across and down.
    """
    height, width = picture.shape[:2]
    faces = [[(point.x, point.y) for point in face] for face in found.face_landmarks]
    return np.reshape(faces, (len(faces), LANDMARKS, 2)) * (width, height)


@contextmanager
def _silence_stderr() -> Iterator[None]:
    """Drop what the C++ library writes to the standard error stream while it starts."""
    kept = os.dup(STDERR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, STDERR)
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)
        os.close(nowhere)
