"""A grid whose best value is at its edge in most folds is said to end too early."""

import pandas as pd
import pytest

from emofold.evaluation.grid_edges import remark_on_edges

GRID = {"C": [0.001, 0.01, 0.1], "layers": [1, 2, 3]}


def choose(*candidates):
    """The candidate that each fold chose, and one that no fold chose."""
    chosen = [("face", fold, name, True) for fold, name in enumerate(candidates)]
    others = [("face", fold, "C=0.01, layers=2", False) for fold in range(len(candidates))]
    return pd.DataFrame(chosen + others, columns=["system", "fold", "candidate", "chosen"])


def test_the_edge_of_most_folds_is_named_with_what_to_do():
    lowest, inside = "C=0.001, layers=3", "C=0.01, layers=3"
    remarks = remark_on_edges(choose(lowest, lowest, inside), {"face": GRID})
    said = "widen C: 0.001 is the lowest of its grid in 2 of 3 folds"
    assert remarks.tolist() == [said, said, None, None, None, None]


def test_half_of_the_folds_are_not_most():
    remarks = remark_on_edges(choose("C=0.1, layers=1", "C=0.01, layers=1"), {"face": GRID})
    assert remarks.isna().all()


@pytest.mark.parametrize(
    "values", [[0.001, 0.01], ["auto", "scale", "none"], [True, False, 1]], ids=str
)
def test_few_values_and_what_is_no_number_have_no_edges(values):
    grid = {"tried": values}
    assert remark_on_edges(choose(f"tried={values[0]}").head(1), {"face": grid}).isna().all()
