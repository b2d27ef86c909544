"""Late fusion: one decision from the posteriors of several models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from emofold.errors import InputError, counted
from emofold.models.schemas import NORMALISED_BY, PROTOCOLS, join_modalities
from emofold.models.static import make_classifier, train_fold
from emofold.pooling import fit_weights, pool
from emofold.scores import as_log_probabilities, as_probabilities, score_columns
from emofold.tables import join_by_clip

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
        ``log_linear``: one weight a model, see :mod:`emofold.pooling`. ``average``: the mean of
        the probabilities. ``logistic_regression``: on the scores side by side, each on its own
        scale, logits beside probabilities, as in the paper.
    scaling
        For the regression ``none``, ``minmax`` or ``standard``; fitted on the training clips.
    parameters
        What :class:`sklearn.linear_model.LogisticRegression` accepts.
    seed
        The ``random_state`` of the regression.

    Raises
    ------
    InputError
        When the models scored other clips, or disagree on a fold, a split or an emotion.
    """
    labels, scores = _side_by_side(posteriors, emotions)
    if method == "logistic_regression":
        model = make_classifier("logistic_regression", scaling, parameters, seed)
        fused, scale = train_fold(model, scores.set_index("clip"), labels, emotions)
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
        places = labels["emotion"].map({emotion: at for at, emotion in enumerate(emotions)})
        weights = fit_weights(
            [log[is_training] for log in logs], places[is_training].to_numpy()
        ).tolist()
    pooled = pooled_probabilities(method, [*by_model.values()], weights)
    fused = labels.join(pd.DataFrame(pooled, columns=columns))
    return Fused(fused, "probability", dict(zip(by_model, weights, strict=True)))


def pooled_probabilities(
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
    normalises by speaker when one of them does.

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
    first, *others = posteriors
    labels = posteriors[first][LABELS].reset_index(drop=True)
    scores = _scores(posteriors, first, emotions)
    for name in others:
        what = f"the posteriors of {name} and of {first}"
        check_same_labels(labels, posteriors[name], what)
        scores = join_by_clip(scores, _scores(posteriors, name, emotions), what)
    return labels, scores


def _scores(
    posteriors: Mapping[str, pd.DataFrame], name: str, emotions: Sequence[str]
) -> pd.DataFrame:
    table = posteriors[name].set_index("clip")[score_columns(emotions)]
    return table.add_prefix(f"{name} ").reset_index()


def check_same_labels(labels: pd.DataFrame, other: pd.DataFrame, what: str) -> None:
    """Raise an :class:`InputError` unless both say the same of each clip, but for its scores."""
    both = join_by_clip(labels, other[LABELS], what)
    for label in LABELS[1:]:
        differs = both[f"{label}_x"] != both[f"{label}_y"]
        if differs.any():
            raise InputError(
                f"another {label} of {counted(differs.sum(), 'clip')} in {what}, "
                f"the first of them {both.loc[differs, 'clip'].iloc[0]}",
                f"the same {label} of a clip in every model",
                "delete both tables and run the workflow again, from the same clips and folds",
            )
