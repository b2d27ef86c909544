"""The numbers of a page about one video: segments of time, thinned and rounded, as JSON has them.

What a page draws are values over segments of time, ``from[i]`` to ``to[i]``. Of a long recording
neighbouring segments are put together, so that a page of any length stays light.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from emofold.face.action_units import UNITS_IN_ORDER
from emofold.face.frames import frame_edges

MAX_SEGMENTS = 2000
MAX_STEP = 3  # in median steps between frames; what is longer is a gap
TOUCHING = 1e-3  # seconds


@dataclass(frozen=True)
class Timeline:
    """What a system says of each window of a recording.

    Attributes
    ----------
    start, end
        Of the windows, in seconds, shape (windows,).
    scores
        Calibrated probabilities, shape (windows, emotions); NaN where the system has no answer.
    """

    start: np.ndarray
    end: np.ndarray
    scores: np.ndarray


def summarise_timeline(timeline: Timeline, duration: float) -> dict[str, Any] | None:
    """Return a timeline as segments, which begin and end halfway between overlapping windows.

    The last segment goes on to the end of the recording where that is less than a window away.

    Parameters
    ----------
    timeline
        Windows in any order, overlapping, touching or apart.
    duration
        How many seconds the recording lasts.

    Returns
    -------
    dict or None
        The ``values`` of each emotion, and how long a ``window`` is and how far a ``hop``; None
        where no window has values.
    """
    known = np.isfinite(timeline.scores).all(axis=1)
    order = np.argsort(timeline.start[known], kind="stable")
    start, end = timeline.start[known][order], timeline.end[known][order]
    if not len(start):
        return None
    window = float(np.median(end - start))
    between = ((start + end)[1:] + (start + end)[:-1]) / 4
    last = duration if 0 < duration - end[-1] < window else end[-1]
    emotions = range(timeline.scores.shape[1])
    segments = pd.DataFrame(timeline.scores[known][order], columns=list(emotions))
    segments.insert(0, "from", np.append(start[0], np.maximum(start[1:], between)))
    segments.insert(1, "to", np.append(np.minimum(end[:-1], between), last))
    thinned = _thin(segments, "mean")
    hop = float(np.median(np.diff(thinned["from"]))) if len(thinned) > 1 else window
    return {
        **_round_times(thinned),
        "values": [_round(thinned[emotion], 3) for emotion in emotions],
        "window": round(window, 3),
        "hop": round(hop, 3),
    }


def summarise_units(frames: pd.DataFrame) -> dict[str, Any] | None:
    """Return the intensities of the Action Units; of frames put together, the highest.

    Parameters
    ----------
    frames
        The Action Units by frame, and ``is_valid``; frames that are not have no values.

    Returns
    -------
    dict or None
        The ``values`` and the ``means`` of each Action Unit that is known, and where there
        ``is_gap``: 1 where no frame is valid, else nothing. None where there are no frames.
    """
    if frames.empty:
        return None
    in_order = frames.sort_values("timestamp", kind="stable")
    edges = frame_edges(in_order)
    columns = {
        unit: in_order[f"{unit}_r"].where(in_order["is_valid"]).to_numpy()
        for unit in UNITS_IN_ORDER
    }
    known = {unit: values for unit, values in columns.items() if np.isfinite(values).any()}
    valid = in_order["is_valid"].to_numpy(dtype=float)
    thinned = _thin(
        pd.DataFrame({"from": edges[:-1], "to": edges[1:], "is_valid": valid, **known}), "max"
    )
    return {
        **_round_times(thinned),
        "values": {unit: _round(thinned[unit], 2) for unit in known},
        "means": {unit: float(np.nanmean(values)) for unit, values in known.items()},
        "is_gap": [None if valid else 1 for valid in thinned["is_valid"]],
        "bin": float((thinned["to"] - thinned["from"]).median())
        if len(thinned) < len(in_order)
        else 0.0,
    }


def summarise_attention(attention: pd.DataFrame) -> dict[str, Any]:
    """Return how often its even share each frame is attended to; of frames put together, the mean.

    Parameters
    ----------
    attention
        The ``timestamp`` of each valid frame and its ``weight``; all weights add up to one.
    """
    in_order = attention.sort_values("timestamp", kind="stable")
    edges = frame_edges(in_order)
    start, longest = edges[:-1], MAX_STEP * float(np.median(np.diff(edges)))
    shares = in_order["weight"].to_numpy() * len(in_order)
    thinned = _thin(
        pd.DataFrame({"from": start, "to": np.minimum(edges[1:], start + longest), "at": shares}),
        "mean",
    )
    return {**_round_times(thinned), "values": _round(thinned["at"], 2)}


def _thin(segments: pd.DataFrame, how: str) -> pd.DataFrame:
    """Put neighbouring segments together, but none across a gap."""
    together = -(-len(segments) // MAX_SEGMENTS)
    if together == 1:
        return segments
    apart = segments["from"].to_numpy()[1:] - segments["to"].to_numpy()[:-1] > TOUCHING
    runs = np.append(0, np.cumsum(apart))
    groups = segments.groupby([runs, np.arange(len(segments)) // together])
    ways: Mapping[Any, str] = {**dict.fromkeys(segments, how), "from": "first", "to": "last"}
    return groups.agg(ways).reset_index(drop=True)


def _round_times(segments: pd.DataFrame) -> dict[str, list[float | None]]:
    return {end: _round(segments[end], 3) for end in ("from", "to")}


def _round(values: pd.Series, decimals: int) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), decimals) for value in values]
