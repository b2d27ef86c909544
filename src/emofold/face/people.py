"""Who is who in a video: faces followed from picture to picture, and one of them chosen.

A face is known by where it is and how large, not by its looks.
"""

from dataclasses import dataclass, field

import numpy as np

from emofold.errors import counted

CHOICES = {
    "largest": "the largest over the clip",
    "central": "the most central over the clip",
    "first": "the first to be seen",
}
REACH = 1.0  # how far a face may move between pictures, in its own widths or in doublings of size
REACH_PER_SECOND = 2.0  # how much further while it is out of sight
MOST_FURTHER = 1.0  # beyond which it is another face
FLEETING = 0.5  # seconds; who is seen for less is hardly there


@dataclass
class Person:
    """Somebody of whom a face was seen.

    Attributes
    ----------
    centre, width
        Where the face was seen last, in pixels.
    start, time
        When it was seen first, and last, in seconds.
    area
        The shares of the pictures that the face took, all added up.
    centrality
        How near it was to the middle of the pictures, from 0 to 1, all added up.
    """

    centre: np.ndarray
    width: float
    start: float
    time: float
    area: float = 0.0
    centrality: float = 0.0

    def distance(self, centre: np.ndarray, width: float) -> float:
        """Return how far a face is from where this one was, in widths, or doublings of these."""
        apart = np.hypot(*(centre - self.centre)) / ((self.width + width) / 2)
        return float(np.hypot(apart, np.log2(width / self.width)))


@dataclass
class People:
    """Those whose faces are seen in a clip, in the order of their appearance.

    Of several who appear at once, the largest face comes first.
    """

    known: list[Person] = field(default_factory=list)

    def recognise(self, landmarks: np.ndarray, shape: tuple[int, ...], time: float) -> list[int]:
        """Return whose each face of the next picture is, as places among those who are known.

        Parameters
        ----------
        landmarks
            As of :func:`emofold.face.landmarker.locate`.
        shape
            The height and the width of the picture.
        time
            When it is shown, in seconds.
        """
        centres = (landmarks.min(axis=1) + landmarks.max(axis=1)) / 2
        sizes = np.maximum(np.ptp(landmarks, axis=1), 1.0)
        owners = self._match(centres, sizes[:, 0], time)
        for face in np.argsort(-sizes.prod(axis=1), kind="stable"):
            if face not in owners:
                owners[face] = len(self.known)
                self.known.append(Person(centres[face], sizes[face, 0], time, time))
        middle = np.array(shape[1::-1]) / 2
        for face, owner in owners.items():
            person = self.known[owner]
            person.centre, person.width, person.time = centres[face], sizes[face, 0], time
            person.area += float(sizes[face].prod() / (4 * middle.prod()))
            off = np.hypot(*(centres[face] - middle)) / np.hypot(*middle)
            person.centrality += max(0.0, 1.0 - float(off))
        return [owners[face] for face in range(len(landmarks))]

    def choose(self, which: str) -> list[int]:
        """Return whose face is used, throughout the clip; nobody where there is none.

        While there is only one person, those who are hardly there stand for it where it is missing:
        what moves too fast to be followed is more likely the same face than another.

        Parameters
        ----------
        which
            One of :data:`CHOICES`.

        Returns
        -------
        list of int
            Of those who are in a picture, the one who comes first in this list is used.
        """
        lasting = self._lasting()
        candidates = lasting or [*range(len(self.known))]
        if not candidates:
            return []
        weights: dict[str, list[float]] = {
            "largest": [self.known[one].area for one in candidates],
            "central": [self.known[one].centrality for one in candidates],
            "first": [-one for one in candidates],
        }
        chosen = candidates[int(np.argmax(weights[which]))]
        if len(lasting) > 1:
            return [chosen]
        return [chosen, *(one for one in range(len(self.known)) if one != chosen)]

    def describe(self, which: str) -> str:
        """Say that there are several, and which one is used; nothing where there is one."""
        lasting = len(self._lasting())
        if lasting < 2:
            return ""
        return f"{counted(lasting, 'face')} are seen: {CHOICES[which]} is used throughout"

    def _lasting(self) -> list[int]:
        """Return those who are not hardly there."""
        return [
            number
            for number, person in enumerate(self.known)
            if person.time - person.start >= FLEETING
        ]

    def _match(self, centres: np.ndarray, widths: np.ndarray, time: float) -> dict[int, int]:
        """Return which faces are those of known people, the nearest first."""
        pairs = sorted(
            (person.distance(centres[face], widths[face]), face, owner)
            for owner, person in enumerate(self.known)
            for face in range(len(centres))
        )
        owners: dict[int, int] = {}
        for distance, face, owner in pairs:
            further = REACH_PER_SECOND * (time - self.known[owner].time)
            reach = REACH + min(further, MOST_FURTHER)
            if distance <= reach and face not in owners and owner not in owners.values():
                owners[face] = owner
        return owners
