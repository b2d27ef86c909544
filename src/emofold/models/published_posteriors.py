"""The posteriors that the authors of the paper published.

Each set has its own file format, order of classes and scale of scores:
:mod:`emofold.corpora.published_files` says which.
"""

import json
from collections.abc import Mapping, Sequence
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
from emofold.models.splits import labels_of_fold
from emofold.scores import score_columns
from emofold.tables import join_by_clip


def read_posteriors(
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
