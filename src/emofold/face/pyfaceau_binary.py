"""Action Units by the user's own pyfaceau, run as a program: OpenFace's, without building OpenFace.

Wilson et al., *A split-face computer vision/machine learning assessment of facial paralysis using
facial action units*, 2025 (doi 10.1177/26893614251394382). Of its version 1.4.1: the code is under
CC BY-NC 4.0; the model files are OpenFace's, for academic or non-profit, non-commercial research.
Its author measured a correlation of .97 with OpenFace 2.2, the lowest for AU20 and AU15.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from emofold.errors import InputError, counted, listing
from emofold.face.external_program import ExternalProgram
from emofold.face.openface_values import find_wrong_time, find_wrong_value
from emofold.face.schemas import AU_INTENSITIES, FRAME_COLUMNS

COLUMNS = ("frame", "timestamp", "success", *AU_INTENSITIES)
EXPECTED = "the csv of 17 Action Units that pyfaceau 1.4 writes"
REMEDY = "run pyfaceau on the video by hand, or leave the clip out"
NO_FACE = 1  # what it ends with, its csv written, when no frame shows a face
REMARK = (
    "The Action Units are pyfaceau's, in the place of OpenFace's that the models learned from: "
    "alike by r = .97 as its author measured, least in AU20 (.82) and AU15 (.89)"
)


class PyfaceauExtractor:
    """Runs ``pyfaceau VIDEO -o OUTPUT.csv`` on each clip.

    Parameters
    ----------
    binary
        The path of the program, which lies in an environment of its own.

    Raises
    ------
    InputError
        When there is no such program.
    """

    def __init__(self, binary: Path) -> None:
        how_to_get = "install pyfaceau in an environment of its own"
        self._program = ExternalProgram(binary, "the program of PyPI's pyfaceau", how_to_get)

    def extract(self, video: Path) -> pd.DataFrame:
        """Return the Action Units of a clip, see :func:`read_pyfaceau_csv`.

        Raises
        ------
        InputError
            When the program cannot be run, fails, or writes nothing.
        """

        def arguments(written: Path) -> list[str]:
            return [str(video.absolute()), "-o", str(written)]

        return self._program.write_csv(video, arguments, read_pyfaceau_csv, {NO_FACE})


def read_pyfaceau_csv(path: Path) -> pd.DataFrame:
    """Return the Action Units of a csv of pyfaceau, frame by frame.

    It has 17 intensities, which count in frames of success alone, and no presences: these are NaN.
    It does not say how sure it is: the confidence is 1 with a face and 0 without.

    Returns
    -------
    pandas.DataFrame
        The columns :data:`~emofold.face.schemas.FRAME_COLUMNS`.

    Raises
    ------
    InputError
        When the file is no such csv, or has no number, or an impossible one, where there must be
        one.
    """
    try:
        texts = pd.read_csv(path, dtype="str", keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is no csv ({error})", EXPECTED, REMEDY) from error
    if missing := [name for name in COLUMNS if name not in texts]:
        columns = counted(len(missing), "column")
        raise InputError(f"{path} lacks {columns}: {listing(missing)}", EXPECTED, REMEDY)
    if texts.empty:
        raise InputError(f"no frame in {path}", EXPECTED, REMEDY)
    texts = texts[[*COLUMNS]].replace({"success": {"True": "1", "False": "0"}})
    frames = texts.apply(pd.to_numeric, errors="coerce").astype("float64")
    has_face = frames["success"] == 1
    for table, nothing in ((frames, np.nan), (texts, "")):
        table.loc[~has_face, [*AU_INTENSITIES]] = nothing
    if problem := find_wrong_value(frames, texts):
        row, what = problem
        raise InputError(f"{what} (line {row + 2} of {path})", EXPECTED, REMEDY)
    frames = frames.sort_values("frame", kind="stable")
    if problem := find_wrong_time(frames):
        row, what = problem
        raise InputError(f"{what} (line {row + 2} of {path})", EXPECTED, REMEDY)
    frames = frames.reindex(columns=FRAME_COLUMNS).reset_index(drop=True)
    frames = frames.assign(frame=np.arange(len(frames)), confidence=frames["success"])
    return frames.astype({"success": "int64"})
