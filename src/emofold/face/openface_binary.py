"""Action Units by the user's own OpenFace, run as a program.

Baltrušaitis et al., *OpenFace 2.0: Facial Behavior Analysis Toolkit*, FG 2018
(doi 10.1109/FG.2018.00019). Its licence does not allow commercial use.
"""

import os
import subprocess
import tempfile
from pathlib import Path

import pandas as pd

from emofold.errors import InputError
from emofold.face.openface_csv import read_openface_csv
from emofold.runtime.ending import undone_at_an_end
from emofold.runtime.scratch import scratch_folder

SCRATCH = ".emofold-openface-"
PROGRAM = "OpenFace's program FeatureExtraction"
OUTPUT_NAME = "clip"


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
        if not (binary.is_file() and os.access(binary, os.X_OK)):
            what = "is not executable" if binary.is_file() else "does not exist"
            raise InputError(
                f"the binary {binary} {what}",
                PROGRAM,
                "build OpenFace and correct `binary` of the extractor in the config",
            )
        self._binary, self._which = binary.absolute(), which

    def extract(self, video: Path) -> pd.DataFrame:
        """Return the Action Units of a clip, see :func:`.read_openface_csv`.

        Raises
        ------
        InputError
            When the program cannot be run, fails, or writes nothing.
        """
        with scratch_folder(Path(tempfile.gettempdir()), SCRATCH) as folder:
            log = folder / "log.txt"
            self._run(video, folder, log)
            written = folder / f"{OUTPUT_NAME}.csv"
            if not written.is_file():
                raise self._explain(f"wrote no csv for {video}", log)
            return read_openface_csv(written, self._which)

    def _run(self, video: Path, folder: Path, log: Path) -> None:
        outputs = ["-out_dir", str(folder), "-of", OUTPUT_NAME, "-aus"]
        try:
            with (
                log.open("wb") as errors,
                subprocess.Popen(
                    [str(self._binary), "-f", str(video.absolute()), *outputs],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                ) as program,
                undone_at_an_end(program.kill),
            ):
                try:
                    status = program.wait()
                finally:
                    program.kill()
        except OSError as error:
            raise InputError(
                f"{self._binary} cannot be run ({error.strerror})",
                PROGRAM,
                "build OpenFace for this machine",
            ) from error
        if status:
            raise self._explain(f"failed on {video} with status {status}", log)

    def _explain(self, what: str, log: Path) -> InputError:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        last_words = f" ({lines[-1].strip()})" if lines else ""
        return InputError(
            f"{self._binary} {what}{last_words}",
            "a csv of Action Units",
            "run the program on the file by hand, or leave the clip out",
        )
