"""Systems against one another, and against the numbers that a paper reports."""

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

from emofold.errors import InputError
from emofold.evaluation.metrics import means_with_intervals

WANTED = {  # what each row says of a system of this run, or of one of others
    "rows": {"system", "reported", "source"},
    "literature": {"system", "accuracy", "protocol", "source"},
}
AS_IN_PAPER = "reported numbers as in workflow/resources/paper.yaml and literature.yaml"
REPORTED = "correct the file, or `evaluation: reported` in the config"


def mcnemar_tests(decisions: pd.DataFrame) -> pd.DataFrame:
    """Test each pair of systems for equal accuracy, by the clips that only one of them got right.

    Returns
    -------
    pandas.DataFrame
        The columns of the McNemar table: exact two-sided p-values, and the same after Holm's
        correction for the number of pairs.
    """
    marked = decisions.assign(right=decisions["predicted"] == decisions["emotion"])
    right = marked.pivot(index="clip", columns="system", values="right")
    rows = []
    for a, b in combinations(dict.fromkeys(decisions["system"]), 2):
        only_a = int((right[a] & ~right[b]).sum())
        only_b = int((right[b] & ~right[a]).sum())
        test = mcnemar([[0, only_a], [only_b, 0]], exact=True)
        rows.append((a, b, len(right), only_a, only_b, float(min(test.pvalue, 1.0))))
    columns = ["system_a", "system_b", "n", "only_a_right", "only_b_right", "p_value"]
    tests = pd.DataFrame(rows, columns=columns)
    holm = multipletests(tests["p_value"], method="holm")[1] if len(tests) else []
    return tests.assign(p_holm=holm)


def read_reported(files: Iterable[str]) -> dict[str, Any]:
    """Return the numbers of files such as ``workflow/resources/paper.yaml``: one file, or none."""
    reported: dict[str, Any] = {"title": "", "human": {}, "rows": [], "literature": []}
    for file in files:
        reported |= yaml.safe_load(Path(file).read_text(encoding="utf-8")) or {}
        if not isinstance(reported["human"], dict):
            raise InputError(f"{file} with `human` that says no modality", AS_IN_PAPER, REPORTED)
        for key, wanted in WANTED.items():
            reported[key] = reported[key] or []
            rows = reported[key]
            if not isinstance(rows, list) or not all(_describes(row, wanted) for row in rows):
                found = f"{file} with {key} that do not say {', '.join(sorted(wanted))}"
                raise InputError(f"{found}, or no number", AS_IN_PAPER, REPORTED)
    return reported


def _describes(row: Any, wanted: set[str]) -> bool:
    if not isinstance(row, dict) or not row.keys() >= wanted:
        return False
    required = [row[key] for key in ("reported", "accuracy") if key in wanted]
    numbers = [*required, *([] if row.get("uar") is None else [row["uar"]])]
    return all(isinstance(number, int | float) for number in numbers)


def compare_with_reported(metrics: pd.DataFrame, reported: dict[str, Any]) -> pd.DataFrame:
    """Return the reported accuracies of the systems that this run has, beside its own.

    Parameters
    ----------
    metrics
        The metrics table.
    reported
        What :func:`read_reported` returned.

    Returns
    -------
    pandas.DataFrame
        The columns of the comparison table, in the order of the reported rows.
    """
    measured = means_with_intervals(metrics, "wald").set_index("system")["accuracy"]
    rows = pd.DataFrame(reported["rows"], columns=["system", "reported", "source"])
    rows = rows[rows["system"].isin(measured.index)].reset_index(drop=True)
    rows["measured"] = rows["system"].map(measured).astype("float64")
    return rows.assign(difference=rows["measured"] - rows["reported"])
