"""Front pages of made-up runs."""

import pandas as pd

from emofold.evaluation.schemas import ODDITIES
from emofold.report.front_page import front_page

RUN = {
    "name": "mini",
    "emotions": ["calm", "sad"],
    "folds": [["Ada"], ["Bob"], ["Cleo"]],
    "protocol": "paper",
    "seed": 2020,
    "confidence": 0.95,
    "published": 1,
    "static": 2,
    "sequence": 1,
    "finetuned": 2,
    "fused": 3,
    "note": "",
}
CLIPS = pd.DataFrame({"clip": list("abcdef"), "speaker": ["Ada", "Bob", "Cleo"] * 2})
SYSTEMS = {
    "zero-r": (None, 13.33),
    "svc": ("face", 59.93),
    "mlp-80": ("face", 60.22),
    "wav2vec2": ("speech", 81.82),
    "wav2vec2+mlp": ("speech+face", 86.7),
}
COMPARISON = pd.DataFrame(
    {
        "system": ["svc", "mlp-80"],
        "reported": [59.93, 60.52],
        "measured": [59.933, 60.22],
        "difference": [0.003, -0.3],
        "source": "Table 2",
    }
)
NOTHING_REPORTED = COMPARISON.iloc[:0]
NO_ODDITIES = pd.DataFrame(columns=ODDITIES.columns.names)
NO_FAILURES = pd.DataFrame({"clip": [], "speaker": [], "step": [], "reason": []})


def metrics(systems, transductive=(), cross_fitted=()):
    """Mean rows with both intervals, and rows of a fold that outdo them all."""
    rows = []
    for system, (modality, accuracy) in systems.items():
        row = {
            **{"system": system, "corpus": None, "fold": None, "ci_method": "wald"},
            **{"accuracy": accuracy, "uar": accuracy - 1, "macro_f1": accuracy - 2},
            **{"ci_low": accuracy - 3, "ci_high": accuracy + 3},
            "kind": "model" if modality else "baseline",
            "modality": modality,
            "normalised_by": "speaker" if system in transductive else "none",
            "protocol": "cross-fitted" if system in cross_fitted else "nested",
        }
        spread = {"ci_low": accuracy - 5, "ci_high": accuracy + 5}
        rows += [
            row,
            {**row, "ci_method": "speaker_bootstrap", **spread},
            {**row, "fold": 0, "accuracy": 99.0},
        ]
    return pd.DataFrame(rows)


def page_of(
    systems=None,
    *,
    transductive=(),
    cross_fitted=(),
    comparison=COMPARISON,
    title="the paper",
    oddities=NO_ODDITIES,
    failures=NO_FAILURES,
    others=None,
    **run,
):
    described = {**RUN, "reported": title, **run}
    table = metrics(systems or SYSTEMS, transductive, cross_fitted)
    return front_page(
        described,
        CLIPS,
        table,
        comparison,
        oddities=oddities,
        failures=failures,
        others=others or {},
    )
