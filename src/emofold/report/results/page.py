"""The page of the results, which needs nothing else: a table of systems, and what is behind it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from emofold import __version__
from emofold.corpora.natural_order import in_natural_order
from emofold.errors import counted
from emofold.evaluation import BASELINE
from emofold.evaluation.results import list_results_by_corpus
from emofold.report.emotion_colours import style_emotions
from emofold.report.results.answers import HIGHEST, Answers, pack_answers, pack_json
from emofold.report.results.recordings import link_recordings
from emofold.report.results.systems import best_of_each_modality, group_systems
from emofold.report.templates import read_asset, write_page

STYLES = ("base.css", "results_page.css")
SCRIPTS = ("packed.js", "tables.js", "figures.js", "clips.js", "results_page.js")
COMPARED = "Mean accuracy of the folds in percent, and the difference in points."
BY_CORPUS = (
    "All clips of a corpus, and the mean over the corpora, in percent. A corpus that is left out "
    "is tested by models that have seen the others alone, on clips of the emotions that these "
    "teach; an answer of another emotion is wrong."
)
NUMBERS = 4  # decimals that the page carries


@dataclass(frozen=True)
class Results:
    """All that the page tells of a run.

    Attributes
    ----------
    run
        The ``name`` of the run, the number of its ``folds``, the ``confidence`` of the intervals,
        and a ``note`` on the corpus, which may be empty.
    emotions
        The emotions, in order.
    clips
        The clips that the systems are evaluated on.
    failures, metrics, calibration, mcnemar, contributions, choices, comparison
        The tables of those names.
    shuffled
        Tables of permutation tests.
    literature
        What others reported.
    fusions
        The members of each fusion.
    """

    run: Mapping[str, Any]
    emotions: Sequence[str]
    clips: pd.DataFrame
    failures: pd.DataFrame
    metrics: pd.DataFrame
    calibration: pd.DataFrame
    mcnemar: pd.DataFrame
    contributions: pd.DataFrame
    choices: pd.DataFrame
    comparison: pd.DataFrame
    shuffled: Sequence[pd.DataFrame]
    literature: Sequence[Mapping[str, Any]]
    fusions: Mapping[str, Sequence[str]]


def write_results_page(results: Results, answers: Sequence[Answers], path: Path) -> None:
    """Write the page of the results as one html file.

    Parameters
    ----------
    results
        What the page tells.
    answers
        What each system answered, the baseline included.
    path
        The page to write.
    """
    groups = group_systems(results.metrics, results.calibration, results.literature)
    ranked = [row["system"] for group in groups for row in group["rows"] if row["has_answers"]]
    in_order = sorted(answers, key=lambda one: ranked.index(one.system))
    write_page(
        path,
        "results_page.html",
        run=results.run,
        clips=len(results.clips),
        speakers=results.clips["speaker"].nunique(),
        emotions=results.emotions,
        groups=groups,
        modalities=sorted({row["modality"] for group in groups for row in group["rows"]} - {None}),
        best=groups[0]["rows"][0],
        rivals=len(groups[0]["rows"]),
        best_of_modalities=[*best_of_each_modality(groups)][1:],
        guessing=_guessing(groups),
        shuffled=[*_describe_shuffled(results.shuffled)],
        tables=_tabulate(results),
        failures=results.failures.to_dict("records"),
        failed=counted(results.failures["clip"].nunique(), "clip"),
        systems=[one.system for one in in_order],
        version=__version__,
        style=style_emotions(results.emotions) + "".join(map(read_asset, STYLES)),
        script="".join(map(read_asset, SCRIPTS)),
        data=_describe(results, in_order, path),
    )


def _guessing(groups: Sequence[Mapping[str, Any]]) -> float:
    rows = (row for group in groups for row in group["rows"])
    return next(row["accuracy"] for row in rows if row["system"] == BASELINE and row["has_answers"])


def _describe_shuffled(tables: Sequence[pd.DataFrame]) -> Iterator[str]:
    for table in tables:
        yield (
            f"With emotions shuffled within each speaker, {table['system'].iloc[0]} gets "
            f"{table['accuracy'].mean():.2f} % (mean of {len(table)})."
        )


def _tabulate(results: Results) -> list[dict[str, Any]]:
    """Return the tables of the page that are the same of every system, without the empty ones."""
    by_corpus = list_results_by_corpus(results.metrics)
    tables = [
        _lay_out("corpora", "By corpus", BY_CORPUS, by_corpus),
        _lay_out("comparison", "Reported and measured", COMPARED, results.comparison),
    ]
    return [table for table in tables if table["rows"]]


def _lay_out(name: str, title: str, says: str, table: pd.DataFrame) -> dict[str, Any]:
    decimals = dict.fromkeys(table.select_dtypes("float"), 2)
    return {
        "id": name,
        "title": title,
        "says": says,
        "columns": list(table),
        "numbers": list(table.select_dtypes("number")),
        "decimals": decimals,
        "rows": table.to_dict("records"),
    }


def _describe(results: Results, answers: Sequence[Answers], path: Path) -> dict[str, Any]:
    """Return the data of the page."""
    clips, emotions = results.clips, list(results.emotions)
    speakers = in_natural_order(clips["speaker"].unique())
    of_speaker = {speaker: place for place, speaker in enumerate(speakers)}
    mcnemar = results.mcnemar[
        ["system_a", "system_b", "only_a_right", "only_b_right", "p_value", "p_holm"]
    ]
    return {
        "name": results.run["name"],
        "emotions": emotions,
        "highest": HIGHEST,
        "confidence": results.run["confidence"],
        "speakers": list(speakers),
        "clips": pack_json(
            {
                "name": clips["clip"].tolist(),
                "speaker": clips["speaker"].map(of_speaker).tolist(),
                "emotion": clips["emotion"].map(emotions.index).tolist(),
                "fold": clips["fold"].tolist(),
                "media": link_recordings(clips, path),
            }
        ),
        "answers": pack_answers(answers, emotions),
        "calibration": _group(results.calibration, "system"),
        "mcnemar": pack_json(_rows(mcnemar)),
        "choices": pack_json(_group(results.choices, "system")),
        "contributions": _group(results.contributions, "fusion"),
        "fusions": {name: list(members) for name, members in results.fusions.items()},
    }


def _group(table: pd.DataFrame, by: str) -> dict[str, list[list[Any]]]:
    """Return the rows of a table by the system that they are of."""
    groups = table.groupby(by, sort=False)
    return {str(name): _rows(rows.drop(columns=by)) for name, rows in groups}


def _rows(table: pd.DataFrame) -> list[list[Any]]:
    rounded = table.round(dict.fromkeys(table.select_dtypes("float"), NUMBERS)).astype(object)
    return [list(row) for row in rounded.where(rounded.notna(), None).itertuples(index=False)]
