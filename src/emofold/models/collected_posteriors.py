"""Scores of training clips by models that were not trained on them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

DESCRIPTION = ("scale", "kind", "modality", "protocol", "normalised_by")


def gathered(
    fold: int,
    trained: Mapping[str, pd.DataFrame],
    inner: Mapping[str, pd.DataFrame],
    failed: Collection[str],
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the posteriors of one fold.

    Parameters
    ----------
    fold
        The fold that is tested.
    trained
        The posteriors of the training without each fold, by the fold: ``"0"``.
    inner
        Those of the trainings without two folds: ``"0-1"``. Where there are some, a training clip
        has the scores of the training without its own fold and the tested one, so that they are
        out-of-fold. Where there are none, it has those of the model that was trained on it.
    failed
        Clips that some training could not score; they are left out.

    Returns
    -------
    posteriors : pandas.DataFrame
        The columns of a posteriors table.
    metadata : dict
        What holds for the table as a whole.
    """
    own = trained[str(fold)]
    parts = [own[own["split"] == "test"] if inner else own]
    for folds, table in inner.items():
        pair = {int(other) for other in folds.split("-")}
        if fold in pair:
            (other,) = pair - {fold}
            parts.append(table[table["fold"] == other].assign(split="train"))
    posteriors = pd.concat(parts, ignore_index=True).assign(fold=fold)
    metadata = {key: own.attrs[key] for key in DESCRIPTION}
    return posteriors[~posteriors["clip"].isin(failed)], metadata


def cross_fitted(folds: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """Return the posteriors of each fold, training clips scored as in the fold that tests them.

    That is all that can be done with the posteriors of others: the model that scores a training
    clip has not seen the clip, but it has seen the speakers that are tested. It is less strict than
    out-of-fold scores by inner folds, and systems made from it are labelled ``cross-fitted``.

    Parameters
    ----------
    folds
        The posteriors of each fold, of all clips.
    """
    tested = pd.concat([table[table["split"] == "test"] for table in folds], ignore_index=True)
    return [
        table[["clip", "split"]]
        .merge(tested.drop(columns="split"), on="clip", how="left", validate="one_to_one")
        .assign(fold=fold)
        for fold, table in enumerate(folds)
    ]
