"""``emofold verify``: read all sources again, and name those that are not what was read."""

import argparse
from pathlib import Path
from typing import Any

from emofold.errors import InputError, counted, listing

RESULTS = Path("results")
REMEDY = (
    "What to do: put back what was read, or give the changed files another date (`touch`) and run "
    "the workflow again, which computes what was made of them."
)


def add(commands: Any) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "verify",
        help="read all sources of a run again, and name those that have changed",
        description=(
            "Read in full the recordings, csv files, models and other files that the tables of a "
            "run were made of, and name those whose content is another now, and tables that are "
            "damaged. A run compares sizes and dates only, which some changes keep."
        ),
        epilog="example: emofold verify results/demo",
    )
    parser.add_argument(
        "folder",
        metavar="RUN",
        type=Path,
        nargs="?",
        default=RESULTS,
        help="the results of a run, such as results/demo (default: those of all runs)",
    )
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Name what differs, and return 1 where anything does."""
    from emofold.runtime.verification import (  # noqa: PLC0415
        difference,
        recorded_sources,
        tables_of,
    )

    folder = given.folder.resolve()
    if not folder.is_dir():
        raise InputError(
            f"no folder {given.folder}",
            "the results of a run, such as results/demo",
            "name such a folder, or change to the folder in which you run the workflow",
        )
    above = (parent for parent in (folder, *folder.parents) if parent.name == RESULTS.name)
    root = next(above, Path.cwd() / RESULTS).parent
    tables = tables_of(folder, root)
    sources, problems = recorded_sources(tables)
    for path, recorded in sorted(sources.items()):
        if differs := difference(root / path, recorded):
            names = [table.relative_to(root) for read in recorded.values() for table in read]
            problems.append(f"{path} {differs} (for {listing(names, 2)})")
    print(*problems, sep="\n", end="\n" if problems else "")
    print(
        f"Read {counted(len(sources), 'source')} of {counted(len(tables), 'table')}: "
        + (f"{counted(len(problems), 'problem')}. {REMEDY}" if problems else "all as they were.")
    )
    return 1 if problems else 0
