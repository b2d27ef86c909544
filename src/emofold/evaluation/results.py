"""The table of results: what was measured, by how it was made, beside what others published."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from emofold.evaluation.calibration import expected_calibration_errors
from emofold.evaluation.metrics import rank_systems
from emofold.models.schemas import PROTOCOLS

HERE = "this run"
SEEN = {
    "none": "one clip",
    "speaker": "all clips of a speaker",
    "corpus": "all clips that are tested",
}
COLUMNS = ["system", "modality", "protocol", "sees", "accuracy", "uar", "interval", "ece", "source"]


def results_table(
    metrics: pd.DataFrame, calibration: pd.DataFrame, literature: Sequence[Mapping[str, Any]]
) -> pd.DataFrame:
    """Return a row per system, in groups that can be compared: the strictest first.

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
        calibration error. The column `sees` says whether a system normalises by speaker or
        by corpus, and so sees all the unlabelled clips of a tested one.
    """
    means = rank_systems(metrics)
    spread = metrics[metrics["fold"].isna() & (metrics["ci_method"] == "speaker_bootstrap")]
    interval = spread.set_index("system").apply(
        lambda row: f"{row['ci_low']:.1f} to {row['ci_high']:.1f}", axis="columns"
    )
    own = means.assign(
        sees=means["normalised_by"].map(SEEN),
        interval=means["system"].map(interval),
        ece=means["system"].map(expected_calibration_errors(calibration)),
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
