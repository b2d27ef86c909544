"""The artifacts that the authors of the paper published: clips, mean Action Units, posteriors.

Luna-Jiménez et al. 2021, doi 10.3390/app12010327. Each set of posteriors has its own file format,
order of classes and scale of scores: :mod:`emofold.corpora.published_files` says which.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emofold.corpora import ravdess
from emofold.corpora.folds import assign_folds
from emofold.corpora.published_files import POSTERIORS, PublishedPosteriors
from emofold.errors import InputError, listing
from emofold.tables import ACTION_UNITS, join_by_clip, score_columns
from emofold.training.splits import labels_of_fold


def read_clips(path: Path, folds: Sequence[Sequence[str | int]]) -> pd.DataFrame:
    """Return the clips that the authors used, in the order of their list, with their folds."""
    names = path.read_text(encoding="utf-8").split()
    clips = pd.DataFrame([ravdess.describe_clip(name) for name in names])
    clips["fold"] = assign_folds(clips["speaker"], folds)
    return clips.assign(media=None, action_units=None)


def read_means(path: Path) -> pd.DataFrame:
    """Return the authors' mean Action Units, in the order of their file.

    That order is kept on purpose: it decides the mini-batches of a multi-layer perceptron, and
    with it the second decimal of Table 2.
    """
    published = _read_csv(path, ";", ["name", *ACTION_UNITS])
    with _as_published(path):
        means = published[list(ACTION_UNITS)].astype("float64")
    return means.assign(clip=published["name"], frames_used=None)


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
    rows = _read_csv(path, published.separator, columns)
    with _as_published(path):
        values: Any = rows["posteriors"].map(json.loads).tolist() if listed else rows[numbered]
        scores = pd.DataFrame(
            np.asarray(values, dtype="float64"), columns=score_columns(published.class_order)
        )
    scores.insert(0, "clip", rows[published.clip_column].str.removesuffix(".csv"))
    return scores


def _read_csv(path: Path, separator: str, columns: list[str]) -> pd.DataFrame:
    with _as_published(path):
        rows = pd.read_csv(path, sep=separator, usecols=lambda name: name in columns)
        missing = [column for column in columns if column not in rows]
        if missing:
            raise ValueError(f"no column {listing(missing)}")
    return rows


@contextmanager
def _as_published(path: Path) -> Iterator[None]:
    """Say which file it was that could not be read as the authors wrote it."""
    try:
        yield
    except ValueError as error:
        raise InputError(
            f"{path} that cannot be read ({error})",
            "a file as the authors published it",
            "take the file anew from where it was published",
        ) from error
