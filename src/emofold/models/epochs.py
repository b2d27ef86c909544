"""Training by epochs: the loop, the checkpoint that it goes on from, and the choice of an epoch."""

import hashlib
import json
import logging
import math
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd
import torch
from torch.nn.functional import cross_entropy

from emofold.errors import InputError
from emofold.files import atomic_write
from emofold.models.schemas import LEARNING

logger = logging.getLogger(__name__)

Row = dict[str, Any]


class Checkpoint:
    """The one checkpoint of a training; a newer one takes the place of the older.

    Parameters
    ----------
    folder
        Where it lies. Nothing else may be there.
    recipe
        What decides the result of the training: code, parameters, the digests of all inputs. A
        checkpoint of another recipe is not taken up.
    """

    def __init__(self, folder: Path, recipe: Mapping[str, Any]) -> None:
        self.folder, self._file = folder, folder / "checkpoint.pt"
        text = json.dumps(recipe, sort_keys=True, default=str)
        self._recipe = hashlib.sha256(text.encode()).hexdigest()

    def load(self) -> dict[str, Any] | None:
        """Return the state that was saved last by a training of the same recipe, or None.

        The tensors are on the CPU. Nothing in the file is executed.
        """
        if not self._file.is_file():
            return None
        try:
            saved = torch.load(self._file, map_location="cpu", weights_only=True)
            recipe, state = saved["recipe"], saved["state"]
        except Exception as error:  # whatever is wrong with it, the training can begin anew
            logger.warning("the checkpoint %s cannot be read (%s): begin anew", self._file, error)
            return None
        if recipe != self._recipe:
            logger.info("the checkpoint %s is of another training: begin anew", self._file)
            return None
        return state

    def save(self, state: Mapping[str, Any]) -> None:
        """Keep a state: numbers, texts, tensors, and lists and mappings of these."""
        with atomic_write(self._file) as partial:
            torch.save({"recipe": self._recipe, "state": dict(state)}, partial)

    def remove(self) -> None:
        """Delete the checkpoint and its folder, now that the results are written."""
        shutil.rmtree(self.folder, ignore_errors=True)


class EpochTraining(ABC):
    """A training that ends with the weights of its best epoch, and is resumed after a kill.

    What is random in an epoch must depend on its number and on what the training was made with
    alone, so that an epoch is the same wherever a training was resumed.

    Parameters
    ----------
    network
        The network whose weights are saved and chosen.
    optimizer
        What moves them.
    epochs
        The training has at most so many.
    patience
        So many epochs without a better one end it; None: nothing but their number does.
    """

    epochs_between_checkpoints = 1
    remedy_of_divergence = "lower `learning_rate`"

    def __init__(
        self, network: torch.nn.Module, optimizer: Any, epochs: int, patience: int | None = None
    ) -> None:
        self.network, self.optimizer = network, optimizer
        self.epochs, self.patience = epochs, patience

    @abstractmethod
    def run_epoch(self, epoch: int) -> Row:
        """Learn from every training clip once.

        Parameters
        ----------
        epoch
            Its number, from 1.

        Returns
        -------
        dict
            A row of :data:`~emofold.models.schemas.LEARNING`, but for `epoch` and `chosen`.
        """

    def run(self, checkpoint: Checkpoint) -> list[Row]:
        """Train all epochs that are left, and put the weights of the best one into the network.

        Returns
        -------
        list of dict
            The learning curve, with the columns of :data:`~emofold.models.schemas.LEARNING`.

        Raises
        ------
        InputError
            When a loss is no longer finite.
        """
        history: list[Row] = []
        best: dict[str, torch.Tensor] = {}
        if saved := checkpoint.load():
            history, best = saved["history"], saved["best"]
            self.load_state(saved["training"])
            logger.info("resumed after epoch %d", len(history))
        while not self._is_over(history):
            epoch = len(history) + 1
            row = {"epoch": epoch, **self.run_epoch(epoch)}
            check_finite(row, self.remedy_of_divergence)
            logger.info("epoch %d of %d: %s", epoch, self.epochs, row)
            history.append(row)
            if best_of(history) is row:
                weights = self.network.state_dict().items()
                best = {name: tensor.detach().cpu().clone() for name, tensor in weights}
            if epoch % self.epochs_between_checkpoints == 0:
                state = {"training": self.state(), "history": history, "best": best}
                self.save(checkpoint, state)
        self.network.load_state_dict(best)
        chosen = best_of(history)
        logger.info("chose epoch %d of %d", chosen["epoch"], len(history))
        return [row | {"chosen": row is chosen} for row in history]

    def save(self, checkpoint: Checkpoint, state: Mapping[str, Any]) -> None:
        """Save where the training stands."""
        checkpoint.save(state)

    def state(self) -> dict[str, Any]:
        """Return what an epoch depends on and changes."""
        return {"weights": self.network.state_dict(), "optimizer": self.optimizer.state_dict()}

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Take up what :meth:`state` returned."""
        self.network.load_state_dict(state["weights"])
        self.optimizer.load_state_dict(state["optimizer"])

    def _is_over(self, history: Sequence[Row]) -> bool:
        done = len(history)
        is_stuck = bool(history) and self.patience is not None
        return done >= self.epochs or (
            is_stuck and done - best_of(history)["epoch"] >= self.patience
        )


def measure_validation(
    logits: torch.Tensor, targets: torch.Tensor, class_weights: torch.Tensor | None = None
) -> Row:
    """Return the loss and the accuracy, in percent, on validation clips.

    Parameters
    ----------
    logits
        Shape (clips, emotions).
    targets
        The index of each clip's emotion; int64, shape (clips,).
    class_weights
        How much a clip of each emotion counts in the loss; shape (emotions,).
    """
    return {
        "validation_loss": float(cross_entropy(logits, targets, class_weights)),
        "validation_accuracy": 100 * float((logits.argmax(dim=1) == targets).double().mean()),
    }


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


def chosen_epoch(history: Iterable[Row]) -> int:
    """Return the number of the epoch that a learning curve says was chosen."""
    return next(row["epoch"] for row in history if row["chosen"])


def usual_epoch(curves: Iterable[pd.DataFrame]) -> int:
    """Return how many epochs a training without validation takes: the median of those chosen.

    Parameters
    ----------
    curves
        The learning curves of trainings that were validated, one per fold.

    Examples
    --------
    >>> curves = [pd.DataFrame({"epoch": [chosen], "chosen": [True]}) for chosen in (9, 4, 5)]
    >>> usual_epoch(curves)
    5
    """
    return round(median(int(curve["epoch"][curve["chosen"]].iloc[0]) for curve in curves))


def learning_table(history: Sequence[Row]) -> pd.DataFrame:
    """Return a learning curve with all columns of :data:`~emofold.models.schemas.LEARNING`."""
    return pd.DataFrame(history).reindex(columns=LEARNING.columns.names)


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
