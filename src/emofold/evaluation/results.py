"""The table of results: what was measured, by how it was made, beside what others published."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from emofold.evaluation.calibration import expected_calibration_errors
from emofold.evaluation.metrics import MEAN_OF_CORPORA, means_of_folds
from emofold.models.schemas import LEAVE_ONE_CORPUS_OUT, PROTOCOLS

HERE = "this run"
SEEN = {
    "none": "one clip",
    "speaker": "all clips of a speaker",
    "corpus": "all clips that are tested",
}
COLUMNS = ["system", "modality", "protocol", "sees", "accuracy", "uar", "interval", "ece", "source"]
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
        In percent: the accuracy, the UAR, the interval of the accuracy by speakers, the expected
        calibration error in the folds. The column `sees` says whether a system normalises by
        speaker or by corpus, and so sees all the unlabelled clips of a tested one.
    """
    is_left_out = metrics["protocol"] == LEAVE_ONE_CORPUS_OUT
    left_out = metrics[is_left_out & (metrics["corpus"] == MEAN_OF_CORPORA)]
    means = pd.concat([means_of_folds(metrics), left_out])
    means = means[means["ci_method"] == "speaker_bootstrap"]
    bounds = zip(means["ci_low"], means["ci_high"], strict=True)
    errors = means["system"].map(expected_calibration_errors(calibration))
    own = means.assign(
        sees=means["normalised_by"].map(SEEN),
        interval=[f"{low:.1f} to {high:.1f}" for low, high in bounds],
        ece=errors.mask(means["protocol"] == LEAVE_ONE_CORPUS_OUT),
        source=HERE,
    )
    strictness = own["protocol"].map(PROTOCOLS.index)
    ranked = own.assign(strictness=strictness, last=own["kind"] == "baseline")
    ranked = ranked.sort_values(
        ["last", "strictness", "normalised_by", "accuracy"],
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
