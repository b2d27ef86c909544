"""Action Units by the user's own OpenFace, run as a program.

Baltrušaitis et al., *OpenFace 2.0: Facial Behavior Analysis Toolkit*, FG 2018
(doi 10.1109/FG.2018.00019). Its licence does not allow commercial use.
"""

from functools import partial
from pathlib import Path

import pandas as pd

from emofold.face.external_program import ExternalProgram
from emofold.face.openface_csv import read_openface_csv


class OpenFaceExtractor:
    """Runs ``FeatureExtraction`` on each clip.

    Parameters
    ----------
    binary
        The path of the program.
    which
        Whose face it is where it finds several; see :func:`.read_openface_csv`.

    Raises
    ------
    InputError
        When there is no such program.
    """

    def __init__(self, binary: Path, which: str = "largest") -> None:
        what = "OpenFace's program FeatureExtraction"
        self._program = ExternalProgram(binary, what, "build OpenFace")
        self._read = partial(read_openface_csv, which=which)

    def extract(self, video: Path) -> pd.DataFrame:
        """Return the Action Units of a clip, see :func:`.read_openface_csv`.

        Raises
        ------
        InputError
            When the program cannot be run, fails, or writes nothing.
        """

        def arguments(written: Path) -> list[str]:
            outputs = ["-out_dir", str(written.parent), "-of", written.stem, "-aus"]
            return ["-f", str(video.absolute()), *outputs]

        return self._program.write_csv(video, arguments, self._read)
