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
from emofold.face.extractor import ActionUnitExtractor
from emofold.face.openface_csv import read_openface_csv
from emofold.media.video import read_frames

PROGRAM = "OpenFace's program FeatureExtraction"
OUTPUT_NAME = "clip"


class OpenFaceExtractor(ActionUnitExtractor):
    """Runs ``FeatureExtraction`` on each clip.

    Parameters
    ----------
    binary
        The path of the program.
    max_duration
        How long a video may be.

    Raises
    ------
    InputError
        When there is no such program.
    """

    def __init__(self, binary: Path, max_duration: float) -> None:
        if not (binary.is_file() and os.access(binary, os.X_OK)):
            what = "is not executable" if binary.is_file() else "does not exist"
            raise InputError(
                f"the binary {binary} {what}",
                PROGRAM,
                "build OpenFace and correct `binary` of the extractor in the config",
            )
        self._binary = binary.absolute()
        self._longest_seconds = max_duration

    def extract(self, media: Path | None, action_units: Path | None) -> pd.DataFrame:
        """Return the Action Units of a clip, see :func:`.read_openface_csv`."""
        if media is None:
            raise InputError("a clip without media", "a video", "fill the column `media`")
        next(read_frames(media, self._longest_seconds))
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder, "log.txt")
            self._run(media, Path(folder), log)
            written = Path(folder, f"{OUTPUT_NAME}.csv")
            if not written.is_file():
                raise self._failure(f"wrote no csv for {media}", log)
            return read_openface_csv(written)

    def _run(self, media: Path, folder: Path, log: Path) -> None:
        outputs = ["-out_dir", str(folder), "-of", OUTPUT_NAME, "-aus"]
        try:
            with log.open("wb") as errors:
                subprocess.run(
                    [str(self._binary), "-f", str(media.absolute()), *outputs],
                    check=True,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                )
        except subprocess.CalledProcessError as error:
            raise self._failure(f"failed on {media} with status {error.returncode}", log) from error
        except OSError as error:
            raise InputError(
                f"{self._binary} cannot be run ({error.strerror})",
                PROGRAM,
                "build OpenFace for this machine",
            ) from error

    def _failure(self, what: str, log: Path) -> InputError:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        last_words = f" ({lines[-1].strip()})" if lines else ""
        return InputError(
            f"{self._binary} {what}{last_words}",
            "a csv of Action Units",
            "run the program on the file by hand, or take the clip out of the sample sheet",
        )
