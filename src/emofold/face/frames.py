"""The frames of a clip: which of them are valid, and when each begins and ends."""

import numpy as np
import pandas as pd

from emofold.corpora.segments import DECIMALS, Segment
from emofold.errors import InputError

LONE_FRAME_DURATION = 0.04  # seconds


def is_valid(frames: pd.DataFrame, min_confidence: float) -> pd.Series:
    """Return which frames show a face well enough to count, wherever frames count.

    Parameters
    ----------
    frames
        The columns ``success`` and ``confidence``.
    min_confidence
        Frames of a lower confidence are not valid, and neither are those without success.

    Returns
    -------
    pandas.Series
        bool, with the index of the frames.

    Examples
    --------
    >>> frames = pd.DataFrame({"success": [1, 1, 0], "confidence": [0.7, 0.6, 0.9]})
    >>> is_valid(frames, 0.7).tolist()
    [True, False, False]
    """
    return (frames["success"] == 1) & (frames["confidence"] >= min_confidence)


def frame_edges(in_order: pd.DataFrame) -> np.ndarray:
    """Return when each frame begins, and when the last one ends.

    Parameters
    ----------
    in_order
        The frames of one clip in the order of time, with the column ``timestamp`` in seconds.

    Returns
    -------
    numpy.ndarray
        In seconds, shape (frames + 1,). The last frame lasts as long as the median one.

    Examples
    --------
    >>> frame_edges(pd.DataFrame({"timestamp": [0.0, 0.5, 1.0]})).tolist()
    [0.0, 0.5, 1.0, 1.5]
    """
    timestamps = in_order["timestamp"].to_numpy()
    steps = np.diff(timestamps)
    last = float(np.median(steps)) if len(steps) else LONE_FRAME_DURATION
    return np.append(timestamps, timestamps[-1] + last)


def cut_frames(frames: pd.DataFrame, segment: Segment, path: object) -> pd.DataFrame:
    """Return the frames of a recording that begin within a segment of it.

    Parameters
    ----------
    frames
        The frames of the recording in the order of time.
    segment
        The segment.
    path
        What the frames were read from, for messages.

    Returns
    -------
    pandas.DataFrame
        The columns of `frames`; ``frame`` counts from 0, ``timestamp`` from the segment's start.

    Raises
    ------
    InputError
        When the frames end before the segment does, or none is within it.
    """
    if segment.is_whole:
        return frames
    segment.check_within(float(frame_edges(frames)[-1]), path)
    cut = frames[segment.holds(frames["timestamp"])].reset_index(drop=True)
    if cut.empty:
        raise InputError(
            f"no frame from {segment} of {path}",
            "frames in each clip",
            "correct `start` and `end` of the clip",
        )
    since = (cut["timestamp"] - segment.start).clip(lower=0.0).round(DECIMALS)
    return cut.assign(frame=np.arange(len(cut)), timestamp=since)
