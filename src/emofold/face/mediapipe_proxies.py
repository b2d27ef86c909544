"""What MediaPipe's face landmarker measures, and proxies of Action Units, on one core.

Grishchenko et al., *Blendshapes GHUM: Real-time Monocular Facial Blendshape Prediction*, 2023
(arXiv 2309.05782). The landmarker judges whether there is a face, not how sure it is of it: the
confidence is 1 with a face and 0 without. It knows no presences: the ``AU…_c`` are NaN. Its 52
blendshapes are kept as they are, and of its facial transformation matrix how the head is turned.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emofold.face.blendshapes import compute_proxies
from emofold.face.followers import Followers
from emofold.face.head_pose import measure_head_pose
from emofold.face.landmarker import open_landmarker
from emofold.face.people import People
from emofold.face.schemas import FRAME_COLUMNS, OF_MEDIAPIPE

MEASURED = (*FRAME_COLUMNS[4:], *OF_MEDIAPIPE)
COLUMNS = (*FRAME_COLUMNS, "faces", *OF_MEDIAPIPE)


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
        with Followers(self._model) as followers:
            for time, picture in pictures:
                seen = followers.look(picture, time)
                faces = np.array([follower.face for follower in seen])
                owners = people.recognise(faces, picture.shape, time) if seen else []
                values = [_measure_face(follower.found) for follower in seen]
                times.append(time)
                measured.append(dict(zip(owners, values, strict=True)))
        taken = people.choose(self._which)
        shown = [next(filter(of_picture.__contains__, taken), None) for of_picture in measured]
        nothing = np.full(len(MEASURED), np.nan)
        rows = [
            nothing if one is None else of_picture[one]
            for one, of_picture in zip(shown, measured, strict=True)
        ]
        frames = pd.DataFrame(rows, columns=MEASURED)
        found = np.array([one is not None for one in shown])
        frames["frame"], frames["timestamp"] = np.arange(len(times)), times
        frames["success"], frames["confidence"] = found.astype("int64"), found.astype("float64")
        frames["faces"] = [len(of_picture) for of_picture in measured]
        if remark := people.describe(self._which):
            frames.attrs["remark"] = remark
        return frames[list(COLUMNS)]


def _measure_face(found: Any) -> np.ndarray:
    """Return the values of a face that was found, in the order of :data:`MEASURED`."""
    scores = {one.category_name: one.score for one in found.face_blendshapes[0]}
    pose = measure_head_pose(found.facial_transformation_matrixes[0])
    values = scores | compute_proxies(scores) | pose
    return np.array([values.get(column, np.nan) for column in MEASURED])
