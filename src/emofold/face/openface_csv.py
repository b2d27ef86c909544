"""The csv files that OpenFace writes, and others that carry its columns."""

import io
import logging
from pathlib import Path

import numpy as np
import pandas as pd

from emofold.corpora.csv_text import NAMES_OF_SEPARATORS, find_separator, read_csv_text
from emofold.errors import InputError, counted, listing
from emofold.face.openface_values import find_wrong_time, find_wrong_value
from emofold.face.people import CHOICES
from emofold.face.schemas import ACTION_UNITS, FRAME_COLUMNS

POSE = ("pose_Tx", "pose_Ty", "pose_Tz")  # where the head is, seen from the camera
OPTIONAL_COLUMNS = {"success", "face_id", *POSE}
REQUIRED_COLUMNS = [name for name in FRAME_COLUMNS if name not in OPTIONAL_COLUMNS]
EXPECTED = "the csv of Action Units that OpenFace's FeatureExtraction writes"
REMEDY = "write the file anew with OpenFace, or leave the clip out"
LONGEST_HEADER = 100_000  # characters
OTHER_TOOLS = {
    "py-feat": {"FaceRectX", "FaceScore", "approx_time"},
    "Affectiva or iMotions": {"MediaTime", "Brow Furrow", "Lip Corner Depressor", "StudyName"},
    "FaceReader": {"Video Time", "Action Unit 12 - Lip Corner Puller"},
    "LibreFace": {"au_12_intensity", "lm_mp_0_x"},
    "MediaPipe": {"browDownLeft", "jawOpen"},
    "OpenFace's FaceLandmarkImg": {"face", "AU12_r"},
}

logger = logging.getLogger(__name__)


def read_openface_csv(path: Path, which: str = "largest") -> pd.DataFrame:
    """Return the Action Units of a csv of OpenFace, frame by frame.

    Of several faces, told apart by a column ``face_id``, one is taken throughout; where it is not
    in a frame, that is none with success. Where the column ``success`` is missing, a frame is a
    success when its confidence is above 0 and all its Action Units are there.

    Parameters
    ----------
    path
        A csv whose header may carry spaces. Columns beyond the needed ones are ignored.
    which
        One of :data:`emofold.face.people.CHOICES`. How large faces are, and how central, the
        columns ``pose_T…`` say; where these are missing, the face of most frames is taken.

    Returns
    -------
    pandas.DataFrame
        The columns :data:`~emofold.face.schemas.FRAME_COLUMNS`; ``frame`` counts from 0, in the
        order of the frames of the file. With a column ``face_id`` there are also ``faces``, how
        many each frame has, and a ``remark`` in its ``attrs`` where there are several people.

    Raises
    ------
    InputError
        When the file is missing, is no whole csv, is of another tool, names a frame twice, has
        times that do not go on, or has no number, or an impossible one, where there must be one.
    """
    lines = _split(read_csv_text(path, EXPECTED, REMEDY))
    _check_cells(lines, path)
    texts = _parse(lines, path)
    frames = texts.apply(pd.to_numeric, errors="coerce").astype("float64")
    if problem := find_wrong_value(frames, texts):
        row, what = problem
        raise _refuse(what, lines[row + 1][0], path)
    if "success" not in frames:
        complete = frames[list(FRAME_COLUMNS[4:])].notna().all(axis="columns")
        frames["success"] = complete & (frames["confidence"] > 0)
    remark = ""
    counts = ["success"]
    if "face_id" in frames:
        frames, remark = _take_one_face(frames, which)
        counts.append("faces")
    frames = frames.sort_values("frame", kind="stable")
    if problem := find_wrong_time(frames):
        row, what = problem
        raise _refuse(what, lines[row + 1][0], path)
    if remark:
        logger.warning("%s: %s", path, remark)
        frames.attrs["remark"] = remark
    frames = frames.reset_index(drop=True).astype("float64")
    frames["frame"] = np.arange(len(frames))
    columns = dict.fromkeys([*FRAME_COLUMNS, *counts])
    return frames[[*columns]].astype(dict.fromkeys(counts, "int64"))


def is_openface_csv(path: Path) -> bool:
    """Return whether a file has the columns of OpenFace's csv, by its first line alone."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline(LONGEST_HEADER)
    except (OSError, UnicodeDecodeError):
        return False
    return {*REQUIRED_COLUMNS} <= {name.strip(' "\n') for name in header.split(",")}


def _refuse(what: str, line: int, path: Path) -> InputError:
    return InputError(f"{what} (line {line} of {path})", EXPECTED, REMEDY)


def _split(text: str) -> list[tuple[int, str]]:
    """Return the lines that are not blank, with their numbers."""
    every = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [(number, line) for number, line in enumerate(every, start=1) if line.strip()]


def _check_cells(lines: list[tuple[int, str]], path: Path) -> None:
    """Raise an :class:`InputError` unless all rows have the columns of the header."""
    if not lines:
        raise InputError(f"the empty file {path}", EXPECTED, REMEDY)
    first, header = lines[0]
    names = [name.strip(' "') for name in header.split(",")]
    separator = find_separator(header, {*REQUIRED_COLUMNS})
    if separator != ",":
        raise _refuse(f"{NAMES_OF_SEPARATORS[separator]} between the columns", first, path)
    _check_columns(names, path)
    if "" in names[: -1 if len(names) > 1 else None]:
        raise _refuse("a column without a name, such as an index that was saved", first, path)
    for number, line in lines[1:]:
        cells = line.count(",") + 1
        if cells > len(names) and line.split(",", len(names))[-1].strip(" ,"):
            raise _refuse(
                f"{cells} cells below a header of {len(names)}, as decimal commas or an index "
                "without a name make them",
                number,
                path,
            )
        if cells < len(names):
            what = "the file breaks off" if number == lines[-1][0] else f"{cells} cells"
            raise _refuse(f"{what} below a header of {len(names)}", number, path)


def _check_columns(names: list[str], path: Path) -> None:
    missing = [name for name in REQUIRED_COLUMNS if name not in names]
    if missing:
        tools = [tool for tool, known in OTHER_TOOLS.items() if len(known & {*names}) > 1]
        made_by = f", and seems to be of {tools[0]}" if tools else ""
        columns = counted(len(missing), "column")
        found = f"{path} lacks {columns}: {listing(missing)}{made_by}"
        raise InputError(found, EXPECTED, REMEDY)
    doubled = [name for name in FRAME_COLUMNS if names.count(name) > 1]
    if doubled:
        raise InputError(f"the column {listing(doubled)} twice in {path}", EXPECTED, REMEDY)


def _parse(lines: list[tuple[int, str]], path: Path) -> pd.DataFrame:
    """Return the columns that are needed, numbers where all of a column are such, else text."""
    wanted = OPTIONAL_COLUMNS.union(REQUIRED_COLUMNS)
    try:
        rows = pd.read_csv(
            io.StringIO("\n".join(line for _, line in lines)),
            usecols=lambda name: name.strip() in wanted,
            index_col=False,
            skipinitialspace=True,
        )
    except pd.errors.ParserError as error:
        raise InputError(f"{path} is no csv ({error})", EXPECTED, REMEDY) from error
    rows.columns = rows.columns.str.strip()
    if rows.empty:
        raise InputError(f"no frame in {path}", EXPECTED, REMEDY)
    return rows


def _take_one_face(frames: pd.DataFrame, which: str) -> tuple[pd.DataFrame, str]:
    """Return one row per frame, and what is to be said of it.

    Where no frame has several faces, all of them are of one person, whatever their numbers.
    """
    found = frames[frames["success"] == 1]
    faces = frames["frame"].map(found.groupby("frame")["face_id"].nunique()).fillna(0)
    frames = frames.assign(faces=faces)
    if faces.max() < 2:
        return frames.loc[frames.groupby("frame")["confidence"].idxmax()], ""
    own = frames[frames["face_id"] == _choose_face(found, which)]
    others = frames[~frames["frame"].isin(own["frame"])].drop_duplicates("frame")
    absent = {"success": 0.0, "confidence": 0.0, **dict.fromkeys(ACTION_UNITS, np.nan)}
    people = counted(found["face_id"].nunique(), "face")
    remark = f"{people} are seen: {CHOICES[which]} is used throughout"
    return pd.concat([own, others.assign(**absent)]), remark


def _choose_face(found: pd.DataFrame, which: str) -> float:
    """Return the number of the face that is used."""
    if which == "first":
        return float(found.sort_values("frame", kind="stable")["face_id"].iloc[0])
    weights = pd.Series(1.0, found.index)
    if {*POSE} <= {*found}:
        away = found["pose_Tz"].abs().clip(lower=1.0)
        off = np.hypot(found["pose_Tx"], found["pose_Ty"]) / away
        weights = away**-2.0 if which == "largest" else (1 - off).clip(lower=0.0)
    by_face = weights.groupby(found["face_id"]).sum()
    return float(by_face.index[int(by_face.to_numpy().argmax())])
