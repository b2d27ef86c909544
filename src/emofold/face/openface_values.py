"""The numbers of a csv of OpenFace: which of them cannot be."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from emofold.face.action_units import HIGHEST_INTENSITY
from emofold.face.schemas import ACTION_UNITS, AU_INTENSITIES, AU_PRESENCES

TOLERANCE = 1e-6
LONGEST_TIME = 24 * 3600.0  # seconds; later than this are times of day, or since 1970
MOST_FRAMES = 1e9
LONGEST_STEP = 10.0  # seconds between frames, beyond which times are in another unit
LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "frame": (0, MOST_FRAMES),
        "timestamp": (0, LONGEST_TIME),
        "confidence": (0, 1),
        "success": (0, 1),
        **dict.fromkeys(AU_INTENSITIES, (0, HIGHEST_INTENSITY)),
        **dict.fromkeys(AU_PRESENCES, (0, 1)),
    }
)
WHOLE = {"frame", "success"}
NO_NUMBER = r"-?nan|-?inf|$"  # the first with a remark in brackets on Windows


def find_wrong_value(frames: pd.DataFrame, texts: pd.DataFrame) -> tuple[int, str] | None:
    """Return the first row with a number that is missing or cannot be, and what is wrong.

    Action Units may be missing where there is no face, or where nothing says whether there is one;
    what is there must be a number all the same.

    Parameters
    ----------
    frames
        The columns as numbers, NaN where a cell holds none.
    texts
        The same as they are written.
    """
    values = frames.to_numpy()
    is_finite = np.isfinite(values)
    low, high = np.array([LIMITS.get(str(name), (-np.inf, np.inf)) for name in frames]).T
    is_whole = np.array([name in WHOLE for name in frames])
    with np.errstate(invalid="ignore"):
        is_outside = (values < low - TOLERANCE) | (values > high + TOLERANCE)
        is_outside |= is_whole & (values != np.round(values))
    is_wrong = np.where(is_finite, is_outside, ~_may_be_missing(frames) | _is_text(texts))
    rows = np.flatnonzero(is_wrong.any(axis=1))
    if not len(rows):
        return None
    row = int(rows[0])
    column = int(np.flatnonzero(is_wrong[row])[0])
    name = str(frames.columns[column])
    written = str(texts.iat[row, column])
    if not is_finite[row, column]:
        return row, f"no number for {name}{_describe_cell(written)}"
    if name in WHOLE and low[column] <= values[row, column] <= high[column]:
        return row, f"{name} {written}, no whole number"
    limits = f"from {low[column]:g} to {high[column]:g}"
    hint = ", as times since 1970 are" if name == "timestamp" and values[row, column] > 0 else ""
    return row, f"{name} {written}, which is not {limits}{hint}"


def find_wrong_time(in_order: pd.DataFrame) -> tuple[int, str] | None:
    """Return the row of a frame that is there twice, or whose time does not go on, and what it is.

    Parameters
    ----------
    in_order
        The columns frame and timestamp, in the order of the frames; the index numbers the rows.
    """
    frame, time = in_order["frame"].to_numpy(), in_order["timestamp"].to_numpy()
    index = in_order.index.to_numpy()
    for later in np.flatnonzero(np.diff(frame) == 0)[:1] + 1:
        return int(index[later]), f"the frame {frame[later]:g} more than once"
    if not time.any():  # what OpenFace writes for a folder of pictures
        return None
    for later in np.flatnonzero(np.diff(time) <= 0)[:1] + 1:
        what = "again" if time[later] == time[later - 1] else "after a later one"
        return int(index[later]), f"the timestamp {time[later]:g} {what}"
    steps = np.diff(time)
    if len(steps) and np.median(steps) > LONGEST_STEP:
        seconds = f"{np.median(steps):g} s from frame to frame"
        return int(index[1]), f"{seconds}, as times in milliseconds would be"
    return None


def _may_be_missing(frames: pd.DataFrame) -> np.ndarray:
    """Return which cells may hold no number."""
    is_unit = np.array([name in ACTION_UNITS for name in frames])
    has_no_face = (
        frames["success"].to_numpy() == 0
        if "success" in frames
        else np.ones(len(frames), dtype=bool)
    )
    return has_no_face[:, np.newaxis] & is_unit


def _is_text(texts: pd.DataFrame) -> np.ndarray:
    """Return which cells hold a text that is neither a number nor says that there is none."""
    of_text = [name for name in texts if not pd.api.types.is_numeric_dtype(texts[name])]
    is_text = np.zeros(texts.shape, dtype=bool)
    for name in of_text:
        cells = texts[name].astype("str").str.strip().str.lower()
        is_text[:, texts.columns.get_loc(name)] = ~cells.str.match(NO_NUMBER)
    return is_text


def _describe_cell(written: str) -> str:
    if re.match(NO_NUMBER, written.lower()):
        return ""
    comma = " with a decimal comma" if "," in written else ""
    return f" but {written!r}{comma}"
