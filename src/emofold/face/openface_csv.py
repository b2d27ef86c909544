"""The csv files that OpenFace writes, and others that carry its columns."""

import io
from pathlib import Path

import numpy as np
import pandas as pd

from emofold.errors import InputError, counted, listing
from emofold.face.schemas import ACTION_UNITS, FRAME_COLUMNS

OPTIONAL_COLUMNS = {"success", "face_id"}
REQUIRED_COLUMNS = [name for name in FRAME_COLUMNS if name not in OPTIONAL_COLUMNS]
EXPECTED = "the csv of Action Units that OpenFace's FeatureExtraction writes"
REMEDY = "write the file anew with OpenFace, or leave the clip out"


def read_openface_csv(path: Path) -> pd.DataFrame:
    """Return the Action Units of a csv of OpenFace, frame by frame.

    Of several faces in a frame, told apart by a column ``face_id``, the one of the highest
    confidence is taken, in each frame anew. Where the column ``success`` is missing, a frame is a
    success when its confidence is above 0 and all its Action Units are there.

    Parameters
    ----------
    path
        A csv whose header may carry spaces. Columns beyond the needed ones are ignored.

    Returns
    -------
    pandas.DataFrame
        The columns :data:`~emofold.face.schemas.FRAME_COLUMNS`; ``frame`` counts from 0, in the
        order of the frames of the file.

    Raises
    ------
    InputError
        When the file is missing, is no whole csv, lacks columns, names a frame twice, or has no
        number where there must be one.
    """
    frames = _parse_numbers(_read_text(path), path)
    if "success" not in frames:
        complete = frames[list(ACTION_UNITS)].notna().all(axis="columns")
        frames["success"] = complete & (frames["confidence"] > 0)
    _check_numbers(frames, path)
    if "face_id" in frames:
        frames = frames.loc[frames.groupby("frame")["confidence"].idxmax()]
    doubled = frames["frame"][frames["frame"].duplicated()]
    if len(doubled):
        raise InputError(
            f"the frame {listing(doubled.unique())} more than once in {path}", EXPECTED, REMEDY
        )
    frames = frames.sort_values("frame", kind="stable", ignore_index=True).astype("float64")
    frames["frame"] = np.arange(len(frames))
    return frames[list(FRAME_COLUMNS)].astype({"success": "int64"})


def _read_text(path: Path) -> str:
    """Return the content of a csv that has a header, a row, and a last row as long as these."""
    if not path.is_file():
        raise InputError(f"no file {path}", EXPECTED, REMEDY)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is no text", EXPECTED, REMEDY) from error
    lines = text.strip().splitlines()
    if not lines:
        raise InputError(f"the empty file {path}", EXPECTED, REMEDY)
    if lines[-1].count(",") < lines[0].count(","):
        raise InputError(f"{path} breaks off in row {len(lines) - 1}", EXPECTED, REMEDY)
    return text


def _parse_numbers(text: str, path: Path) -> pd.DataFrame:
    """Return the columns that are needed; what is no number becomes NaN."""
    wanted = OPTIONAL_COLUMNS.union(REQUIRED_COLUMNS)
    try:
        rows = pd.read_csv(
            io.StringIO(text), usecols=lambda name: name.strip() in wanted, index_col=False
        )
    except pd.errors.ParserError as error:
        raise InputError(f"{path} is no csv ({error})", EXPECTED, REMEDY) from error
    rows.columns = rows.columns.str.strip()
    missing = [name for name in REQUIRED_COLUMNS if name not in rows]
    if missing:
        columns = counted(len(missing), "column")
        raise InputError(f"{path} lacks {columns}: {listing(missing)}", EXPECTED, REMEDY)
    if rows.empty:
        raise InputError(f"no frame in {path}", EXPECTED, REMEDY)
    return rows.apply(pd.to_numeric, errors="coerce")


def _check_numbers(frames: pd.DataFrame, path: Path) -> None:
    """Raise an :class:`InputError` where a number is missing that must be there."""
    finite = pd.DataFrame(np.isfinite(frames), columns=frames.columns)
    finite.loc[frames["success"] == 0, list(ACTION_UNITS)] = True
    incomplete = [name for name in frames if not finite[name].all()]
    if incomplete:
        row = int(np.flatnonzero(~finite.all(axis="columns"))[0]) + 1
        raise InputError(
            f"row {row} of {path} has no number for {listing(incomplete)}", EXPECTED, REMEDY
        )
