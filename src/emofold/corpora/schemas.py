"""The table of clips."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, fields

import pandas as pd
import pyarrow as pa

from emofold.corpora.folds import assign_folds
from emofold.corpora.sample_sheet import Clip
from emofold.tables.schema import TableSchema, columns_of


def clips_schema(emotions: Sequence[str]) -> TableSchema:
    """Every clip of the corpus: who speaks, what is felt, and the fold that tests it."""
    text = pa.string()
    return TableSchema(
        name="clips",
        columns=columns_of(
            {
                "clip": text,
                "speaker": text,
                "emotion": text,
                "media": text,
                "start": pa.float64(),
                "end": pa.float64(),
                "action_units": text,
                "intensity": text,
                "statement": text,
                "repetition": pa.int64(),
                "corpus": text,
                "fold": pa.int64(),
            },
            nullable=(
                *("media", "start", "end", "action_units"),
                *("intensity", "statement", "repetition", "corpus"),
            ),
        ),
        key=("clip",),
        allowed={"emotion": tuple(emotions)},
    )


def clips_of(table: pd.DataFrame) -> list[Clip]:
    """Return the clips of a table of them."""
    rows = table[[field.name for field in fields(Clip)]].astype("object")
    return [Clip(*row) for row in rows.where(rows.notna(), None).itertuples(index=False)]


def tabulate_clips(
    clips: Iterable[Clip],
    folds: Sequence[Sequence[str | int]],
    speakers_without_clips: Collection[str] = (),
) -> pd.DataFrame:
    """Return the table of the clips that a corpus lists, each with the fold that tests its speaker.

    Speakers whose clips all failed may be in a fold nevertheless.
    """
    table = pd.DataFrame([asdict(clip) for clip in clips])
    table = table.astype({"repetition": "Int64", "start": "float64", "end": "float64"})
    return table.assign(fold=assign_folds(table["speaker"], folds, speakers_without_clips))
