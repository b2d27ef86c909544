"""How a player turns and mirrors the pictures of a video."""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from av.video.frame import VideoFrame

MATRIX = struct.Struct("=9i")  # a b u, c d v, x y w: how much of each side goes into which
LEAST_UPRIGHT = 0.99  # the share of a unit square that is left of it; below, the matrix shears
QUARTER_TURNS = {  # clockwise, as a matrix does it
    0: (1, 0, 0, 1),
    1: (0, 1, -1, 0),
    2: (-1, 0, 0, -1),
    3: (0, -1, 1, 0),
}


@dataclass(frozen=True)
class Orientation:
    """What a player does to a picture before it shows it: three steps in this order.

    Attributes
    ----------
    is_lying
        Whether rows become columns.
    is_mirrored, is_upside_down
        Whether left and right, and whether top and bottom, change places.
    """

    is_lying: bool = False
    is_mirrored: bool = False
    is_upside_down: bool = False

    @property
    def is_turned_only(self) -> bool:
        """Whether the picture is turned without being mirrored, or stays as it is."""
        return self.is_lying == (self.is_mirrored != self.is_upside_down)

    def apply(self, picture: np.ndarray) -> np.ndarray:
        """Return a picture of shape (height, width, colours) as a player shows it."""
        shown: Any = picture.swapaxes(0, 1) if self.is_lying else picture
        shown = shown[:, ::-1] if self.is_mirrored else shown
        return np.ascontiguousarray(shown[::-1] if self.is_upside_down else shown)


def find_orientation(frame: VideoFrame) -> Orientation:
    """Return how a player turns and mirrors a frame, to the nearest quarter turn.

    A matrix that shears, or leaves nothing of the picture, is none.
    """
    a, b, c, d = _read_matrix(frame)
    across, down = np.hypot(a, b), np.hypot(c, d)
    if abs(a * d - b * c) < LEAST_UPRIGHT * across * down or not across * down:
        return Orientation()
    if abs(a) / across >= abs(b) / across:
        return Orientation(is_mirrored=a < 0, is_upside_down=d < 0)
    return Orientation(is_lying=True, is_mirrored=c < 0, is_upside_down=b < 0)


def _read_matrix(frame: VideoFrame) -> tuple[float, float, float, float]:
    """Return the part of the display matrix of a frame that turns and mirrors."""
    try:
        data: Any = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:  # beside data of a kind that PyAV does not know, it tells the rotation only
        return QUARTER_TURNS[round(-frame.rotation / 90) % 4]
    if data is None or data.buffer_size != MATRIX.size:
        return QUARTER_TURNS[0]
    a, b, _, c, d, *_ = map(float, MATRIX.unpack(bytes(data)))
    return a, b, c, d
