"""Tables for people: as pages of the report, and as text for a terminal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from emofold.files import atomic_write

P_VALUES = "p_"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{{ title }}</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; color: #222; background: #fff; margin: 2rem; }
h1 { font-size: 1.3rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; margin-bottom: .8rem; max-width: 60rem; }
th { text-align: left; border-bottom: 2px solid #222; padding: .3rem .8rem; }
td { border-bottom: 1px solid #d9d9d9; padding: .25rem .8rem; }
.number { text-align: right; }
</style>
</head>
<body>
<h1>{{ title }}</h1>
<table>
<caption>{{ note }}</caption>
<thead><tr>
{%- for name in names %}<th{{ marks[name] }}>{{ name | replace("_", " ") }}</th>{% endfor -%}
</tr></thead>
<tbody>
{%- for row in rows %}
<tr>{% for name in names %}<td{{ marks[name] }}>{{ row[name] }}</td>{% endfor %}</tr>
{%- endfor %}
</tbody>
</table>
</body>
</html>
"""


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
    template = Environment(autoescape=True, undefined=StrictUndefined).from_string(PAGE)
    is_number = {name: pd.api.types.is_numeric_dtype(frame[name]) for name in frame}
    page = template.render(
        title=title,
        note=note,
        names=list(frame),
        marks={name: Markup(' class="number"') if is_number[name] else "" for name in frame},
        rows=as_text_cells(frame, decimals).to_dict("records"),
    )
    with atomic_write(path) as partial:
        partial.write_text(page, encoding="utf-8")


def as_text_cells(frame: pd.DataFrame, decimals: Mapping[str, int]) -> pd.DataFrame:
    """Return the table with every cell as text, numbers rounded, empty cells empty."""
    return pd.DataFrame(
        {name: [_cell(cell, name, decimals) for cell in frame[name]] for name in map(str, frame)}
    )


def as_text(frame: pd.DataFrame) -> str:
    """Return the table as aligned lines of text: numbers with two decimals, p-values with four."""
    broken = map(str, frame.select_dtypes("float").columns)
    decimals = {name: 4 if name.startswith(P_VALUES) else 2 for name in broken}
    return as_text_cells(frame, decimals).to_string(index=False)


def _cell(cell: Any, name: str, decimals: Mapping[str, int]) -> str:
    if np.ndim(cell) == 0 and pd.isna(cell):
        return ""
    if name not in decimals:
        return str(cell)
    smallest = 10 ** -decimals[name]
    if name.startswith(P_VALUES) and cell < smallest:
        return f"<{smallest:.{decimals[name]}f}"
    return f"{cell:z.{decimals[name]}f}"
