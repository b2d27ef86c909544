"""The epochs of a training: which was the best, and whether the training diverged."""

import math
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

import pandas as pd

from emofold.errors import InputError

Row = dict[str, Any]


def best_of(history: Sequence[Row]) -> Row:
    """Return the epoch of the highest validation accuracy; of several, that of the lowest loss.

    Where nothing is validated, it is the last one.

    Examples
    --------
    >>> losses = [0.1, 0.7, 0.5, 0.5]
    >>> accuracies = [50, 75, 75, 75]
    >>> best_of([{"epoch": at + 1, "validation_loss": loss, "validation_accuracy": accuracy}
    ...          for at, (loss, accuracy) in enumerate(zip(losses, accuracies))])["epoch"]
    3
    """
    if "validation_accuracy" not in history[-1]:
        return history[-1]
    return max(history, key=lambda row: (row["validation_accuracy"], -row["validation_loss"]))


def usual_epoch(curves: Iterable[pd.DataFrame]) -> int:
    """Return how many epochs a training without validation takes: the median of those chosen.

    Parameters
    ----------
    curves
        The learning curves of trainings that were validated, one a fold.

    Examples
    --------
    >>> curves = [pd.DataFrame({"epoch": [chosen], "chosen": [True]}) for chosen in (9, 4, 5)]
    >>> usual_epoch(curves)
    5
    """
    return round(median(int(curve["epoch"][curve["chosen"]].iloc[0]) for curve in curves))


def check_finite(row: Row, advice: str) -> None:
    """Raise an :class:`InputError` with the advice when an epoch's losses are not finite."""
    losses = {name: row[name] for name in ("training_loss", "validation_loss") if name in row}
    if not all(map(math.isfinite, losses.values())):
        raise InputError(
            f"a training that diverged in epoch {row['epoch']}: "
            + ", ".join(f"{name.replace('_', ' ')} {loss}" for name, loss in losses.items()),
            "finite losses",
            advice,
        )
