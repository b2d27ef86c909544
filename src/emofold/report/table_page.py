"""Tables for people: as pages of the report, and as text for a terminal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emofold.errors import printable
from emofold.report.templates import write_page

P_VALUES = "p_"
LONGEST_WORD = 40  # characters; what is longer is broken into lines


def write_table_page(
    frame: pd.DataFrame, path: Path, title: str, note: str, decimals: Mapping[str, int]
) -> None:
    """Write a table as an html page that needs nothing else.

    Parameters
    ----------
    frame
        The rows; underscores in column names are shown as spaces.
    path
        The page to write.
    title, note
        What stands above the table.
    decimals
        How many decimals the columns of broken numbers get.
    """
    cells = as_text_cells(frame, decimals)
    kinds = {name: _kind_of_column(frame[name], cells[name]) for name in map(str, frame)}
    write_page(
        path,
        "table_page.html",
        title=title,
        note=note,
        names=list(frame),
        kinds=kinds,
        rows=cells.to_dict("records"),
    )


def _kind_of_column(column: pd.Series, cells: pd.Series) -> str:
    """Return how a page sets a column: as numbers, as sentences, or as words that do not break."""
    if pd.api.types.is_numeric_dtype(column):
        return "number"
    return "long" if max(map(len, cells), default=0) > LONGEST_WORD else ""


def as_text_cells(frame: pd.DataFrame, decimals: Mapping[str, int]) -> pd.DataFrame:
    """Return the table with every cell as text, numbers rounded, empty cells empty."""
    return pd.DataFrame(
        {name: [_cell(cell, name, decimals) for cell in frame[name]] for name in map(str, frame)}
    )


def write_intervals(rows: pd.DataFrame) -> list[str]:
    """Return the interval of each row, ``ci_low`` to ``ci_high``, as text; empty where none is."""
    return [
        "" if pd.isna(low) else f"{low:.1f} to {high:.1f}"
        for low, high in zip(rows["ci_low"], rows["ci_high"], strict=True)
    ]


def as_text(frame: pd.DataFrame) -> str:
    """Return the table as aligned lines of text: numbers with two decimals, p-values with four."""
    broken = map(str, frame.select_dtypes("float").columns)
    decimals = {name: 4 if name.startswith(P_VALUES) else 2 for name in broken}
    return as_text_cells(frame, decimals).to_string(index=False)


def _cell(cell: Any, name: str, decimals: Mapping[str, int]) -> str:
    if np.ndim(cell) == 0 and pd.isna(cell):
        return ""
    if name not in decimals:
        return printable(str(cell))
    smallest = 10 ** -decimals[name]
    if name.startswith(P_VALUES) and cell < smallest:
        return f"<{smallest:.{decimals[name]}f}"
    return f"{cell:z.{decimals[name]}f}"
