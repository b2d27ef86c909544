"""The table of results: what was measured, by how it was made, beside what others published."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from emofold.evaluation.calibration import expected_calibration_errors
from emofold.evaluation.metrics import MEAN_OF_CORPORA, means_of_folds
from emofold.models.schemas import LEAVE_ONE_CORPUS_OUT, NORMALISED_BY, PROTOCOLS

HERE = "this run"
INTERVALS = {"wald": "by_clips", "speaker_bootstrap": "by_speakers"}
COLUMNS = [
    *("system", "kind", "modality", "protocol", "normalised_by", "n"),
    *("accuracy", *INTERVALS.values(), "uar", "macro_f1", "ece", "source"),
]
BY_CORPUS = ["system", "protocol", "normalised_by", "corpus", "n", "accuracy", "uar", "macro_f1"]


def results_table(
    metrics: pd.DataFrame, calibration: pd.DataFrame, literature: Sequence[Mapping[str, Any]]
) -> pd.DataFrame:
    """Return a row per system and protocol, in groups that can be compared: the strictest first.

    Of several corpora, each of which was left out, the mean is a row of its own.

    Parameters
    ----------
    metrics, calibration
        The tables of those names.
    literature
        What others reported: `system`, `accuracy`, `protocol` and `source`, and where they are
        known `modality` and `uar`.

    Returns
    -------
    pandas.DataFrame
        In percent: the accuracy with its intervals by clips and by speakers, each a pair, the UAR,
        the macro F1, and the expected calibration error in the folds.
    """
    is_left_out = metrics["protocol"] == LEAVE_ONE_CORPUS_OUT
    left_out = metrics[is_left_out & (metrics["corpus"] == MEAN_OF_CORPORA)]
    means = pd.concat([means_of_folds(metrics), left_out])
    bounds = means.assign(bounds=means[["ci_low", "ci_high"]].apply(tuple, axis="columns"))
    intervals = bounds.pivot(index=["system", "protocol"], columns="ci_method", values="bounds")
    own = means.drop_duplicates(["system", "protocol"]).join(
        intervals.rename(columns=INTERVALS), on=["system", "protocol"]
    )
    errors = own["system"].map(expected_calibration_errors(calibration))
    own = own.assign(ece=errors.mask(own["protocol"] == LEAVE_ONE_CORPUS_OUT), source=HERE)
    ranked = own.assign(
        last=own["kind"] == "baseline",
        strictness=own["protocol"].map(PROTOCOLS.index),
        seen=own["normalised_by"].map(NORMALISED_BY.index),
    ).sort_values(
        ["last", "strictness", "seen", "accuracy"],
        ascending=[True, False, True, False],
        kind="stable",
    )
    others = pd.DataFrame(list(literature), columns=COLUMNS)
    table = pd.concat([ranked[COLUMNS], others], ignore_index=True) if len(others) else ranked
    return table[COLUMNS].reset_index(drop=True)


def list_results_by_corpus(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return how each system does on each of several corpora, and in their mean.

    Parameters
    ----------
    metrics
        The table of that name.

    Returns
    -------
    pandas.DataFrame
        In percent, the strictest protocol first; `protocol` says whether a corpus was left out, or
        its speakers were in the folds. Empty where there is but one corpus.
    """
    rows = metrics[metrics["corpus"].notna() & (metrics["ci_method"] == "wald")]
    strictness = rows["protocol"].map(PROTOCOLS.index)
    ranked = rows.assign(strictness=strictness, is_mean=rows["corpus"] == MEAN_OF_CORPORA)
    best = ranked[ranked["is_mean"]].set_index(["system", "protocol"])["accuracy"].rename("best")
    ranked = ranked.join(best, on=["system", "protocol"]).sort_values(
        ["strictness", "best", "system", "is_mean", "corpus"],
        ascending=[False, False, True, True, True],
    )
    return ranked[BY_CORPUS].reset_index(drop=True)
