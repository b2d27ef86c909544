"""What MediaPipe's face landmarker measures, and proxies of Action Units, on one core.

Grishchenko et al., *Blendshapes GHUM: Real-time Monocular Facial Blendshape Prediction*, 2023
(arXiv 2309.05782). The landmarker judges whether there is a face, not how sure it is of it: the
confidence is 1 with a face and 0 without. It knows no presences: the ``AU…_c`` are NaN. Its 52
blendshapes are kept as they are, and of its facial transformation matrix how the head is turned.

No picture leaves the machine. Of itself the library would send figures on its use and speed to
Google (https://goo.gle/mediapipe-privacy), and has no switch for that: whoever extracts does so
within :func:`emofold.face.reports.hold_back_reports`.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import mediapipe
import numpy as np
import pandas as pd
from mediapipe.tasks.python import BaseOptions
from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions, RunningMode

from emofold.errors import InputError
from emofold.face.blendshapes import compute_proxies
from emofold.face.head_pose import measure_head_pose
from emofold.face.schemas import FRAME_COLUMNS, OF_MEDIAPIPE

COLUMNS = FRAME_COLUMNS + OF_MEDIAPIPE
STDERR = 2
ANOTHER_MODEL = "delete it and run the workflow again, or name another as `model` of the extractor"


class MediaPipeExtractor:
    """Follows the face in each clip and reads its expression.

    Every clip gets a landmarker of its own, since a landmarker remembers where the face was; to
    make one takes about 20 ms.

    Parameters
    ----------
    model
        The file ``face_landmarker.task``.

    Raises
    ------
    InputError
        When the file is no face landmarker, or MediaPipe cannot run on this machine.
    """

    def __init__(self, model: Path) -> None:
        if not model.is_file():
            raise InputError(f"no file {model}", "Google's face_landmarker.task", ANOTHER_MODEL)
        self._model = model
        self._make_landmarker().close()

    def extract(self, pictures: Iterable[tuple[float, np.ndarray]]) -> pd.DataFrame:
        """Return what is measured in each frame of a clip, of the one face that is found first.

        Parameters
        ----------
        pictures
            The time of each picture in seconds, and the picture: RGB, uint8, shape (height, width,
            3). They are taken one after another, and none is held.

        Returns
        -------
        pandas.DataFrame
            One row per picture, with the columns :data:`COLUMNS`.
        """
        with self._make_landmarker() as landmarker:
            rows = np.array([*_read_expressions(landmarker, pictures)])
        frames = pd.DataFrame(rows, columns=COLUMNS)
        return frames.astype({"frame": "int64", "success": "int64"})

    def _make_landmarker(self) -> FaceLandmarker:
        options = FaceLandmarkerOptions(
            base_options=BaseOptions(
                model_asset_path=str(self._model), delegate=BaseOptions.Delegate.CPU
            ),
            running_mode=RunningMode.VIDEO,
            num_faces=1,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
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
                f"{self._model} is no face landmarker ({str(error).splitlines()[0]})",
                "Google's face_landmarker.task",
                ANOTHER_MODEL,
            ) from error


def _read_expressions(
    landmarker: FaceLandmarker, pictures: Iterable[tuple[float, np.ndarray]]
) -> Iterator[np.ndarray]:
    """Yield the values of each frame, in the order of the columns."""
    milliseconds = -1
    for number, (time, picture) in enumerate(pictures):
        milliseconds = max(round(1000 * time), milliseconds + 1)
        measured = _measure_face(landmarker, picture, milliseconds)
        values = {
            "frame": number,
            "timestamp": time,
            "confidence": float(bool(measured)),
            "success": int(bool(measured)),
            **measured,
        }
        yield np.array([values.get(column, np.nan) for column in COLUMNS])


def _measure_face(
    landmarker: FaceLandmarker, picture: np.ndarray, milliseconds: int
) -> dict[str, float]:
    """Return blendshapes, proxies and the pose of the head; nothing where no face is found."""
    image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
    found = landmarker.detect_for_video(image, milliseconds)
    if not found.face_blendshapes:
        return {}
    scores = {
        blendshape.category_name: blendshape.score for blendshape in found.face_blendshapes[0]
    }
    pose = measure_head_pose(found.facial_transformation_matrixes[0])
    return scores | compute_proxies(scores) | pose


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
