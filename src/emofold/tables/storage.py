"""The only reader and writer of tables: atomic, sealed, checked, with their provenance inside."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from emofold.errors import InputError, counted, listing
from emofold.files import atomic_write
from emofold.tables.schema import TableSchema
from emofold.tables.seal import BLANK, KEY, is_intact, is_sealed, seal

T = TypeVar("T")
METADATA_KEY = b"emofold"
CORRECT_THE_SOURCE = "correct what the table is made from; nothing was written"
CORRECT_THE_TABLE = "correct the table, or name another one"
MAKE_ANEW = "delete the file and run the workflow again, which makes it anew"
RULE = re.compile(rb'"rule": "(\w+)"')
PARSE_ERRORS = (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError)


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
    columns = schema.columns_among(frame.columns)
    fields = [pa.field(c.name, c.type) for c in columns if c.name in frame]
    try:
        table = pa.Table.from_pandas(
            frame[[field.name for field in fields]], pa.schema(fields), preserve_index=False
        )
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        raise InputError(
            f"values of the wrong type for the {schema.name} table {path} "
            f"({'; '.join(map(str, error.args))})",
            f"the columns {_described(columns)}",
            CORRECT_THE_SOURCE,
        ) from error
    content = {"table": schema.name, **(metadata or {}), "provenance": provenance or {}}
    _check(table, content, path, schema, CORRECT_THE_SOURCE)
    stored = {METADATA_KEY: json.dumps(content, sort_keys=True)}
    stored_table = table.cast(columns).replace_schema_metadata(stored)
    with atomic_write(path) as unsealed:
        with pq.ParquetWriter(unsealed, stored_table.schema, write_page_checksum=True) as writer:
            writer.write_table(stored_table)
            writer.add_key_value_metadata({KEY: BLANK})
        seal(unsealed)


def read_table(path: Path, schema: TableSchema) -> pd.DataFrame:
    """Read a table that emofold wrote, and check it.

    Returns
    -------
    pandas.DataFrame
        The rows; ``frame.attrs`` holds the metadata of the table, but for its provenance, which
        may be long, and pandas copies ``attrs`` deeply in most of what it does. For that there is
        :func:`open_parquet`.

    Raises
    ------
    InputError
        When the file is missing, is damaged, is a table of another kind, or breaks the schema.
    """
    table, metadata = open_parquet(path)
    kind = metadata.get("table")
    if kind != schema.name:
        found = f"a {kind} table" if kind else "no table of emofold, or has lost what it said of it"
        raise InputError(f"{path} is {found}", f"the {schema.name} table", MAKE_ANEW)
    return _checked(table, metadata, path, schema, MAKE_ANEW)


def read_given_table(path: Path, schema: TableSchema) -> pd.DataFrame:
    """Read a table of the user's own, whoever wrote it, and check it as :func:`read_table` does."""
    return _checked(*open_parquet(path), path, schema, CORRECT_THE_TABLE)


def open_parquet(path: Path) -> tuple[pa.Table, dict[str, Any]]:
    """Return the columns of any parquet file and the metadata that emofold put there, if it did.

    Raises
    ------
    InputError
        When the file is missing, or is not as it was written.
    """
    content, _, metadata = _open(path)
    return _parse(_read_rows, content, path), metadata


def read_metadata(path: Path) -> dict[str, Any]:
    """Return the metadata that emofold put into a parquet file, if it did; rows are not read.

    Raises
    ------
    InputError
        As :func:`open_parquet` does.
    """
    return _open(path)[2]


def embedding_size(path: Path) -> int | None:
    """Return how many numbers an embedding of the table has; nothing where there is no table."""
    try:
        column = _open(path)[1].field("embedding")
    except (InputError, KeyError):
        return None
    return int(column.type.list_size) if pa.types.is_fixed_size_list(column.type) else None


def _open(path: Path) -> tuple[bytes, pa.Schema, dict[str, Any]]:
    """Return the content of a parquet file that is as it was written, its columns and metadata."""
    if not path.is_file():
        raise InputError(
            f"no file {path}",
            "a table that an earlier step wrote",
            "run the workflow again, which makes what is missing",
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror})",
            "a file that can be read",
            "see to its permissions or the disk, and run again",
        ) from error
    sealed = is_sealed(content)
    if sealed and not is_intact(content):
        raise _damaged(f"{path}, whose content is not what its checksum says", content)
    columns = _parse(pq.read_schema, content, path)
    stored = (columns.metadata or {}).get(METADATA_KEY)
    if stored is None:
        return content, columns, {}
    if not sealed:
        found = f"{path}, a table of emofold without its checksum, so of an earlier one or damaged"
        raise _damaged(found, content)
    return content, columns, _as_mapping(stored, content, path)


def _read_rows(source: pa.NativeFile) -> pa.Table:
    """Return the columns of a parquet file, without what its writer said of them for pandas."""
    table = pq.read_table(source, partitioning=None, page_checksum_verification=True)
    table.validate(full=True)
    return table.replace_schema_metadata()


def _parse(reader: Callable[..., T], content: bytes, path: Path) -> T:
    try:
        return reader(pa.BufferReader(content))
    except PARSE_ERRORS as error:
        why = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise _damaged(f"{path} is not a whole parquet file ({why})", content) from error


def _as_mapping(stored: bytes, content: bytes, path: Path) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        if isinstance(metadata := json.loads(stored), dict):
            return metadata
    raise _damaged(f"{path}, whose metadata are no json object", content)


def _damaged(found: str, content: bytes) -> InputError:
    """Return the error of a damaged table, which may still tell what rule makes it anew."""
    rules = RULE.findall(content)
    return InputError(
        f"{found}; it has {len(content)} bytes",
        "a table as it was written, to its end",
        f"delete the file and run the workflow again: its rule `{rules[-1].decode()}` makes it anew"
        if rules
        else f"{MAKE_ANEW}; take a file of your own from where it came from",
    )


def _checked(
    table: pa.Table, metadata: Mapping[str, Any], path: Path, schema: TableSchema, remedy: str
) -> pd.DataFrame:
    _check(table, metadata, path, schema, remedy)
    frame: pd.DataFrame = table.to_pandas()
    frame.attrs.update({key: value for key, value in metadata.items() if key != "provenance"})
    return frame


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
    columns = schema.columns_among(table.column_names)
    yield from _problems_of_columns(table.schema, columns)
    for column in columns:
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
