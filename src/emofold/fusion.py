"""Late fusion: one decision from the posteriors of several models."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from emofold.errors import InputError, counted
from emofold.models.static import make_classifier, train_fold
from emofold.tables import join_by_clip, score_columns

LABELS = ["clip", "fold", "split", "emotion"]


def fuse_fold(
    posteriors: Mapping[str, pd.DataFrame],
    emotions: Sequence[str],
    scaling: str,
    parameters: Mapping[str, Any],
    seed: int,
) -> tuple[pd.DataFrame, str]:
    """Fuse the posteriors of one fold by logistic regression on their scores, side by side.

    The scores go in on their own scales, logits beside probabilities; `scaling` makes them
    comparable. The regression learns from the posteriors of clips that the models were themselves
    trained on (Luna-Jiménez et al. 2021, section 3.3): the protocol ``paper``.

    Parameters
    ----------
    posteriors
        The posteriors table of each model, by its name; all of the same fold.
    emotions
        The emotions of the corpus, in order.
    scaling
        ``none``, ``minmax`` or ``standard``; fitted on the training clips.
    parameters
        What :class:`sklearn.linear_model.LogisticRegression` accepts.
    seed
        The ``random_state`` of the regression.

    Returns
    -------
    fused : pandas.DataFrame
        The columns of a posteriors table.
    scale : str
        The scale of its scores.

    Raises
    ------
    InputError
        When the models scored other clips, or disagree on a fold, a split or an emotion.
    """
    first, *others = posteriors
    labels = posteriors[first][LABELS]
    features = _scores(posteriors, first, emotions)
    for name in others:
        what = f"the posteriors of {name} and of {first}"
        _check_same_labels(labels, posteriors[name], what)
        features = join_by_clip(features, _scores(posteriors, name, emotions), what)
    model = make_classifier("logistic_regression", scaling, parameters, seed)
    return train_fold(model, features.set_index("clip"), labels, emotions)


def _scores(
    posteriors: Mapping[str, pd.DataFrame], name: str, emotions: Sequence[str]
) -> pd.DataFrame:
    table = posteriors[name].set_index("clip")[score_columns(emotions)]
    return table.add_prefix(f"{name} ").reset_index()


def _check_same_labels(labels: pd.DataFrame, other: pd.DataFrame, what: str) -> None:
    both = join_by_clip(labels, other[LABELS], what)
    for label in LABELS[1:]:
        differs = both[f"{label}_x"] != both[f"{label}_y"]
        if differs.any():
            raise InputError(
                f"another {label} of {counted(differs.sum(), 'clip')} in {what}, "
                f"the first of them {both.loc[differs, 'clip'].iloc[0]}",
                f"the same {label} of a clip in every model",
                "make both tables from the same clips and folds",
            )
