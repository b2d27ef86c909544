"""Writing the tables of a prediction, and collecting those of several."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from emofold.files import atomic_write, is_formula
from emofold.models.schemas import ATTENTION
from emofold.prediction.answers import Answer
from emofold.prediction.bundle import Bundle
from emofold.prediction.schemas import FRAMES, predictions_schema
from emofold.scores import list_emotions
from emofold.tables import (
    Failure,
    TableSchema,
    as_metadata,
    failures_of,
    open_parquet,
    read_table,
    write_table,
)

STEP = "predict"
DECIMALS = 4
PREDICTIONS, TIMELINE = "predictions", "timeline"


def write_tables(
    answers: Sequence[Answer], bundle: Bundle, folder: Path, provenance: Mapping[str, Any]
) -> None:
    """Write all that was found out: predictions, timeline, frames and attention.

    The metadata of the first two name the clips without an answer, with the reasons, the remarks on
    others, and what predicted them.

    Parameters
    ----------
    answers
        What was predicted.
    bundle
        What predicted it.
    folder
        Where the files go.
    provenance
        How the tables are made.
    """
    metadata = {
        **as_metadata(_list_failures(answers)),
        "remarks": {answer.request.clip: answer.remarks for answer in answers if answer.remarks},
        "note": bundle.facts["note"],
        "bundle": bundle.describe(),
    }
    schema = predictions_schema(bundle.emotions)
    decisions = {
        PREDICTIONS: [one.whole.assign(speaker=one.request.speaker) for one in answers],
        TIMELINE: [one.timeline.assign(speaker=one.request.speaker) for one in answers],
    }
    for name, rows in decisions.items():
        table = _concatenate(rows, schema)
        write_table(table, folder / f"{name}.parquet", schema, metadata, provenance)
    frames = {one.request.clip: one.frames for one in answers}
    attention = {one.request.clip: one.attention for one in answers}
    for name, schema, by_clip in (("frames", FRAMES, frames), ("attention", ATTENTION, attention)):
        found = {clip: rows for clip, rows in by_clip.items() if rows is not None}
        table = _concatenate([rows.assign(clip=clip) for clip, rows in found.items()], schema)
        write_table(table, folder / f"{name}.parquet", schema, provenance=provenance)


def collect_table(folders: Iterable[Path], name: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows of a table of several predictions, and what holds for them all.

    Parameters
    ----------
    folders
        Where :func:`write_tables` has written.
    name
        ``predictions`` or ``timeline``.
    """
    tables = [read_predictions(folder / f"{name}.parquet") for folder in folders]
    metadata = {
        **as_metadata(failures_of(table.attrs for table in tables)),
        "remarks": {k: v for table in tables for k, v in table.attrs["remarks"].items()},
        "note": tables[0].attrs["note"],
    }
    for table in tables:
        table.attrs.clear()
    return pd.concat(tables, ignore_index=True), metadata


def read_predictions(path: Path) -> pd.DataFrame:
    """Return a table of predictions, of whatever emotions."""
    return read_table(path, predictions_schema(emotions_of(path)))


def emotions_of(path: Path) -> list[str]:
    """Return the emotions of a table of predictions, in order."""
    return list_emotions(open_parquet(path)[0].column_names)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write a table of predictions once more, for spreadsheets.

    Its numbers are rounded, and a text that would be taken for a formula begins with a quote.
    """
    with atomic_write(path) as partial:
        rounded = table.round(DECIMALS)
        for name in rounded.select_dtypes(["object", "str"]):
            rounded[name] = rounded[name].map(_guard, na_action="ignore")
        rounded.to_csv(partial, index=False)


def _guard(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and is_formula(cell) else cell


def _list_failures(answers: Sequence[Answer]) -> list[Failure]:
    failures = {answer.request.clip: answer.failure for answer in answers}
    return [Failure(clip, STEP, str(error)) for clip, error in failures.items() if error]


def _concatenate(tables: Sequence[pd.DataFrame], schema: TableSchema) -> pd.DataFrame:
    columns = schema.columns.names
    filled = [table[columns] for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=columns)
