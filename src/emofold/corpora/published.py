"""The artifacts that the authors of the paper published: clips, mean Action Units, posteriors.

Luna-Jiménez et al. 2021, doi 10.3390/app12010327. Each set of posteriors has its own file format,
order of classes and scale of scores: :mod:`emofold.corpora.published_files` says which.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from emofold.corpora import ravdess
from emofold.corpora.folds import assign_folds, labels_of_fold
from emofold.corpora.published_files import POSTERIORS, PublishedPosteriors
from emofold.errors import InputError, listing
from emofold.tables import ACTION_UNITS, join_by_clip, score_columns


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
        splits.append(join_by_clip(_read_scores(published, path), expected, what))
    return pd.concat(splits, ignore_index=True)


def _read_scores(published: PublishedPosteriors, path: Path) -> pd.DataFrame:
    numbered = [f"embs{position}" for position in range(len(published.class_order))]
    if published.separator == "\t":
        rows = _read_csv(path, "\t", [published.clip_column, "posteriors"])
        values: Any = rows["posteriors"].map(json.loads).tolist()
    else:
        rows = _read_csv(path, ";", [published.clip_column, *numbered])
        values = rows[numbered].to_numpy()
    scores = pd.DataFrame(values, columns=score_columns(published.class_order), dtype="float64")
    scores.insert(0, "clip", rows[published.clip_column].str.removesuffix(".csv"))
    return scores


def _read_csv(path: Path, separator: str, columns: list[str]) -> pd.DataFrame:
    header = pd.read_csv(path, sep=separator, nrows=0).columns
    missing = [column for column in columns if column not in header]
    if missing:
        raise InputError(
            f"{path} without the columns {listing(missing)}",
            f"a file as the authors published it, with {listing(columns)}",
            "fetch the file again",
        )
    return pd.read_csv(path, sep=separator, usecols=columns, float_precision="round_trip")
