"""Windows of clips, and what is known of clips or windows before any model looks at it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from emofold.face.vectors import FaceVectors

MIN_SHARE_OF_WINDOW = 0.9  # that must be heard for a window to be judged by


@dataclass(frozen=True)
class Window:
    """A clip from `start` to `end`, in seconds of a player."""

    clip: str
    start: float
    end: float


@dataclass(frozen=True)
class Content:
    """What is known of some clips, or of some windows, by the name of each.

    Attributes
    ----------
    sounds
        The samples at 16 kHz, int16, shape (samples,).
    frames
        By extractor, the frames of the Action Units of all of them, with the column ``clip``.
    vectors
        By face encoder, what it says of the pictures of each of them.
    means
        Precomputed mean Action Units, which take the place of those of the frames.
    """

    sounds: Mapping[str, np.ndarray] = field(default_factory=dict)
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    vectors: Mapping[str, Mapping[str, FaceVectors]] = field(default_factory=dict)
    means: pd.DataFrame | None = None


def cut_windows(
    durations: Mapping[str, float], numbers: Mapping[str, int], length: float, hop: float
) -> dict[str, Window]:
    """Return the windows that fit into each clip, by a name.

    Parameters
    ----------
    durations
        How many seconds each clip lasts.
    numbers
        The number of each clip, from which the names of its windows are made.
    length, hop
        How long each window is, and how far it begins after the one before, in seconds.

    Examples
    --------
    >>> windows = cut_windows({"a": 3.1, "b": 1.9}, {"a": 0, "b": 1}, length=2.0, hop=0.5)
    >>> [(name, window.start, window.end) for name, window in windows.items()]
    [('0-0', 0.0, 2.0), ('0-1', 0.5, 2.5), ('0-2', 1.0, 3.0)]
    """
    windows = {}
    for clip, duration in durations.items():
        for index in range(math.floor((duration - length) / hop + 1e-6) + 1):
            start = index * hop
            windows[f"{numbers[clip]}-{index}"] = Window(clip, start, start + length)
    return windows
