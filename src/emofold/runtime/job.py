"""What every job of the workflow does besides its work: a log, clear errors, provenance.

The scripts are the only users. Snakemake hands each of them an object with its paths and
parameters; only the attributes named in :class:`JobDescription` are read here.
"""

import json
import logging
import platform
import sys
import warnings
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import pandas as pd

from emofold import __version__
from emofold.errors import InputError, explain_machine, refuse_by_system
from emofold.files import sha256
from emofold.runtime.locks import hold_job
from emofold.runtime.logs import PrintableFormatter
from emofold.runtime.places import check_places
from emofold.tables import TableSchema, write_table

RECORDED_PACKAGES = (
    *("av", "librosa", "mediapipe", "numpy", "pandas", "pyarrow"),
    *("scikit-learn", "scipy", "torch", "transformers"),
)
NO_PARAMETERS = ("files", "views")


class JobDescription(Protocol):
    """The part of Snakemake's script object that jobs use."""

    rule: str
    log: Any
    params: Any
    input: Any


class Job:
    """Run a script's work with its log open, and write its tables with their provenance.

    An :class:`~emofold.errors.InputError` becomes one paragraph in the log and exit code 1; any
    other exception keeps its traceback.

    Examples
    --------
    In a script that Snakemake runs::

        with Job(snakemake) as job:
            job.write(frame, snakemake.output.metrics, schemas.METRICS)
    """

    def __init__(self, description: JobDescription) -> None:
        self.description = description
        self.logger = logging.getLogger(description.rule)
        self._log_file = Path(description.log[0])

    def __enter__(self) -> Self:
        self._lock = hold_job()
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(self._log_file, mode="w", encoding="utf-8")
        handler.setFormatter(PrintableFormatter())
        logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
        logging.captureWarnings(True)
        warnings.simplefilter("once")
        try:
            check_places(self.description.input)
        except InputError as error:
            self.__exit__(type(error), error, None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._lock.close()
        if isinstance(error, OSError):
            error = refuse_by_system(error)
        elif error is not None:
            error = explain_machine(error) or error
        if isinstance(error, InputError):
            self.logger.error("%s", error)
            sys.exit(1)
        if isinstance(error, Exception):
            self.logger.error("unexpected error", exc_info=error)
            sys.exit(1)
        logging.shutdown()

    def write(
        self,
        frame: pd.DataFrame,
        path: str | Path,
        schema: TableSchema,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Write a table with this job's provenance inside, and say so in the log."""
        write_table(frame, Path(path), schema, metadata, self.provenance_of(path))
        self.logger.info("wrote %s: %d rows", path, len(frame))

    def provenance_of(self, path: str | Path) -> dict[str, Any]:
        """Say how a file or a folder of this job is made, and that it is the one of this path."""
        return {**self.provenance(), "path": str(path)}

    def provenance(self) -> dict[str, Any]:
        """Say how this job's files are made: rule, code, parameters, inputs and versions.

        The state of its sources (:mod:`emofold.runtime.file_states`) is no parameter of files that
        are made of their content, nor is what else is made in the same pass.
        """
        parameters = dict(self.description.params.items())
        for name in NO_PARAMETERS:
            parameters.pop(name, None)
        return {
            "emofold": __version__,
            "rule": self.description.rule,
            "code": parameters.pop("code", None),
            "parameters": json.loads(json.dumps(parameters, default=str)),
            "inputs": {
                str(file): _digest_if_readable(file)
                for path in map(Path, self.description.input)
                for file in _files_at(path)
            },
            "packages": {
                "python": platform.python_version(),
                **{package: version(package) for package in RECORDED_PACKAGES},
            },
        }


def input_digests(paths: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of each input file, by its path; of a folder, those of its files."""
    files = [file for path in map(Path, paths) for file in _files_at(path)]
    return {str(file): sha256(file) for file in files}


def _digest_if_readable(path: Path) -> str:
    """Return a digest; of a clip's file that has become unreadable, the job itself tells more."""
    try:
        return sha256(path)
    except OSError as error:
        return f"unreadable: {error.strerror}"


def _files_at(path: Path) -> list[Path]:
    return sorted(filter(Path.is_file, path.rglob("*"))) if path.is_dir() else [path]
