"""The clips and files that the authors of the paper published.

Luna-Jiménez et al. 2021, doi 10.3390/app12010327.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from emofold.corpora import ravdess
from emofold.corpora.folds import assign_folds
from emofold.errors import InputError, listing


def read_clips(path: Path, folds: Sequence[Sequence[str | int]]) -> pd.DataFrame:
    """Return the clips that the authors used, in the order of their list, with their folds."""
    names = path.read_text(encoding="utf-8").split()
    clips = pd.DataFrame([ravdess.describe_clip(name) for name in names])
    clips["fold"] = assign_folds(clips["speaker"], folds)
    return clips.assign(media=None, action_units=None)


def read_published_csv(path: Path, separator: str, columns: list[str]) -> pd.DataFrame:
    """Return some columns of a published csv file."""
    with as_published(path):
        rows = pd.read_csv(path, sep=separator, usecols=lambda name: name in columns)
        missing = [column for column in columns if column not in rows]
        if missing:
            raise ValueError(f"no column {listing(missing)}")
    return rows


@contextmanager
def as_published(path: Path) -> Iterator[None]:
    """Say which file it was that could not be read as the authors wrote it."""
    try:
        yield
    except ValueError as error:
        raise InputError(
            f"{path} that cannot be read ({error})",
            "a file as the authors published it",
            "take the file anew from where it was published",
        ) from error
