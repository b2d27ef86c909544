"""``emofold show``: a run's result, or a table for people, what it holds and how it was made."""

import argparse
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emofold.errors import InputError, counted, listing, printable

if TYPE_CHECKING:
    import pyarrow as pa

WIDTH = 110
INDENT = 14
MOST_COLUMNS = 16
MANY_OF_ONE_TYPE = 8
MOST_INPUTS = 5
LEAST_OF_VALUE = 20
BETWEEN = " · "
UNBROKEN_SPACE = "\N{NO-BREAK SPACE}"


def add(commands: Any) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "show", help="print a run's result, or a table, what it holds and how it was made"
    )
    parser.add_argument(
        "shown",
        metavar="RUN_OR_TABLE",
        type=Path,
        help="the folder of a run, such as results/demo, or a parquet file in one",
    )
    parser.add_argument(
        "--rows",
        type=parse_rows,
        default=40,
        metavar="N",
        help="how many rows to print (default: 40)",
    )
    parser.add_argument("--brief", action="store_true", help="print the rows alone")
    parser.set_defaults(run=run)


def parse_rows(text: str) -> int:
    """Return a number of rows."""
    if text.isascii() and text.isdecimal():
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no number of rows, such as 40")


def run(given: argparse.Namespace) -> int:
    """Print the summary of the run, or the table."""
    if given.shown.is_dir():
        print(*summarise(given.shown), sep="\n")
    elif given.shown.suffix == ".parquet":
        print(described(given.shown, given.rows, given.brief))
    else:
        raise InputError(
            f"{given.shown}, which is neither the folder of a run nor a table",
            "results/demo, or a parquet file, such as results/demo/evaluation/metrics.parquet",
            "name one",
        )
    return 0


def summarise(folder: Path) -> list[str]:
    """Return the lines that a run ends with.

    Raises
    ------
    InputError
        When no run has left anything in the folder.
    """
    from emofold.report.summary import summarise_run  # noqa: PLC0415

    lines = [*summarise_run(folder)]
    if not lines:
        raise InputError(
            f"no result of a run in {folder}",
            "the folder of a run, such as results/demo, that has come to its first tables",
            "name one, or run the workflow first",
        )
    return lines


def described(path: Path, rows: int, brief: bool) -> str:
    """Return a table as text.

    Parameters
    ----------
    path
        The parquet file.
    rows
        How many of its rows are shown.
    brief
        Whether its columns, its metadata and its provenance are left out.
    """
    from emofold.tables import open_parquet  # noqa: PLC0415

    table, metadata = open_parquet(path)
    made = metadata.pop("provenance", {})
    origin = f", made by rule {made['rule']} of emofold {made['emofold']}" if made else ""
    lines = [f"{path}: {counted(len(table), 'row')}{origin}"]
    lines += filter(None, [metadata.pop("note", "")])
    lines += _first_rows(table, rows)
    if not brief:
        sections = {
            "columns": _wrapped(_columns(table.schema)),
            "table": _wrapped(_said_of_itself(metadata)),
            **_origins(made),
        }
        described_by = [*_side_by_side(sections)]
        lines += ["", *described_by] if described_by else []
    return "\n".join(printable(line) for text in lines for line in text.split("\n"))


def _first_rows(table: "pa.Table", rows: int) -> Iterator[str]:
    import pyarrow as pa  # noqa: PLC0415

    from emofold.report.table_page import as_text  # noqa: PLC0415
    from emofold.runtime.provenance import shorten  # noqa: PLC0415

    shown = table.slice(0, rows).select(table.column_names[:MOST_COLUMNS])
    if not (len(shown) and shown.num_columns):
        return
    frame = shown.to_pandas(integer_object_nulls=True)
    for column in shown.schema:
        if pa.types.is_list(column.type) or pa.types.is_fixed_size_list(column.type):
            frame[column.name] = frame[column.name].map(_first_and_last, na_action="ignore")
        elif column.name.endswith("_digest"):
            frame[column.name] = frame[column.name].map(shorten, na_action="ignore")
    yield ""
    yield as_text(frame)
    if more := len(table) - len(shown):
        yield f"... and {counted(more, 'more row')}"
    if more := table.num_columns - shown.num_columns:
        yield f"... and {counted(more, 'more column')}"


def _first_and_last(values: Any) -> str:
    """Return an array, such as an embedding, by its first and last numbers."""
    import numpy as np  # noqa: PLC0415

    return np.array2string(np.asarray(values), precision=2, threshold=4, edgeitems=2)


def _columns(schema: "pa.Schema") -> Iterator[str]:
    """Name the columns with their types, many of one type by the first and the last of them."""
    for kind, group in groupby(schema, key=lambda column: column.type):
        names = [column.name for column in group]
        if len(names) < MANY_OF_ONE_TYPE:
            yield from (f"{name} {kind}" for name in names)
        else:
            yield f"{names[0]} … {names[-1]} {len(names)} × {kind}"


def _said_of_itself(metadata: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a table says of itself as a whole, such as the scale of its scores."""
    from emofold.runtime.provenance import flatten, shorten  # noqa: PLC0415

    if "table" in metadata:
        yield metadata["table"]
    for key, value in metadata.items():
        if key == "failures":
            clips = [f"{failure['clip']} ({failure['step']})" for failure in value]
            yield f"failures: {len(clips)}{': ' if clips else ''}{listing(clips)}"
        elif key in ("sources", "segments"):
            yield f"{key}: {len(value)}"
        elif key != "table":
            values = flatten({key: value}).items()
            yield from (f"{name}: {shorten(text)}" for name, text in values)


def _origins(made: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the code, the parameters, the inputs and the packages that made a table."""
    from emofold.runtime.provenance import (  # noqa: PLC0415
        first_of_each,
        flatten,
        short_digest,
        shorten,
    )

    parameters = [
        (key, f"{key}: {shorten(value, max(WIDTH - INDENT - len(key) - 2, LEAST_OF_VALUE))}")
        for key, value in flatten(made.get("parameters", {})).items()
    ]
    inputs = [f"{short_digest(it)} {path}" for path, it in made.get("inputs", {}).items()]
    more = [f"... and {len(inputs) - MOST_INPUTS} more"] if len(inputs) > MOST_INPUTS else []
    packages = [f"{name} {version}" for name, version in made.get("packages", {}).items()]
    return {
        "code": [made["code"]] if made.get("code") else [],
        "parameters": first_of_each(parameters),
        f"inputs ({len(inputs)})": [*inputs[:MOST_INPUTS], *more],
        "packages": _wrapped(packages),
    }


def _wrapped(items: Iterable[str]) -> list[str]:
    """Return the items in lines of bounded width, none of them broken."""
    unbroken = BETWEEN.join(item.replace(" ", UNBROKEN_SPACE) for item in items)
    lines = textwrap.wrap(unbroken, WIDTH - INDENT, break_long_words=False, break_on_hyphens=False)
    return [line.replace(UNBROKEN_SPACE, " ") for line in lines]


def _side_by_side(sections: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Yield the lines of sections, the titles in a column of their own."""
    for title, lines in sections.items():
        for index, line in enumerate(lines):
            yield f"{'' if index else title:<{INDENT}}{line}"
