"""The table of systems on the page of the results: groups that can be compared, the strictest first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from emofold.evaluation import BASELINE
from emofold.evaluation.results import HERE, results_table
from emofold.models.schemas import LEAVE_ONE_CORPUS_OUT

SEES = {
    "none": "Inductive",
    "speaker": "Transductive, by speaker",
    "corpus": "Transductive, by corpus",
}
SAYS_OF_SEES = {
    "none": "Each clip is decided on alone.",
    "speaker": "A decision on a clip sees all the unlabelled clips of its speaker.",
    "corpus": "A decision on a clip sees all the unlabelled clips that are tested with it.",
}
SAYS_OF_PROTOCOL = {
    "nested": "Nothing was chosen on a tested speaker.",
    "cross-fitted": "From posteriors that others published, of models that may have been chosen on "
    "the test folds, and that had seen the tested speakers when they scored the other folds.",
    "paper": "Optimistic: checkpoints or settings may have been chosen on the test folds.",
    LEAVE_ONE_CORPUS_OUT: "Tested on a corpus of which nothing was seen in training; the mean of "
    "the corpora, each left out in turn.",
}
OTHERS = "Reported by others"
SAYS_OF_OTHERS = "With their own protocols: not to be ranked with the systems of this run."
GUESSING = "Guessing"
SAYS_OF_GUESSING = "Always the most frequent emotion of the training clips."


def group_systems(
    metrics: pd.DataFrame, calibration: pd.DataFrame, literature: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the groups of systems that can be compared with one another.

    Parameters
    ----------
    metrics, calibration
        The tables of those names.
    literature
        As of :func:`emofold.evaluation.results.results_table`.

    Returns
    -------
    list of dict
        The ``name`` of each group, what it ``says``, and its ``rows``, the best first. Of a row
        that ``has_answers``, the page knows the answer to each clip; the first group has them.
    """
    table = results_table(metrics, calibration, literature).astype(object)
    rows_of_table: list[dict[str, Any]] = [
        {str(name): value for name, value in row.items()}
        for row in table.where(table.notna(), None).to_dict("records")
    ]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows_of_table:
        rows = groups.setdefault(_name_group(row), [])
        is_ranked = row["source"] == HERE and row["system"] != BASELINE
        has_answers = row["source"] == HERE and row["protocol"] != LEAVE_ONE_CORPUS_OUT
        rows.append({**row, "is_best": is_ranked and not rows, "has_answers": has_answers})
    told = [{"name": name, "says": says, "rows": rows} for (name, says), rows in groups.items()]
    return sorted(told, key=_place)


def _place(group: Mapping[str, Any]) -> int:
    if group["name"] in (GUESSING, OTHERS):
        return 2
    return int(not group["rows"][0]["has_answers"])


def _name_group(row: Mapping[str, Any]) -> tuple[str, str]:
    if row["source"] != HERE:
        return OTHERS, SAYS_OF_OTHERS
    if row["system"] == BASELINE:
        return GUESSING, SAYS_OF_GUESSING
    seen, protocol = row["normalised_by"], row["protocol"]
    says = f"{SAYS_OF_SEES[seen]} {SAYS_OF_PROTOCOL[protocol]}"
    return f"{SEES[seen]}, {protocol}", says


def best_of_each_modality(groups: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the best system of each modality in the first group, the best of them first."""
    seen = set()
    for row in groups[0]["rows"]:
        if row["modality"] not in seen:
            seen.add(row["modality"])
            yield row
