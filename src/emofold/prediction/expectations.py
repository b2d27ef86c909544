"""What can be expected of a system on speakers that it has not seen, by the folds of its run."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from emofold.evaluation.decisions import decide
from emofold.evaluation.metrics import fold_metrics, mean_metrics
from emofold.fusion import describe_fusion, fuse_fold
from emofold.models.corpora import corpora_of


def expected_accuracy(
    modality: str,
    folds: Sequence[Mapping[str, pd.DataFrame]],
    clips: pd.DataFrame,
    emotions: Sequence[str],
    *,
    fusion: Mapping[str, Any],
    confidence: float,
    draws: int,
    seed: int,
) -> dict[str, Any]:
    """Return how well a fusion does in the folds, as :mod:`emofold.evaluation` counts.

    Parameters
    ----------
    modality
        What the system is.
    folds
        The posteriors table of each model, by its name, in each fold.
    clips
        The table of the clips that are in these tables.
    emotions
        The emotions of the corpus, in order.
    fusion
        The `method` of the fusion, its `scaling` and its `parameters`.
    confidence
        The coverage of the interval, such as 0.95.
    draws
        How often the bootstrap draws speakers.
    seed
        Of the fusion, and of the bootstrap.

    Returns
    -------
    dict
        ``accuracy`` and ``uar`` as means of the folds, ``ci_low`` and ``ci_high`` by a bootstrap
        over speakers, all in percent; ``confidence``, ``clips``, ``speakers``, ``protocol`` and
        ``normalised_by``.
    """
    corpora = corpora_of(clips)
    fused = []
    for tables in folds:
        one = fuse_fold(tables, emotions, **fusion, seed=seed, corpora=corpora)
        one.posteriors.attrs.update(
            scale=one.scale,
            **describe_fusion([table.attrs for table in tables.values()]),
        )
        fused.append(one.posteriors)
    decisions = decide(modality, fused, clips, emotions)
    by_fold = fold_metrics(decisions, confidence)
    means = mean_metrics(by_fold, decisions, confidence, draws, seed)
    found = means[means["ci_method"] == "speaker_bootstrap"].to_dict("records")[0]
    return {
        **{key: round(float(found[key]), 2) for key in ("accuracy", "uar", "ci_low", "ci_high")},
        "confidence": confidence,
        "clips": len(clips),
        "speakers": int(clips["speaker"].nunique()),
        "protocol": found["protocol"],
        "normalised_by": found["normalised_by"],
    }
