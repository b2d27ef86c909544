"""A finished run, read from its folder: its clips, its metrics, and what its systems decided."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import pandas as pd

from emofold.corpora.schemas import clips_schema
from emofold.errors import InputError
from emofold.evaluation import BASELINE
from emofold.evaluation.decisions import decide, decide_most_frequent
from emofold.evaluation.metrics import rank_systems
from emofold.evaluation.schemas import FAILURES, METRICS
from emofold.models.schemas import posteriors_schema
from emofold.runtime.places import check_place
from emofold.tables import TableSchema, read_metadata, read_table

METRICS_FILE = Path("evaluation/metrics.parquet")


@dataclass(frozen=True)
class Run:
    """The results of one run of the workflow.

    Attributes
    ----------
    folder
        The folder of its results, such as ``results/demo``.
    emotions
        The emotions that it tells apart, in order.
    note
        What its tables say of its corpus, such as that it is synthetic.
    clips
        The clips that its systems are evaluated on.
    failures
        The clips that failed, with the step and the reason.
    metrics
        The table of metrics.
    """

    folder: Path
    emotions: list[str]
    note: str
    clips: pd.DataFrame
    failures: pd.DataFrame
    metrics: pd.DataFrame

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a run.

        Raises
        ------
        InputError
            When the folder is not that of a run that was evaluated.
        """
        if not (folder / METRICS_FILE).is_file():
            raise InputError(
                f"no {METRICS_FILE.as_posix()} in {folder}",
                "the folder of a run that was evaluated, such as results/demo",
                "name such a folder, or run the workflow to its end",
            )
        metrics = _read(folder, METRICS_FILE, METRICS)
        emotions = _emotions_of(folder / METRICS_FILE)
        clips = _read(folder, Path("clips.parquet"), clips_schema(emotions))
        failures = _read(folder, Path("failures.parquet"), FAILURES)
        return cls(
            folder=folder,
            emotions=emotions,
            note=metrics.attrs.get("note", ""),
            clips=clips[~clips["clip"].isin(failures["clip"])],
            failures=failures,
            metrics=metrics,
        )

    @cached_property
    def systems(self) -> pd.DataFrame:
        """The mean over the folds of each system, by name: the best first, the baseline last."""
        return rank_systems(self.metrics).set_index("system")

    @property
    def compared_systems(self) -> list[str]:
        """The names of the systems but for the baseline, the best first."""
        return [name for name in self.systems.index if name != BASELINE]

    def tables_of(self, system: str) -> list[Path]:
        """Return where the posteriors of a system lie below the folder, fold after fold."""
        is_fusion = self.systems.loc[system, "kind"] == "fusion"
        folder = "fusion" if is_fusion else "posteriors"
        folds = self.metrics.loc[self.metrics["system"] == system, "fold"].dropna()
        return [Path(folder, system, f"fold{fold:.0f}.parquet") for fold in sorted(folds.unique())]

    def decisions(self, system: str) -> pd.DataFrame:
        """Return what a system decided for each clip, as :func:`decide` does."""
        if system == BASELINE:
            protocol = str(self.systems.loc[system, "protocol"])
            return decide_most_frequent(self.clips, self.emotions, protocol)
        schema = posteriors_schema(self.emotions)
        folds = [_read(self.folder, path, schema) for path in self.tables_of(system)]
        failed = self.failures["clip"]
        tested = [table[~table["clip"].isin(failed)] for table in folds]
        return decide(system, tested, self.clips, self.emotions)


def _read(folder: Path, table: Path, schema: TableSchema) -> pd.DataFrame:
    """Return a table of a run, which may have been moved since, if it is the one of its place."""
    check_place(folder / table, table.as_posix())
    return read_table(folder / table, schema)


def _emotions_of(path: Path) -> list[str]:
    parameters: dict[str, Any] = read_metadata(path).get("provenance", {}).get("parameters", {})
    if "emotions" not in parameters:
        raise InputError(
            f"no emotions in the provenance of {path}",
            "a table that the rule `evaluate` wrote",
            "run the workflow again, which makes the table anew",
        )
    return list(parameters["emotions"])
