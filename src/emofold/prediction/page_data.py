"""The numbers of a page about one video: stretches of time, thinned and rounded, as JSON has them.

What a page draws are values over stretches of time, ``from[i]`` to ``to[i]``. Of a long recording
neighbouring stretches are put together, so that a page of any length stays light.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from emofold.report.figures.action_units import ROWS, frame_edges

MOST_STRETCHES = 2000
LONGEST_STEP = 3  # in median steps between frames; what is longer is a gap
TOUCHING_SECONDS = 1e-3


@dataclass(frozen=True)
class Timeline:
    """What a system says of each window of a recording.

    Attributes
    ----------
    start, end
        Of the windows, in seconds, shape (windows,).
    probabilities
        Calibrated, shape (windows, emotions); NaN in windows that the system has no answer for.
    """

    start: np.ndarray
    end: np.ndarray
    probabilities: np.ndarray


def timeline_data(timeline: Timeline, seconds: float) -> dict[str, Any] | None:
    """Return a timeline as stretches, which begin and end halfway between overlapping windows.

    The last stretch goes on to the end of the recording where that is less than a window away.

    Parameters
    ----------
    timeline
        Windows in any order, overlapping, touching or apart.
    seconds
        How long the recording is.

    Returns
    -------
    dict or None
        The ``values`` of each emotion, and how long a ``window`` is and how far a ``hop``; None
        where no window has values.
    """
    known = np.isfinite(timeline.probabilities).all(axis=1)
    order = np.argsort(timeline.start[known], kind="stable")
    start, end = timeline.start[known][order], timeline.end[known][order]
    if not len(start):
        return None
    window = float(np.median(end - start))
    between = ((start + end)[1:] + (start + end)[:-1]) / 4
    last = seconds if 0 < seconds - end[-1] < window else end[-1]
    emotions = range(timeline.probabilities.shape[1])
    stretches = pd.DataFrame(timeline.probabilities[known][order], columns=list(emotions))
    stretches.insert(0, "from", np.append(start[0], np.maximum(start[1:], between)))
    stretches.insert(1, "to", np.append(np.minimum(end[:-1], between), last))
    thinned = _thinned(stretches, "mean")
    hop = float(np.median(np.diff(thinned["from"]))) if len(thinned) > 1 else window
    return {
        **_times(thinned),
        "values": [_rounded(thinned[emotion], 3) for emotion in emotions],
        "window": round(window, 3),
        "hop": round(hop, 3),
    }


def units_data(frames: pd.DataFrame, counts: np.ndarray) -> dict[str, Any] | None:
    """Return the intensities of the Action Units; of frames put together, the highest.

    Parameters
    ----------
    frames
        The Action Units by frame.
    counts
        Which frames show a face well enough; the others have no values.

    Returns
    -------
    dict or None
        The ``values`` and the ``means`` of each Action Unit that is known, and where there
        ``is_gap``: 1 where no frame counts, else nothing. None where there are no frames.
    """
    if frames.empty:
        return None
    in_order = frames.assign(counts=np.asarray(counts, dtype=bool)).sort_values(
        "timestamp", kind="stable"
    )
    edges = frame_edges(in_order)
    columns = {unit: in_order[f"{unit}_r"].where(in_order["counts"]).to_numpy() for unit in ROWS}
    known = {unit: values for unit, values in columns.items() if np.isfinite(values).any()}
    counted = in_order["counts"].to_numpy(dtype=float)
    thinned = _thinned(
        pd.DataFrame({"from": edges[:-1], "to": edges[1:], "counts": counted, **known}), "max"
    )
    return {
        **_times(thinned),
        "values": {unit: _rounded(thinned[unit], 2) for unit in known},
        "means": {unit: float(np.nanmean(values)) for unit, values in known.items()},
        "is_gap": [None if counted else 1 for counted in thinned["counts"]],
        "bin": float((thinned["to"] - thinned["from"]).median())
        if len(thinned) < len(in_order)
        else 0.0,
    }


def attention_data(attention: pd.DataFrame) -> dict[str, Any]:
    """Return how often its even share each frame is attended to; of frames put together, the mean.

    Parameters
    ----------
    attention
        The ``timestamp`` of each frame that counts and its ``weight``; all weights add up to one.
    """
    in_order = attention.sort_values("timestamp", kind="stable")
    edges = frame_edges(in_order)
    begin, longest = edges[:-1], LONGEST_STEP * float(np.median(np.diff(edges)))
    shares = in_order["weight"].to_numpy() * len(in_order)
    thinned = _thinned(
        pd.DataFrame({"from": begin, "to": np.minimum(edges[1:], begin + longest), "at": shares}),
        "mean",
    )
    return {**_times(thinned), "values": _rounded(thinned["at"], 2)}


def _thinned(stretches: pd.DataFrame, how: str) -> pd.DataFrame:
    """Put neighbouring stretches together, but none across a gap."""
    together = -(-len(stretches) // MOST_STRETCHES)
    if together == 1:
        return stretches
    apart = stretches["from"].to_numpy()[1:] - stretches["to"].to_numpy()[:-1] > TOUCHING_SECONDS
    runs = np.append(0, np.cumsum(apart))
    groups = stretches.groupby([runs, np.arange(len(stretches)) // together])
    ways: Mapping[Any, str] = {**dict.fromkeys(stretches, how), "from": "first", "to": "last"}
    return groups.agg(ways).reset_index(drop=True)


def _times(stretches: pd.DataFrame) -> dict[str, list[float | None]]:
    return {end: _rounded(stretches[end], 3) for end in ("from", "to")}


def _rounded(values: pd.Series, decimals: int) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), decimals) for value in values]
