"""The command ``emofold``: look at what a run made."""

import argparse
import sys
from pathlib import Path

from emofold.errors import InputError


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(prog="emofold", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    show = commands.add_parser("show", help="print a table and how it was made")
    show.add_argument("table", type=Path, help="a parquet file below results/")
    show.add_argument("--rows", type=int, default=40, help="how many rows to print (default: 40)")
    show.set_defaults(run=lambda given: show_table(given.table, given.rows))
    given = parser.parse_args(arguments)
    try:
        sys.stdout.write(given.run(given) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = None  # the reader has gone, as with `| head`
    except InputError as error:
        print(f"emofold: {error}", file=sys.stderr)
        return 1
    return 0


def show_table(path: Path, rows: int) -> str:
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


if __name__ == "__main__":
    sys.exit(main())
