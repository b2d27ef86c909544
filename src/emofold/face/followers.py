"""Following each face of a video by a landmarker of its own.

A landmarker that follows one face smooths what it sees of it; one that follows several does not,
and measures other expressions. So each face has one, which is shown the picture with the other
faces painted over. While there is only one face, its landmarker is shown the picture as it is.
Whether there are more is looked up twice a second.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from emofold.face.landmarker import MOST_FACES, as_image, locate, open_landmarker

LOOK_AROUND = 0.5  # seconds
PAINTED_MARGIN = 0.2  # of the size of a face that is painted over, on each side
SAME_PLACE = 0.5  # of the width of a face
PAINT = 127


@dataclass
class Follower:
    """A landmarker, and where the face that it follows is; None where it has lost it."""

    landmarker: Any
    face: np.ndarray | None = None
    found: Any = None

    def look(self, picture: np.ndarray, milliseconds: int) -> None:
        """Find the face in the next picture."""
        self.found = self.landmarker.detect_for_video(as_image(picture), milliseconds)
        landmarks = locate(self.found, picture)
        self.face = landmarks[0] if len(landmarks) else None


class Followers:
    """All who follow the faces of one clip.

    Parameters
    ----------
    model
        The file ``face_landmarker.task``.
    """

    def __init__(self, model: Path) -> None:
        self._model, self._open = model, ExitStack()
        self._scout = self._open.enter_context(
            open_landmarker(model, follows=False, faces=MOST_FACES, measures=False)
        )
        self._followers = [self._make_follower()]
        self._next_look, self._milliseconds = -np.inf, -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._open.close()

    def look(self, picture: np.ndarray, time: float) -> list[Follower]:
        """Return those who have found their face in the next picture."""
        self._milliseconds = max(round(1000 * time), self._milliseconds + 1)
        self._let_look(self._followers, picture)
        if time >= self._next_look:
            self._next_look = time + LOOK_AROUND
            self._welcome_newcomers(picture)
        self._leave_doubled()
        return [follower for follower in self._followers if follower.face is not None]

    def _let_look(self, some: Iterable[Follower], picture: np.ndarray) -> None:
        several = len(self._followers) > 1
        for follower in some:
            shown = self._paint_others(picture, follower) if several else picture
            follower.look(shown, self._milliseconds)

    def _welcome_newcomers(self, picture: np.ndarray) -> None:
        """Give faces that nobody follows a follower each, in the place of those who lost theirs."""
        following = [follower for follower in self._followers if follower.face is not None]
        unknown = [
            face
            for face in locate(self._scout.detect(as_image(picture)), picture)
            if not any(_is_same_place(follower.face, face) for follower in following)
        ]
        if unknown and len(following) + len(unknown) > 1:
            newcomers = [self._make_follower(face) for face in unknown]
            self._followers = [*following, *newcomers]
            self._let_look(newcomers, picture)

    def _make_follower(self, face: np.ndarray | None = None) -> Follower:
        landmarker = self._open.enter_context(open_landmarker(self._model, follows=True, faces=1))
        return Follower(landmarker, face)

    def _paint_others(self, picture: np.ndarray, follower: Follower) -> np.ndarray:
        """Return a picture in which the faces of all others are painted over."""
        painted = picture.copy()
        for other in self._followers:
            if other is not follower and other.face is not None:
                painted[_area(other.face, picture)] = PAINT
        if follower.face is not None:
            own = _area(follower.face, picture)
            painted[own] = picture[own]
        return painted

    def _leave_doubled(self) -> None:
        """Leave a face to the first of those who follow it."""
        kept: list[Follower] = []
        for follower in self._followers:
            if not any(_is_same_place(other.face, follower.face) for other in kept):
                kept.append(follower)
        self._followers = kept


def _is_same_place(face: np.ndarray | None, other: np.ndarray | None) -> bool:
    if face is None or other is None:
        return False
    apart = np.hypot(*(face.mean(axis=0) - other.mean(axis=0)))
    return bool(apart < SAME_PLACE * max(np.ptp(face[:, 0]), np.ptp(other[:, 0])))


def _area(face: np.ndarray, picture: np.ndarray) -> tuple[slice, slice]:
    """Return the rows and the columns of a picture that show a face."""
    low, high = face.min(axis=0), face.max(axis=0)
    margin = PAINTED_MARGIN * (high - low)
    left, top = np.maximum(low - margin, 0).astype(int)
    right, bottom = np.minimum(high + margin, picture.shape[1::-1]).astype(int)
    return slice(top, max(top, bottom)), slice(left, max(left, right))
