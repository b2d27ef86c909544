"""The training of a sequence model: epochs, early stopping, and going on after a kill."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from emofold.models.checkpoints import Checkpoint
from emofold.models.epochs import Row, best_of, check_finite
from emofold.models.sequence.bilstm import BiLSTM
from emofold.models.sequence.model import Batches, Map, predict

logger = logging.getLogger(__name__)

EPOCHS_BETWEEN_CHECKPOINTS = 5
PARTS_OF_A_BATCH = 2


@dataclass(frozen=True)
class Recipe:
    """How a sequence model is trained; by default as in Luna-Jiménez et al. 2021, section 3.2.

    Attributes
    ----------
    batch_size
        The clips of an update of the weights.
    learning_rate
        That of Adam.
    epochs
        At most so many.
    patience
        So many epochs without a better one end the training.
    gradient_norm
        Longer gradients are shortened to this.
    class_weights
        Whether the loss of a clip counts the more, the fewer training clips have its emotion.
    """

    batch_size: int = 64
    learning_rate: float = 1e-3
    epochs: int = 300
    patience: int = 30
    gradient_norm: float = 1.0
    class_weights: bool = True


class Training:
    """A network being trained on some clips, and stopped by others.

    Everything random in an epoch comes from the seed and the number of the epoch, so that an epoch
    is the same wherever a training went on. Each batch is worked on in two parts by length, which
    pads less, in as many threads as there are; the number of threads changes nothing.

    Parameters
    ----------
    network
        The network, where it is to be trained.
    batches
        The frames of all clips.
    targets
        The place of each clip's emotion; int64.
    training, validation
        The places of the clips to train on and of those that choose the epoch; without any of
        these, it is the last one.
    recipe
        How to train.
    seed
        What the order of the clips and the dropout depend on.
    """

    def __init__(
        self,
        network: BiLSTM,
        batches: Batches,
        targets: torch.Tensor,
        *,
        training: torch.Tensor,
        validation: torch.Tensor,
        recipe: Recipe,
        seed: int,
    ) -> None:
        self.network, self.batches, self.recipe, self.seed = network, batches, recipe, seed
        self.training, self.validation = training, validation
        self.device = batches.frames.device
        self.targets = targets.to(self.device)
        counts = torch.bincount(targets[training], minlength=network.scores.out_features)
        balanced = len(training) / (len(counts) * counts)
        self.class_weights = (balanced if recipe.class_weights else counts**0).to(
            self.device, torch.float32
        )
        self.parameters = list(network.parameters())
        self.optimizer = torch.optim.Adam(self.parameters, lr=recipe.learning_rate)
        self.history: list[Row] = []
        self.best: dict[str, torch.Tensor] = {}

    def run(self, checkpoint: Checkpoint, mapped: Map) -> list[Row]:
        """Train to the end and take the weights of the best epoch.

        The best epoch has the highest accuracy on the validation clips, of several the lowest loss.

        Parameters
        ----------
        checkpoint
            Where the training stands every few epochs, to go on from there.
        mapped
            A ``map`` that may work on several items at once.

        Returns
        -------
        list of dict
            The learning curve, with the columns of :data:`emofold.models.schemas.LEARNING`.

        Raises
        ------
        InputError
            When the loss is no longer finite.
        """
        saved = checkpoint.load()
        if saved:
            self._go_on_from(saved)
        while not self._is_over():
            epoch = len(self.history) + 1
            row = {"epoch": epoch, "learning_rate": self.recipe.learning_rate}
            row["training_loss"] = self.train_epoch(epoch, mapped)
            row |= self.validate(mapped) if len(self.validation) else {}
            check_finite(row, "lower `learning_rate`, or set `scaling`")
            self.history.append(row)
            if best_of(self.history) is row:
                self.best = {k: v.clone() for k, v in self.network.state_dict().items()}
            if epoch % EPOCHS_BETWEEN_CHECKPOINTS == 0:
                checkpoint.save(self._state())
        self.network.load_state_dict(self.best)
        chosen = best_of(self.history)
        logger.info("epoch %d of %d is the best: %s", chosen["epoch"], len(self.history), chosen)
        return [row | {"chosen": row is chosen} for row in self.history]

    def train_epoch(self, epoch: int, mapped: Map) -> float:
        """Learn from every training clip once, and return the mean loss."""
        rng = np.random.default_rng([self.seed, epoch])
        order = self.training[torch.from_numpy(rng.permutation(len(self.training)))]
        self.network.train()
        losses = []
        for clips in torch.split(order, self.recipe.batch_size):
            total = self.class_weights[self.targets[clips]].sum()

            def of_part(
                part: torch.Tensor, seed: int, total: torch.Tensor = total
            ) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
                generator = torch.Generator(self.device).manual_seed(seed)
                logits, _ = self.network(*self.batches.padded(part), generator)
                weights, targets = self.class_weights, self.targets[part]
                loss = cross_entropy(logits, targets, weights, reduction="sum") / total
                return loss.detach(), torch.autograd.grad(loss, self.parameters)

            parts = self.batches.by_length(clips, PARTS_OF_A_BATCH)
            seeds = rng.integers(2**63, size=len(parts)).tolist()
            results = list(mapped(of_part, parts, seeds))
            for place, parameter in enumerate(self.parameters):
                parameter.grad = torch.stack([gradients[place] for _, gradients in results]).sum(0)
            torch.nn.utils.clip_grad_norm_(self.parameters, self.recipe.gradient_norm)
            self.optimizer.step()
            losses.append(len(clips) * sum(float(loss) for loss, _ in results))
        return sum(losses) / len(order)

    def validate(self, mapped: Map) -> Row:
        """Return the loss and the accuracy, in percent, on the validation clips."""
        logits, _ = predict(self.network, self.batches, self.validation, mapped)
        targets = self.targets[self.validation].cpu()
        return {
            "validation_loss": float(cross_entropy(logits, targets, self.class_weights.cpu())),
            "validation_accuracy": 100 * float((logits.argmax(1) == targets).double().mean()),
        }

    def _is_over(self) -> bool:
        done = len(self.history)
        if done >= self.recipe.epochs:
            return True
        return done > 0 and done - best_of(self.history)["epoch"] >= self.recipe.patience

    def _state(self) -> Row:
        return {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "best": self.best,
            "history": self.history,
        }

    def _go_on_from(self, saved: Mapping[str, Any]) -> None:
        self.network.load_state_dict(saved["network"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.best, self.history = saved["best"], saved["history"]
        logger.info("resumed after epoch %d", len(self.history))
