"""Flip single bytes of tables of a finished run, and count what is believed.

``python benchmarks/flipped_bytes.py results`` takes the first table of each kind below a folder and
reads it with one byte changed, at a thousand places drawn at random and in all eight bits.
"""

import argparse
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from emofold.errors import InputError
from emofold.tables import open_parquet, read_metadata


def tables_by_kind(folder: Path) -> dict[str, Path]:
    """Return one table of each kind below a folder."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("[!.]*.parquet")):
        found.setdefault(read_metadata(path).get("table", "of others"), path)
    return found


def outcomes(table: Path, flips: int) -> Counter[str]:
    """Count what readers made of a table with one byte changed."""
    whole = np.frombuffer(table.read_bytes(), "uint8")
    generator = np.random.default_rng(1)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "copy.parquet")
        for place in generator.choice(len(whole), flips, replace=flips > len(whole)):
            damaged = whole.copy()
            damaged[place] ^= np.uint8(1 << generator.integers(8))
            damaged.tofile(copy)
            try:
                open_parquet(copy)
                counts["believed"] += 1
            except InputError as error:
                counts["refused"] += 1
                counts["its rule named"] += "its rule `" in error.remedy
            except Exception:
                counts["traceback"] += 1
    return counts


def main() -> None:
    """Print the counts of each kind of table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="results of the workflow")
    parser.add_argument("--flips", type=int, default=1000, help="how many of each kind")
    given = parser.parse_args()
    columns = ("refused", "its rule named", "believed", "traceback")
    print(f"{'table':28} {'bytes':>9}", *(f"{column:>15}" for column in columns))
    for kind, table in tables_by_kind(given.folder).items():
        counts = outcomes(table, given.flips)
        numbers = (f"{counts[column]:15}" for column in columns)
        print(f"{kind:28} {table.stat().st_size:9}", *numbers)


if __name__ == "__main__":
    main()
