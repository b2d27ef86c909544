"""The only reader and writer of tables: atomic, checked, and with their provenance inside."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from emofold.errors import InputError, counted, listing
from emofold.files import atomic_write
from emofold.tables.schema import TableSchema

METADATA_KEY = b"emofold"
CORRECT_THE_SOURCE = "correct what the table is made from; nothing was written"
MAKE_ANEW = "delete the file and run the workflow again, which makes it anew"


def write_table(
    frame: pd.DataFrame,
    path: Path,
    schema: TableSchema,
    metadata: Mapping[str, Any] | None = None,
    provenance: Mapping[str, Any] | None = None,
) -> None:
    """Write a table, or nothing: a reader never sees half of it.

    Parameters
    ----------
    frame
        The rows; its columns in any order.
    path
        The parquet file to write. Its folder is made where it is missing.
    schema
        What the table must look like.
    metadata
        What holds for the table as a whole, such as the scale of its scores.
    provenance
        How the table was made, see :meth:`emofold.runtime.job.Job.provenance`.

    Raises
    ------
    InputError
        When the rows or the metadata break the schema. Nothing is written then.
    """
    fields = [pa.field(c.name, c.type) for c in schema.columns if c.name in frame]
    try:
        table = pa.Table.from_pandas(
            frame[[field.name for field in fields]], pa.schema(fields), preserve_index=False
        )
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        raise InputError(
            f"values of the wrong type for the {schema.name} table {path} "
            f"({'; '.join(map(str, error.args))})",
            f"the columns {_described(schema.columns)}",
            CORRECT_THE_SOURCE,
        ) from error
    content = {"table": schema.name, **(metadata or {}), "provenance": provenance or {}}
    _check(table, content, path, schema, CORRECT_THE_SOURCE)
    stored = {METADATA_KEY: json.dumps(content, sort_keys=True)}
    with atomic_write(path) as partial:
        pq.write_table(table.cast(schema.columns).replace_schema_metadata(stored), partial)


def read_table(path: Path, schema: TableSchema) -> pd.DataFrame:
    """Read a table and check it.

    Returns
    -------
    pandas.DataFrame
        The rows; ``frame.attrs`` holds the metadata of the table, but for its provenance, which
        may be long, and pandas copies ``attrs`` deeply in most of what it does. For that there is
        :func:`open_parquet`.

    Raises
    ------
    InputError
        When the file is missing, is not a whole parquet file, or breaks the schema.
    """
    table, metadata = open_parquet(path)
    _check(table, metadata, path, schema, MAKE_ANEW)
    frame: pd.DataFrame = table.to_pandas()
    frame.attrs.update({key: value for key, value in metadata.items() if key != "provenance"})
    return frame


def open_parquet(path: Path) -> tuple[pa.Table, dict[str, Any]]:
    """Return the columns of any parquet file and the metadata that emofold put there, if it did."""
    if not path.is_file():
        raise InputError(
            f"no file {path}",
            "a table that an earlier step wrote",
            "run the workflow again, which makes what is missing",
        )
    try:
        table = pq.read_table(path, partitioning=None)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            f"{path} is not a whole parquet file ({str(error).splitlines()[0].rstrip('.')}); "
            f"it has {path.stat().st_size} bytes",
            "a table that was written to its end",
            MAKE_ANEW,
        ) from error
    stored = (table.schema.metadata or {}).get(METADATA_KEY)
    return table, json.loads(stored) if stored else {}


def embedding_size(path: Path) -> int | None:
    """Return how many numbers an embedding of the table has; nothing where there is no table."""
    if not path.is_file():
        return None
    try:
        column = pq.read_schema(path).field("embedding")
    except (pa.ArrowInvalid, KeyError):
        return None
    return int(column.type.list_size)


def _check(
    table: pa.Table, metadata: Mapping[str, Any], path: Path, schema: TableSchema, remedy: str
) -> None:
    """Raise an :class:`InputError` unless the table is what the schema says."""
    problem = next(_problems(table, metadata, schema), None)
    if problem:
        found, expected = problem
        raise InputError(f"{found} in the {schema.name} table {path}", expected, remedy)


def _problems(
    table: pa.Table, metadata: Mapping[str, Any], schema: TableSchema
) -> Iterator[tuple[str, str]]:
    """Yield what was found and what was expected, the most basic problem first."""
    yield from _problems_of_columns(table.schema, schema.columns)
    for column in schema.columns:
        values = table[column.name]
        if not column.nullable and values.null_count:
            empty = counted(values.null_count, "empty value")
            yield f"{empty} of `{column.name}`", "a value in every row"
        if wild := _count_not_finite(values):
            yield f"{counted(wild, 'not finite value')} of `{column.name}`", "finite numbers"
    for name, allowed in schema.allowed.items():
        unknown = sorted(set(table[name].drop_null().unique().to_pylist()) - set(allowed))
        if unknown:
            yield f"the {name} {listing(map(repr, unknown))}", f"one of {', '.join(allowed)}"
    keys = table.select(list(schema.key)).to_pandas()
    doubled = keys[keys.duplicated()].drop_duplicates()
    if len(doubled):
        rows = (" ".join(map(str, row)) for row in doubled.to_numpy())
        yield f"the {' '.join(schema.key)} {listing(rows)} more than once", "each one once"
    for name, allowed in schema.metadata.items():
        if metadata.get(name) not in allowed:
            yield f"the {name} {metadata.get(name)!r}", f"one of {', '.join(allowed)}"


def _count_not_finite(values: pa.ChunkedArray) -> int:
    if not pa.types.is_floating(values.type):
        return 0
    return int(pc.sum(pc.invert(pc.is_finite(values))).as_py() or 0)


def _problems_of_columns(found: pa.Schema, expected: pa.Schema) -> Iterator[tuple[str, str]]:
    missing = [name for name in expected.names if name not in found.names]
    surplus = [name for name in found.names if name not in expected.names]
    for names, what in ((missing, "no column"), (surplus, "the unexpected column")):
        if names:
            yield f"{what} {listing(names)}", f"the columns {_described(expected)}"
    if not _same_columns(found, expected):
        yield f"the columns {_described(found)}", _described(expected)


def _same_columns(found: pa.Schema, expected: pa.Schema) -> bool:
    return found.names == expected.names and all(
        _same_type(found.field(name).type, expected.field(name).type) for name in found.names
    )


def _same_type(found: pa.DataType, expected: pa.DataType) -> bool:
    both_text = pa.types.is_large_string(found) and pa.types.is_string(expected)
    return bool(found == expected or both_text)


def _described(columns: pa.Schema) -> str:
    return ", ".join(f"{column.name} ({column.type})" for column in columns)
