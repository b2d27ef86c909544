"""What an encoder says of the face in a clip, picture by picture, and over some time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

POOLINGS = {"mean": 1, "thirds": 3}  # how many parts each divides the pictures of a face into
NEARLY = 1e-6  # seconds


@dataclass(frozen=True)
class FaceVectors:
    """What an encoder says of the face in a clip, picture by picture.

    Attributes
    ----------
    timestamps
        When each picture with a face is shown, in seconds; shape (pictures,).
    layers
        The vectors by layer, float32, shape (pictures, size).
    end
        When the last picture of the clip is over, in seconds.
    remark
        What must be known of the people in the clip; it may be empty.
    """

    timestamps: np.ndarray
    layers: Mapping[int, np.ndarray]
    end: float
    remark: str = ""

    def cut(self, start: float, end: float) -> Self:
        """Return what is seen from `start` up to, but not including, `end`."""
        first, stop = np.searchsorted(self.timestamps, (start - NEARLY, end - NEARLY))
        layers = {layer: vectors[first:stop] for layer, vectors in self.layers.items()}
        return type(self)(self.timestamps[first:stop], layers, end, self.remark)

    def delay(self, duration: float) -> Self:
        """Return the same, shown later."""
        return type(self)(self.timestamps + duration, self.layers, self.end + duration, self.remark)

    def pool(self, pooling: str) -> dict[int, np.ndarray]:
        """Return a float32 vector of each layer for all pictures, of which there must be one.

        Parameters
        ----------
        pooling
            ``mean``: over all pictures. ``thirds``: the means over the first, the middle and the
            last third of them, side by side; of less than three pictures, thirds share some.
        """
        count, parts = len(self.timestamps), POOLINGS[pooling]
        bounds = [(count * part // parts, -(-count * (part + 1) // parts)) for part in range(parts)]
        return {
            layer: np.concatenate(
                [vectors[first:stop].mean(axis=0, dtype="float64") for first, stop in bounds]
            ).astype("float32")
            for layer, vectors in self.layers.items()
        }
