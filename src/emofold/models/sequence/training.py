"""The training of a sequence model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from emofold.models.epochs import Checkpoint, EpochTraining, Row, measure_validation
from emofold.models.sequence.bilstm import BiLSTM
from emofold.models.sequence.model import Batches, Map, SequenceModel, map_in_threads, predict
from emofold.models.sequence.sequences import Sequences, fit_scaling
from emofold.models.splits import Split, check_training_emotions

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


class Training(EpochTraining):
    """A network being trained on some clips, and stopped by others.

    Each batch is worked on in two parts by length, which pads less, in as many threads as there
    are; the number of threads changes nothing.

    Parameters
    ----------
    network
        The network, where it is to be trained.
    batches
        The frames of all clips.
    targets
        The index of each clip's emotion; int64.
    training, validation
        The indices of the clips to train on and of those that choose the epoch; without any of
        these, it is the last one.
    recipe
        How to train.
    seed
        What the order of the clips and the dropout depend on.
    mapped
        A ``map`` that may work on several items at once.
    """

    epochs_between_checkpoints = 5
    remedy_of_divergence = "lower `learning_rate`, or set `scaling`"

    network: BiLSTM

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
        mapped: Map,
    ) -> None:
        self.parameters = list(network.parameters())
        optimizer = torch.optim.Adam(self.parameters, lr=recipe.learning_rate)
        super().__init__(network, optimizer, recipe.epochs, recipe.patience)
        self.batches, self.recipe, self.seed, self.mapped = batches, recipe, seed, mapped
        self.training, self.validation = training, validation
        self.device = batches.frames.device
        self.targets = targets.to(self.device)
        counts = torch.bincount(targets[training], minlength=network.scores.out_features)
        balanced = len(training) / (len(counts) * counts)
        self.class_weights = (balanced if recipe.class_weights else counts**0).to(
            self.device, torch.float32
        )

    def run_epoch(self, epoch: int) -> Row:
        """Learn from every training clip once, and measure on the validation clips."""
        return {
            "learning_rate": self.recipe.learning_rate,
            "training_loss": self.train_epoch(epoch),
            **(self.validate() if len(self.validation) else {}),
        }

    def train_epoch(self, epoch: int) -> float:
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
            results = list(self.mapped(of_part, parts, seeds))
            for index, parameter in enumerate(self.parameters):
                parameter.grad = torch.stack([gradients[index] for _, gradients in results]).sum(0)
            torch.nn.utils.clip_grad_norm_(self.parameters, self.recipe.gradient_norm)
            self.optimizer.step()
            losses.append(len(clips) * sum(float(loss) for loss, _ in results))
        return sum(losses) / len(order)

    def validate(self) -> Row:
        """Return the loss and the accuracy, in percent, on the validation clips."""
        logits, _, _ = predict(self.network, self.batches, self.validation, self.mapped)
        targets = self.targets[self.validation].cpu()
        return measure_validation(logits, targets, self.class_weights.cpu())


def train_model(
    sequences: Sequences,
    split: Split,
    emotions: Sequence[str],
    settings: Mapping[str, Any],
    *,
    seed: int,
    threads: int,
    checkpoint: Checkpoint,
) -> tuple[SequenceModel, list[Row]]:
    """Train a model on the training clips of a split, on a GPU where there is one.

    Parameters
    ----------
    sequences
        The clips.
    split
        What is done with each of them, in the same order.
    emotions
        The emotions of the corpus, in order.
    settings
        The fields of :class:`Recipe`, the arguments of :class:`BiLSTM` but for its sizes, and
        `scaling`; see :func:`emofold.models.sequence.sequences.fit_scaling`.
    seed
        What the first weights, the order of clips and dropout depend on.
    threads
        How many threads may be used.
    checkpoint
        Where the training is resumed from.

    Returns
    -------
    model : SequenceModel
        With the weights of the best epoch.
    history : list of dict
        The learning curve.

    Raises
    ------
    InputError
        When an emotion has no training clip, or the training diverges.
    """
    check_training_emotions(split.labels["emotion"][split.is_training], emotions)
    of_network = dict(settings)
    recipe = Recipe(**{field.name: of_network.pop(field.name) for field in fields(Recipe)})
    of_training = split.is_training.repeat(sequences.lengths)
    scaling = fit_scaling(of_network.pop("scaling"), sequences.values[of_training])
    sizes = {"inputs": len(sequences.action_units), "emotions": len(emotions)}
    network_settings = {**sizes, **of_network}
    torch.manual_seed(seed)
    network = BiLSTM(**network_settings)
    network.to("cuda" if torch.cuda.is_available() else "cpu")
    model = SequenceModel(
        network, network_settings, sequences.action_units, scaling, tuple(emotions)
    )
    with map_in_threads(threads) as mapped:
        training = Training(
            network,
            model.batches(sequences),
            torch.tensor([emotions.index(emotion) for emotion in split.labels["emotion"]]),
            training=torch.from_numpy(split.is_training.nonzero()[0]),
            validation=torch.from_numpy(split.is_validation.nonzero()[0]),
            recipe=recipe,
            seed=seed,
            mapped=mapped,
        )
        return model, training.run(checkpoint)
