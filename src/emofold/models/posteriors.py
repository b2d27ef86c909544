"""The posteriors tables of models: their description, and tables that are put together from others.

Those that the authors of the paper published have their own file format, order of classes and scale
of scores each: :mod:`emofold.corpora.published_files` says which.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emofold.corpora.published_files import (
    POSTERIORS,
    PublishedPosteriors,
    explain_unreadable,
    read_published_csv,
)
from emofold.errors import InputError, listing
from emofold.models.schemas import DESCRIPTION
from emofold.models.splits import labels_of_fold
from emofold.scores import score_columns
from emofold.tables import Failure, as_metadata, join_by_clip


def describe_model(
    modality: str,
    protocol: str,
    scale: str,
    *,
    normalised_by: str = "none",
    failures: Iterable[Failure] = (),
) -> dict[str, Any]:
    """Return the metadata of a model's posteriors; see :func:`posteriors_schema` for the values.

    Parameters
    ----------
    modality, protocol, scale, normalised_by
        What the table says of itself.
    failures
        Why clips have no scores.
    """
    return {
        "scale": scale,
        "kind": "model",
        "modality": modality,
        "protocol": protocol,
        "normalised_by": normalised_by,
        **as_metadata(sorted(failures)),
    }


def collect_posteriors(
    fold: int,
    trained: Mapping[str, pd.DataFrame],
    inner: Mapping[str, pd.DataFrame],
    failed: Collection[str],
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Put the posteriors of one fold together from trainings without that fold, and without two.

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
    metadata = {key: own.attrs[key] for key in ("scale", *DESCRIPTION)}
    return posteriors[~posteriors["clip"].isin(failed)], metadata


def cross_fit(folds: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
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


def read_published_posteriors(
    model: str, fold: int, files: Mapping[str, Path], clips: pd.DataFrame, emotions: Sequence[str]
) -> pd.DataFrame:
    """Return one published model's posteriors of one fold, by the columns of a posteriors table.

    Parameters
    ----------
    model
        A key of :data:`~emofold.corpora.published_files.POSTERIORS`.
    fold
        The fold, from 0.
    files
        The files of the ``train`` and the ``test`` clips.
    clips
        The table of clips.
    emotions
        The emotions of the corpus, in order.

    Raises
    ------
    InputError
        When the files hold other clips than the fold's, or other classes than the emotions.
    """
    published = POSTERIORS[model]
    if set(emotions) != set(published.class_order):
        raise InputError(
            f"the emotions {listing(emotions, 20)}",
            f"the classes of the published model {model}: {', '.join(published.class_order)}",
            "correct `emotions` in the config",
        )
    labels = labels_of_fold(clips, fold)
    splits = []
    for split, path in files.items():
        expected = labels[labels["split"] == split]
        what = f"{path} and the {split} clips of fold {fold}"
        splits.append(join_by_clip(expected, _read_scores(published, path), what))
    return pd.concat(splits, ignore_index=True)


def _read_scores(published: PublishedPosteriors, path: Path) -> pd.DataFrame:
    numbered = [f"embs{position}" for position in range(len(published.class_order))]
    listed = published.separator == "\t"
    columns = [published.clip_column, *(["posteriors"] if listed else numbered)]
    rows = read_published_csv(path, published.separator, columns)
    with explain_unreadable(path):
        values: Any = rows["posteriors"].map(json.loads).tolist() if listed else rows[numbered]
        scores = pd.DataFrame(
            np.asarray(values, dtype="float64"), columns=score_columns(published.class_order)
        )
    scores.insert(0, "clip", rows[published.clip_column].str.removesuffix(".csv"))
    return scores


def states_table(states: pd.DataFrame) -> pd.DataFrame:
    """Return states, indexed by clip, by the columns of :func:`schemas.states_schema`."""
    values = [*states.to_numpy("float32")]
    return pd.DataFrame({"clip": states.index, "state": values})
