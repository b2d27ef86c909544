"""Encoding faces by a pretrained image model: of one person, some pictures a second."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from emofold.errors import InputError, counted
from emofold.face.crops import crop_face
from emofold.face.image_model import ImageModel, load_image_model
from emofold.face.landmarker import MOST_FACES, as_image, locate, open_landmarker
from emofold.face.people import People
from emofold.face.vectors import NEARLY, FaceVectors

BATCH = 16


class FaceEncoder:
    """Looks for the faces in a clip, and encodes upright pictures of one of them.

    Parameters
    ----------
    model
        The image model.
    landmarker
        MediaPipe's file ``face_landmarker.task``.
    frames_per_second
        How many pictures of a second of video are looked at.
    which
        Whose face it is where there are several; see :data:`emofold.face.people.CHOICES`.
    """

    def __init__(
        self, model: ImageModel, landmarker: Path, frames_per_second: float, which: str
    ) -> None:
        open_landmarker(landmarker, follows=False, faces=1, measures=False).close()
        self._model, self._landmarker = model, landmarker
        self._frames_per_second, self._which = frames_per_second, which

    def embed(self, pictures: Iterable[tuple[float, np.ndarray]]) -> FaceVectors:
        """Return the vectors of the face in a clip.

        Parameters
        ----------
        pictures
            The time of each picture in seconds, and the picture: RGB, uint8, shape (height, width,
            3). They are taken one after another, and none is held but small ones of faces.

        Raises
        ------
        InputError
            When no picture that is looked at shows a face.
        """
        seen = _Seen(self._model)
        people, looked_at = People(), 0
        sampler = _Sampler(self._frames_per_second)
        with open_landmarker(
            self._landmarker, follows=False, faces=MOST_FACES, measures=False
        ) as landmarker:
            for time, picture in pictures:
                if sampler.is_due(time):
                    looked_at += 1
                    landmarks = locate(landmarker.detect(as_image(picture)), picture)
                    owners = people.recognise(landmarks, picture.shape, time)
                    for owner, of_face in zip(owners, landmarks, strict=True):
                        seen.add(owner, time, crop_face(picture, of_face, self._model.size))
        if not people.known:
            raise InputError(
                f"no face in any of the {counted(looked_at, 'picture')} that were looked at",
                "a clip that shows a face",
                "replace the video, raise `frames_per_second`, or leave the clip out",
            )
        taken = people.choose(self._which)
        return FaceVectors(*seen.vectors_of(taken), sampler.end, people.describe(self._which))


class _Seen:
    """Faces that were seen, encoded some at a time."""

    def __init__(self, model: ImageModel) -> None:
        self._model = model
        self._waiting: list[np.ndarray] = []
        self._whose: list[tuple[int, float]] = []
        self._vectors: dict[int, list[np.ndarray]] = {layer: [] for layer in model.layers}

    def add(self, owner: int, time: float, picture: np.ndarray) -> None:
        self._whose.append((owner, time))
        self._waiting.append(picture)
        if len(self._waiting) == BATCH:
            self._encode()

    def vectors_of(self, taken: list[int]) -> tuple[np.ndarray, dict[int, np.ndarray]]:
        """Return when somebody was seen, see :meth:`People.choose`, and the vectors by layer."""
        self._encode()
        at: dict[float, int] = {}
        for owner in reversed(taken):
            at |= {time: row for row, (one, time) in enumerate(self._whose) if one == owner}
        times = np.array(sorted(at))
        rows = [at[time] for time in times]
        return times, {layer: np.concatenate(of)[rows] for layer, of in self._vectors.items()}

    def _encode(self) -> None:
        if self._waiting:
            for layer, vectors in self._model.encode(np.stack(self._waiting)).items():
                self._vectors[layer].append(vectors)
            self._waiting = []


class _Sampler:
    """Tells which pictures of a clip are due, so many a second."""

    def __init__(self, rate: float) -> None:
        self._rate, self._times, self._due = rate, [0.0], -np.inf

    @property
    def end(self) -> float:
        """When the last picture is over: it lasts as long as the one before."""
        return self._times[-1] + self._times[-1] - self._times[0]

    def is_due(self, time: float) -> bool:
        """Return whether the picture that is shown now is to be looked at."""
        self._times = [self._times[-1], time]
        if time < self._due - NEARLY:
            return False
        steps = 1 + np.floor((time + NEARLY) * self._rate)
        self._due = steps / self._rate
        return True


def make_face_encoder(settings: Mapping[str, Any], landmarker: Path, threads: int) -> FaceEncoder:
    """Return the encoder that a row of the config describes.

    Parameters
    ----------
    settings
        ``model``, a Hugging Face folder, `layers`, `tokens`, `frames_per_second` and `which`.
    landmarker
        As of :class:`FaceEncoder`.
    threads
        How many threads the model may use.

    Raises
    ------
    InputError
        When the model cannot be used, or faces cannot be looked for.
    """
    torch.set_num_threads(threads)
    model = load_image_model(Path(settings["model"]), settings["layers"], settings["tokens"])
    return FaceEncoder(model, landmarker, settings["frames_per_second"], settings["which"])
