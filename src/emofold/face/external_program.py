"""A program of the user's own that writes a csv of Action Units, run on one video after another."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from emofold.errors import InputError
from emofold.runtime.ending import undone_at_an_end
from emofold.runtime.scratch import scratch_folder

SCRATCH = ".emofold-openface-"
SUCCESS = frozenset({0})


@dataclass(frozen=True)
class ExternalProgram:
    """A program that is there.

    Attributes
    ----------
    path
        Where it lies.
    what
        What errors call the program that is meant.
    how_to_get
        How a user gets it.

    Raises
    ------
    InputError
        When there is no such program.
    """

    path: Path
    what: str
    how_to_get: str

    def __post_init__(self) -> None:
        if not (self.path.is_file() and os.access(self.path, os.X_OK)):
            problem = "is not executable" if self.path.is_file() else "does not exist"
            raise InputError(
                f"the binary {self.path} {problem}",
                self.what,
                f"{self.how_to_get} and correct `binary` of the extractor in the config",
            )

    def write_csv(
        self,
        video: Path,
        arguments: Callable[[Path], Sequence[str]],
        read: Callable[[Path], pd.DataFrame],
        statuses: Collection[int] = SUCCESS,
    ) -> pd.DataFrame:
        """Run the program on a video, and return the frames of the csv that it writes.

        Parameters
        ----------
        video
            The video.
        arguments
            Given the file to write, what the program is called with.
        read
            Reads that file.
        statuses
            The exit statuses with which a csv may be there.

        Raises
        ------
        InputError
            When the program cannot be run, fails, or writes nothing.
        """
        with scratch_folder(Path(tempfile.gettempdir()), SCRATCH) as folder:
            written, log = folder / "clip.csv", folder / "log.txt"
            status = self._run(arguments(written), log)
            if status and not (status in statuses and written.is_file()):
                raise self._explain(f"failed on {video} with status {status}", log)
            if not written.is_file():
                raise self._explain(f"wrote no csv for {video}", log)
            return read(written)

    def _run(self, arguments: Sequence[str], log: Path) -> int:
        try:
            with (
                log.open("wb") as errors,
                subprocess.Popen(
                    [str(self.path.absolute()), *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                ) as program,
                undone_at_an_end(program.kill),
            ):
                try:
                    return program.wait()
                finally:
                    program.kill()
        except OSError as error:
            raise InputError(
                f"{self.path} cannot be run ({error.strerror})",
                self.what,
                f"{self.how_to_get} for this machine",
            ) from error

    def _explain(self, what: str, log: Path) -> InputError:
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        last_words = f" ({lines[-1].strip()})" if lines else ""
        return InputError(
            f"{self.path} {what}{last_words}",
            "a csv of Action Units",
            "run the program on the file by hand, or leave the clip out",
        )
