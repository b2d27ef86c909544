"""Grids that end too early: their best value is the lowest or the highest that was tried."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from emofold.models.candidates import OF_MODEL, combine

FEWEST_VALUES = 3  # of two, each is at an edge


def remark_on_edges(choices: pd.DataFrame, grids: Mapping[str, Mapping[str, Any]]) -> pd.Series:
    """Return what is to be said of each candidate that was chosen at an edge in most folds.

    Only parameters of numbers are looked at, of which three or more were tried.

    Parameters
    ----------
    choices
        The columns system, fold, candidate and chosen.
    grids
        The `param_grid` of each model, by its name.

    Returns
    -------
    pandas.Series
        Texts, with the index of the choices; None where there is nothing to say.
    """
    remarks = pd.Series([None] * len(choices), choices.index, dtype="object")
    chosen = choices[choices["chosen"]]
    for system, rows in chosen.groupby("system", sort=False):
        grid = grids[str(system)]
        tried = pd.DataFrame([combine(grid)[name] for name in rows["candidate"]], rows.index)
        for is_there, remark in _find_edges(tried, grid):
            for row in is_there.index[is_there]:
                remarks[row] = remark if remarks[row] is None else f"{remarks[row]}; {remark}"
    return remarks


def _find_edges(
    tried: pd.DataFrame, grid: Mapping[str, Sequence[Any]]
) -> Iterator[tuple[pd.Series, str]]:
    """Yield in which folds a value is an edge of its grid, and the advice, where most agree."""
    for name, values in grid.items():
        if name in OF_MODEL or len({*map(repr, values)}) < FEWEST_VALUES:
            continue
        if not all(isinstance(value, int | float) and value is not True for value in values):
            continue
        for edge, which in ((min(values), "lowest"), (max(values), "highest")):
            is_there = tried[name] == edge
            if is_there.mean() > 1 / 2:
                folds = f"{is_there.sum()} of {len(is_there)} folds"
                yield is_there, f"widen {name}: {edge} is the {which} of its grid in {folds}"
