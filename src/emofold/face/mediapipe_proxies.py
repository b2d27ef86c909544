"""What MediaPipe's face landmarker measures, and proxies of Action Units, on one core.

Grishchenko et al., *Blendshapes GHUM: Real-time Monocular Facial Blendshape Prediction*, 2023
(arXiv 2309.05782). The landmarker judges whether there is a face, not how sure it is of it: the
confidence is 1 with a face and 0 without. It knows no presences: the ``AU…_c`` are NaN. Its 52
blendshapes are kept as they are, and of its facial transformation matrix how the head is turned.

To follow one face is faster, and steadier, than to follow several, of which a landmarker must look
for more in every picture. So one is followed until a second landmarker, which is asked twice a
second, sees several; from then on all are.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from emofold.face.blendshapes import compute_proxies
from emofold.face.head_pose import measure_head_pose
from emofold.face.landmarker import MOST_FACES, as_image, locate, open_landmarker
from emofold.face.people import People
from emofold.face.schemas import FRAME_COLUMNS, OF_MEDIAPIPE

MEASURED = (*FRAME_COLUMNS[4:], *OF_MEDIAPIPE)
COLUMNS = (*FRAME_COLUMNS, "faces", *OF_MEDIAPIPE)
LOOK_AROUND = 0.5  # seconds


class MediaPipeExtractor:
    """Follows the faces in each clip, and reads the expression of one person throughout.

    Every clip gets landmarkers of its own, since a landmarker remembers where faces were.

    Parameters
    ----------
    model
        The file ``face_landmarker.task``.
    which
        Whose face is read where there are several; see :data:`emofold.face.people.CHOICES`.

    Raises
    ------
    InputError
        When the file is no face landmarker, or MediaPipe cannot run on this machine.
    """

    def __init__(self, model: Path, which: str = "largest") -> None:
        self._model, self._which = model, which
        open_landmarker(model, follows=True, faces=1).close()

    def extract(self, pictures: Iterable[tuple[float, np.ndarray]]) -> pd.DataFrame:
        """Return what is measured in each frame of a clip, of one person.

        Parameters
        ----------
        pictures
            The time of each picture in seconds, and the picture: RGB, uint8, shape (height, width,
            3). They are taken one after another, and none is held.

        Returns
        -------
        pandas.DataFrame
            One row per picture, with the columns :data:`COLUMNS`: ``faces`` is how many the picture
            shows, ``success`` whether that of the person is one of them. Its ``attrs`` have a
            ``remark`` where there are several people.
        """
        people, times, measured = People(), [], []
        with _Watcher(self._model) as watcher:
            for time, picture in pictures:
                found = watcher.look(picture, time)
                owners = people.recognise(locate(found, picture), picture.shape, time)
                times.append(time)
                measured.append(dict(zip(owners, _measure_faces(found), strict=True)))
        taken = people.choose(self._which)
        shown = [next(filter(of_picture.__contains__, taken), None) for of_picture in measured]
        nothing = np.full(len(MEASURED), np.nan)
        rows = [
            nothing if one is None else of_picture[one]
            for one, of_picture in zip(shown, measured, strict=True)
        ]
        frames = pd.DataFrame(rows, columns=MEASURED)
        seen = np.array([one is not None for one in shown])
        frames["frame"], frames["timestamp"] = np.arange(len(times)), times
        frames["success"], frames["confidence"] = seen.astype("int64"), seen.astype("float64")
        frames["faces"] = [len(of_picture) for of_picture in measured]
        if remark := people.describe(self._which):
            frames.attrs["remark"] = remark
        return frames[list(COLUMNS)]


class _Watcher:
    """Follows one face while there is one, and all of them once there are several."""

    def __init__(self, model: Path) -> None:
        self._model, self._open = model, ExitStack()
        self._follower = self._open.enter_context(open_landmarker(model, follows=True, faces=1))
        self._scout: Any = self._open.enter_context(
            open_landmarker(model, follows=False, faces=MOST_FACES, measures=False)
        )
        self._next_look, self._milliseconds = -np.inf, -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._open.close()

    def look(self, picture: np.ndarray, time: float) -> Any:
        """Return what the landmarker finds in the next picture."""
        image = as_image(picture)
        self._milliseconds = max(round(1000 * time), self._milliseconds + 1)
        if self._scout and time >= self._next_look:
            self._next_look = time + LOOK_AROUND
            if len(self._scout.detect(image).face_landmarks) > 1:
                self._open.close()
                self._scout = None
                self._follower = self._open.enter_context(
                    open_landmarker(self._model, follows=True, faces=MOST_FACES)
                )
        return self._follower.detect_for_video(image, self._milliseconds)


def _measure_faces(found: Any) -> Iterator[np.ndarray]:
    """Yield the values of each face that was found, in the order of :data:`MEASURED`."""
    for blendshapes, matrix in zip(
        found.face_blendshapes, found.facial_transformation_matrixes, strict=True
    ):
        scores = {blendshape.category_name: blendshape.score for blendshape in blendshapes}
        values = scores | compute_proxies(scores) | measure_head_pose(matrix)
        yield np.array([values.get(column, np.nan) for column in MEASURED])
