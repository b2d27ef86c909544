"""``emofold show``: a table for people, and how it was made."""

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser("show", help="print a table and how it was made")
    parser.add_argument("table", type=Path, help="a parquet file below results/")
    parser.add_argument("--rows", type=int, default=40, help="how many rows to print (default: 40)")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Print the table."""
    print(described(given.table, given.rows))
    return 0


def described(path: Path, rows: int) -> str:
    """Return a table's first rows as text, with a line on how it was made."""
    from emofold.pages import as_text  # noqa: PLC0415
    from emofold.tables import open_parquet  # noqa: PLC0415

    table, metadata = open_parquet(path)
    frame = table.to_pandas(integer_object_nulls=True)
    made = metadata.get("provenance", {})
    origin = f", made by rule {made['rule']} of emofold {made['emofold']}" if made else ""
    note = metadata.get("note", "")
    lines = [f"{path}: {len(frame)} rows{origin}", *filter(None, [note]), ""]
    lines.append(as_text(frame.head(rows)))
    if len(frame) > rows:
        lines.append(f"... and {len(frame) - rows} more rows")
    return "\n".join(lines)
