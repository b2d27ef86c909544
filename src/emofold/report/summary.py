"""What a run came to, in a few lines for a terminal: metrics, what failed and why, the report."""

from collections.abc import Iterator
from pathlib import Path

from emofold.errors import counted, printable
from emofold.evaluation.metrics import rank_systems
from emofold.evaluation.schemas import COMPARISON, FAILURES, METRICS
from emofold.report.table_page import as_text, write_intervals
from emofold.tables import open_parquet, read_table

REPORT = "report.html"
SHOWN = ("system", "modality", "protocol", "normalised_by", "n", "accuracy", "interval", "uar")
MOST_SYSTEMS = 30
MOST_FAILURES = 10


def summarise_run(folder: Path) -> Iterator[str]:
    """Yield the lines of the summary of a run, finished or not.

    Parameters
    ----------
    folder
        That of its results, such as ``results/demo``.
    """
    yield from map(printable, _tell(folder))


def _tell(folder: Path) -> Iterator[str]:
    if (metrics := folder / "evaluation/metrics.parquet").is_file():
        yield from ("", *_metrics(metrics))
    if (comparison := folder / "evaluation/comparison.parquet").is_file():
        yield from _comparison(comparison)
    if (failures := folder / "failures.parquet").is_file():
        yield from _failures(failures)
    if (folder / REPORT).is_file():
        yield from ("", f"The report: {folder / REPORT}")


def _metrics(path: Path) -> Iterator[str]:
    _, metadata = open_parquet(path)
    if note := metadata.get("note"):
        yield from (note, "")
    means = rank_systems(read_table(path, METRICS), "speaker_bootstrap")
    shown = means.assign(interval=write_intervals(means))[list(SHOWN)]
    yield from as_text(shown.head(MOST_SYSTEMS)).splitlines()
    if len(shown) > MOST_SYSTEMS:
        yield f"and {len(shown) - MOST_SYSTEMS} more: emofold show {path}"


def _comparison(path: Path) -> Iterator[str]:
    comparison = read_table(path, COMPARISON)
    if len(comparison):
        worst = comparison.sort_values("difference", key=abs).iloc[-1]
        yield ""
        yield (
            f"{len(comparison)} accuracies compared with what was reported; the largest "
            f"difference is {worst['difference']:z.2f} points ({worst['system']})."
        )


def _failures(path: Path) -> Iterator[str]:
    failures = read_table(path, FAILURES)
    if len(failures):
        yield from ("", f"{counted(failures['clip'].nunique(), 'clip')} failed:")
        for failure in failures.head(MOST_FAILURES).itertuples():
            yield f"  {failure.clip} ({failure.step}): {failure.reason}"
        if len(failures) > MOST_FAILURES:
            yield f"  and {len(failures) - MOST_FAILURES} more: emofold show {path}"
