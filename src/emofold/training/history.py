"""The epochs of a training: which was the best, and whether the training diverged."""

import math
from collections.abc import Sequence
from typing import Any

from emofold.errors import InputError

Row = dict[str, Any]


def best_of(history: Sequence[Row]) -> Row:
    """Return the epoch of the highest validation accuracy; of several, that of the lowest loss.

    Examples
    --------
    >>> losses = [0.1, 0.7, 0.5, 0.5]
    >>> accuracies = [50, 75, 75, 75]
    >>> best_of([{"epoch": at + 1, "validation_loss": loss, "validation_accuracy": accuracy}
    ...          for at, (loss, accuracy) in enumerate(zip(losses, accuracies))])["epoch"]
    3
    """
    return max(history, key=lambda row: (row["validation_accuracy"], -row["validation_loss"]))


def check_finite(row: Row, advice: str) -> None:
    """Raise an :class:`InputError` with the advice when an epoch's losses are not finite."""
    losses = {name: row[name] for name in ("training_loss", "validation_loss")}
    if not all(map(math.isfinite, losses.values())):
        raise InputError(
            f"a training that diverged in epoch {row['epoch']}: "
            + ", ".join(f"{name.replace('_', ' ')} {loss}" for name, loss in losses.items()),
            "finite losses",
            advice,
        )
