"""Rows of the metrics table for systems of a given accuracy."""

import pandas as pd


def measured(
    system, accuracy, modality="face", *, kind="model", protocol="nested", normalised_by="none"
):
    """The means of a system, with either interval, and a fold in which it was lucky."""
    described = {
        "system": system,
        "kind": kind,
        "modality": modality,
        "protocol": protocol,
        "normalised_by": normalised_by,
        "n": 100,
        "uar": accuracy - 1,
        "macro_f1": accuracy - 2,
    }
    means = [
        {"accuracy": accuracy, "ci_low": accuracy - half, "ci_high": accuracy + half}
        for half in (4.0, 9.0)
    ]
    rows = pd.DataFrame([*means, {"accuracy": 99.0, "ci_low": 98.0, "ci_high": 100.0}])
    return rows.assign(
        **described,
        corpus=None,
        fold=pd.array([None, None, 0], dtype="Int64"),
        ci_method=["wald", "speaker_bootstrap", "wald"],
    )
