"""Late fusion: one decision from the posteriors of several models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from emofold.models.corpora import weigh_corpora
from emofold.models.schemas import NORMALISED_BY, PROTOCOLS, join_modalities
from emofold.models.splits import join_by_labels
from emofold.models.static import make_classifier, train_fold
from emofold.pooling import fit_weights, pool
from emofold.scores import as_log_probabilities, as_probabilities, score_columns

LABELS = ["clip", "fold", "split", "emotion"]


@dataclass(frozen=True)
class Fused:
    """A fusion of one fold.

    Attributes
    ----------
    posteriors
        The columns of a posteriors table.
    scale
        The scale of its scores.
    weights
        The weight of each model, by its name; empty for a logistic regression.
    regression
        The scikit-learn pipeline of a logistic regression, which takes the scores of the models
        side by side, in the order of their tables.
    """

    posteriors: pd.DataFrame
    scale: str
    weights: dict[str, float]
    regression: Any = None


def fuse_fold(
    posteriors: Mapping[str, pd.DataFrame],
    emotions: Sequence[str],
    method: str,
    *,
    scaling: str,
    parameters: Mapping[str, Any],
    seed: int,
    corpora: pd.Series | None = None,
) -> Fused:
    """Fuse the posteriors of one fold.

    What is learnt, is learnt from the scores of the training clips. Under the protocol ``paper``
    the models were themselves trained on these clips (Luna-Jiménez et al. 2021, section 3.3);
    under ``nested`` their scores are out-of-fold.

    Parameters
    ----------
    posteriors
        The posteriors table of each model, by its name, with its scale in ``attrs``; all of the
        same fold.
    emotions
        The emotions of the corpus, in order.
    method
        ``log_linear``: one weight per model, see :mod:`emofold.pooling`. ``average``: the mean of
        the probabilities. ``logistic_regression``: on the scores side by side, each on its own
        scale, logits beside probabilities, as in the paper.
    scaling
        For the regression ``none``, ``minmax`` or ``standard``; fitted on the training clips.
    parameters
        What :class:`sklearn.linear_model.LogisticRegression` accepts.
    seed
        The ``random_state`` of the regression.
    corpora
        The corpus of each clip, indexed by clip: of several, each weighs the same.

    Raises
    ------
    InputError
        When the models scored other clips, or disagree on a fold, a split or an emotion.
    """
    labels, scores = _side_by_side(posteriors, emotions)
    if method == "logistic_regression":
        model = make_classifier("logistic_regression", scaling, parameters, seed)
        fused, scale = train_fold(
            model, scores.set_index("clip"), labels, emotions, corpora=corpora
        )
        return Fused(fused, scale, {}, model)
    columns = score_columns(emotions)
    by_model = {
        name: (scores[[f"{name} {column}" for column in columns]].to_numpy(), table.attrs["scale"])
        for name, table in posteriors.items()
    }
    if method == "average":
        weights = [1 / len(by_model)] * len(by_model)
    else:
        logs = [as_log_probabilities(*scored) for scored in by_model.values()]
        is_training = (labels["split"] == "train").to_numpy()
        indices = labels["emotion"].map({emotion: at for at, emotion in enumerate(emotions)})
        counts = 1.0 if corpora is None else weigh_corpora(corpora.loc[labels["clip"][is_training]])
        weights = fit_weights(
            [log[is_training] for log in logs], indices[is_training].to_numpy(), counts
        ).tolist()
    pooled = pool_probabilities(method, [*by_model.values()], weights)
    fused = labels.join(pd.DataFrame(pooled, columns=columns))
    return Fused(fused, "probability", dict(zip(by_model, weights, strict=True)))


def pool_probabilities(
    method: str, scored: Sequence[tuple[np.ndarray, str]], weights: Sequence[float]
) -> np.ndarray:
    """Return the probabilities that a fusion without a regression makes of scores.

    Parameters
    ----------
    method
        ``log_linear`` or ``average``.
    scored
        The scores of each model, shape (clips, emotions), and their scale.
    weights
        The weight of each model.

    Returns
    -------
    numpy.ndarray
        Shape (clips, emotions).
    """
    if method == "average":
        return np.average([as_probabilities(*one) for one in scored], axis=0, weights=weights)
    return pool([as_log_probabilities(*one) for one in scored], weights)


def describe_fusion(members: Sequence[Mapping[Any, Any]]) -> dict[str, str]:
    """Return what a fusion is, by the metadata of the posteriors that it takes.

    It sees the modalities of all its members, is as weak as the weakest protocol among them, and
    is normalised by what the one of them is that sees the most clips.

    Examples
    --------
    >>> speech = {"modality": "speech", "protocol": "nested", "normalised_by": "none"}
    >>> face = {"modality": "face", "protocol": "cross-fitted", "normalised_by": "speaker"}
    >>> for key, value in describe_fusion([face, speech]).items():
    ...     print(key, value)
    kind fusion
    modality speech+face
    protocol cross-fitted
    normalised_by speaker
    """
    return {
        "kind": "fusion",
        "modality": join_modalities(member["modality"] for member in members),
        "protocol": min((member["protocol"] for member in members), key=PROTOCOLS.index),
        "normalised_by": max((row["normalised_by"] for row in members), key=NORMALISED_BY.index),
    }


def _side_by_side(
    posteriors: Mapping[str, pd.DataFrame], emotions: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the labels that all models agree on, and their scores by clip."""
    first = next(iter(posteriors))
    labels = posteriors[first][LABELS].reset_index(drop=True)
    scores = labels[["clip"]]
    for name, table in posteriors.items():
        joined = join_by_labels(labels, table, f"the posteriors of {name} and of {first}")
        scores = scores.join(joined[score_columns(emotions)].add_prefix(f"{name} "))
    return labels, scores
