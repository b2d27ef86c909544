"""The table of systems on the page of the results: groups that can be compared, the strictest first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from emofold.evaluation import BASELINE
from emofold.evaluation.results import HERE, results_table

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
    "leave-one-corpus-out": "Tested on a corpus of which nothing was seen in training; the mean "
    "over the corpora.",
}
OTHERS = "Reported by others"
SAYS_OF_OTHERS = "With their own protocols: not to be ranked with the systems of this run."
GUESSING = "Guessing"
SAYS_OF_GUESSING = "Always the most frequent emotion of the training clips."
BOUNDS = ("ci_low", "ci_high")


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
        The ``name`` of each group, what it ``says``, and its ``rows``, the best first. A row with
        answers that the page knows ``is_here``.
    """
    table = results_table(metrics, calibration, literature).astype(object)
    rows_of_table: list[dict[str, Any]] = [
        {str(name): value for name, value in row.items()}
        for row in table.where(table.notna(), None).to_dict("records")
    ]
    measured = _measured(metrics)
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows_of_table:
        own = measured.get((row["system"], row["protocol"])) if row["source"] == HERE else None
        key = _name_group(row, own)
        rows = groups.setdefault(key, [])
        is_ranked = own is not None and row["system"] != BASELINE
        rows.append({**row, **(own or NOT_MEASURED), "is_best": is_ranked and not rows})
    return [{"name": name, "says": says, "rows": rows} for (name, says), rows in groups.items()]


NOT_MEASURED = dict.fromkeys(("kind", "macro_f1", "n", "by_clips", "by_speakers"))


def _measured(metrics: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what the means say of each system and protocol beside what the results say."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in metrics[metrics["fold"].isna()].to_dict("records"):
        own = found.setdefault((row["system"], row["protocol"]), {})
        own.update({name: row[name] for name in ("kind", "normalised_by", "macro_f1", "n")})
        interval = "by_clips" if row["ci_method"] == "wald" else "by_speakers"
        own[interval] = tuple(row[bound] for bound in BOUNDS)
    return found


def _name_group(row: Mapping[str, Any], own: Mapping[str, Any] | None) -> tuple[str, str]:
    if own is None:
        return OTHERS, SAYS_OF_OTHERS
    if row["system"] == BASELINE:
        return GUESSING, SAYS_OF_GUESSING
    seen, protocol = own["normalised_by"], row["protocol"]
    says = f"{SAYS_OF_SEES[seen]} {SAYS_OF_PROTOCOL[protocol]}"
    return f"{SEES[seen]}, {protocol}", says


def best_of_each_modality(groups: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the best system of each modality in the first group, the best of them first."""
    seen = set()
    for row in groups[0]["rows"]:
        if row["modality"] not in seen:
            seen.add(row["modality"])
            yield row
