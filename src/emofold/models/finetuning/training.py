"""The training of an emotion network on any number of devices, in batches of similar length."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.utils import gather_object, set_seed
from torch.nn.functional import cross_entropy

from emofold.models.epochs import Checkpoint, EpochTraining, Row, measure_validation
from emofold.models.finetuning.frames import Frames
from emofold.models.finetuning.network import EmotionNetwork, score_frames
from emofold.models.finetuning.recipe import Recipe
from emofold.speech.pooling import pad

Item = TypeVar("Item")

GREATEST_GRADIENT_NORM = 1.0
BATCHES_SORTED_TOGETHER = 16


def steps_of_epoch(
    lengths: Mapping[str, int], batch_size: int, accumulate: int, seed: int, epoch: int
) -> list[list[str]]:
    """Return the clips of each training step of an epoch, every clip once.

    The clips are shuffled, and those of every 16 batches sorted by length; the batches are then
    shuffled as well. A step is `accumulate` batches one after another.

    Parameters
    ----------
    lengths
        How long each clip is, in any unit.
    batch_size
        How many clips a batch has; the last one may have fewer.
    accumulate
        How many batches a step has; the last one may have fewer.
    seed, epoch
        What the order depends on.

    Examples
    --------
    >>> steps_of_epoch({"a": 10, "b": 30, "c": 11, "d": 29}, 2, 1, seed=0, epoch=0)
    [['d', 'b'], ['a', 'c']]
    """
    rng = np.random.default_rng([seed, epoch])
    clips = rng.permutation(sorted(lengths)).tolist()
    window = BATCHES_SORTED_TOGETHER * batch_size
    batches = [
        batch
        for start in range(0, len(clips), window)
        for batch in cut(sorted(clips[start : start + window], key=lengths.__getitem__), batch_size)
    ]
    order = rng.permutation(len(batches))
    return [
        [clip for index in indices for clip in batches[index]]
        for indices in cut(order.tolist(), accumulate)
    ]


def cut(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    """Cut a sequence into pieces of `size` items, the last one perhaps of fewer.

    Examples
    --------
    >>> cut("abcde", 2)
    ['ab', 'cd', 'e']
    """
    return [items[start : start + size] for start in range(0, len(items), size)]


def share_of(step: Sequence[str], process: int, processes: int) -> Sequence[str]:
    """Return the clips of a step that one of several processes works on.

    Neighbours stay together, since they are of similar length.

    Examples
    --------
    >>> [share_of("abcde", process, 2) for process in range(2)]
    ['ab', 'cde']
    """
    start, stop = (len(step) * number // processes for number in (process, process + 1))
    return step[start:stop]


class Training(EpochTraining):
    """A network being trained on some clips, its epoch chosen by others.

    Parameters
    ----------
    network
        The network, which is moved to the device.
    frames
        What :func:`~emofold.models.finetuning.frames.clip_frames` gives for each clip.
    copies
        The same for copies of the clips, of which a training step takes one or the clip itself.
        Where a copy lacks a clip, it is the clip itself.
    targets
        The index of each clip's emotion among the scores.
    clips, validation
        The clips to train on, and those by which the best epoch is chosen; without any of these,
        it is the last one.
    recipe
        How to train.
    seed
        What the order of clips and dropout depend on.
    accelerator
        What makes the devices work together.
    """

    remedy_of_divergence = "lower `learning_rate`, or write `precision: fp32`"

    def __init__(
        self,
        network: EmotionNetwork,
        frames: Frames,
        *,
        copies: Sequence[Frames] = (),
        targets: Mapping[str, int],
        clips: Sequence[str],
        validation: Sequence[str],
        recipe: Recipe,
        seed: int,
        accelerator: Accelerator,
    ) -> None:
        self.frames, self.variants, self.targets = frames, [frames, *copies], targets
        self.clips, self.validation = clips, validation
        self.recipe, self.seed, self.accelerator = recipe, seed, accelerator
        if recipe.gradient_checkpointing:
            network.encoder.activation_checkpointing_enable({"use_reentrant": False})
        on_gpu = accelerator.device.type == "cuda"
        head_rate = recipe.head_learning_rate or recipe.learning_rate
        optimizer = torch.optim.AdamW(
            [
                {"params": network.trained_layers(), "rate": 1.0},
                {"params": network.new_layers(), "rate": head_rate / recipe.learning_rate},
            ],
            weight_decay=recipe.weight_decay,
            fused=on_gpu,
        )
        self.wrapped, prepared = accelerator.prepare(network, optimizer)
        super().__init__(network, prepared, recipe.epochs)

    def step(self, clips: Sequence[str], learning_rate: float) -> torch.Tensor:
        """Move the weights once, by the mean loss of some clips.

        Returns
        -------
        torch.Tensor
            The sum of the losses of those clips that this process worked on.
        """
        process, processes = self.accelerator.process_index, self.accelerator.num_processes
        share = share_of(clips, process, processes)
        *others, last = cut(share or clips[:1], self.recipe.batch_size)
        weight = processes / len(clips) if share else 0.0  # the processes' gradients are averaged
        losses = []
        with self.accelerator.no_sync(self.wrapped):
            losses += [self._backward(batch, weight) for batch in others]
        losses.append(self._backward(last, weight))
        self.accelerator.clip_grad_norm_(self.wrapped.parameters(), GREATEST_GRADIENT_NORM)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate * group["rate"]
        self.optimizer.step()
        self.optimizer.zero_grad()
        return torch.stack(losses).sum() * bool(share)

    def logits(self, clips: Iterable[str]) -> dict[str, list[float]]:
        """Return the scores of clips, each of which one process computes, in all processes."""
        return {clip: logits for clip, logits, _ in self.score(clips)}

    def score(self, clips: Iterable[str]) -> list[tuple[str, list[float], list[float]]]:
        """Return the scores and the state of each clip, likewise; sorted by clip."""
        own = sorted(clips)[self.accelerator.process_index :: self.accelerator.num_processes]
        scored = gather_object(list(score_frames(self.network, self.frames, own)))
        return sorted(scored)

    def run_epoch(self, epoch: int) -> Row:
        """Learn from every training clip once, and measure on the validation clips."""
        done = epoch - 1
        seeds = np.random.SeedSequence([self.seed, done, self.accelerator.process_index])
        set_seed(int(seeds.generate_state(1)[0]))
        lengths = {clip: len(self.frames[clip]) for clip in self.clips}
        steps = steps_of_epoch(
            lengths, self.recipe.batch_size, self.recipe.accumulate, self.seed, done
        )
        rates = [
            self.recipe.rate_after((done + step / len(steps)) / self.recipe.epochs)
            for step in range(len(steps))
        ]
        self.wrapped.train()
        losses = [self.step(clips, rate) for clips, rate in zip(steps, rates, strict=True)]
        total = self.accelerator.reduce(torch.stack(losses).sum(), "sum")
        return {
            "learning_rate": rates[0],
            "training_loss": float(total) / len(self.clips),
            **(self.validate() if self.validation else {}),
        }

    def validate(self) -> Row:
        """Return the loss and the accuracy, in percent, on the validation clips."""
        scored = self.logits(self.validation)
        logits = torch.tensor([*scored.values()], dtype=torch.float64)
        return measure_validation(logits, torch.tensor([self.targets[clip] for clip in scored]))

    def save(self, checkpoint: Checkpoint, state: Mapping[str, Any]) -> None:
        """Save where the training stands, in one process for all."""
        if self.accelerator.is_main_process:
            super().save(checkpoint, state)
        self.accelerator.wait_for_everyone()

    def state(self) -> dict[str, Any]:
        """Return what an epoch depends on and changes."""
        scaler = self.accelerator.scaler
        return {**super().state(), "scaler": scaler.state_dict() if scaler else {}}

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Take up what :meth:`state` returned."""
        super().load_state(state)
        if self.accelerator.scaler:
            self.accelerator.scaler.load_state_dict(state["scaler"])

    def _backward(self, clips: Sequence[str], weight: float) -> torch.Tensor:
        """Add the weighted gradients of a batch, and return the sum of its losses."""
        device = self.accelerator.device
        inputs = pad([self._draw_frames(clip).float() for clip in clips])
        logits = self.wrapped(*(tensor.to(device) for tensor in inputs))
        targets = torch.tensor([self.targets[clip] for clip in clips], device=device)
        smoothing = self.recipe.label_smoothing
        loss = cross_entropy(logits.float(), targets, reduction="sum", label_smoothing=smoothing)
        self.accelerator.backward(weight * loss)
        return loss.detach()

    def _draw_frames(self, clip: str) -> torch.Tensor:
        """Return what a training step sees of a clip: of it or of a copy, all frames or some."""
        chosen = int(torch.randint(len(self.variants), ())) if len(self.variants) > 1 else 0
        frames = self.variants[chosen].get(clip, self.frames[clip])
        if self.recipe.kept_frames == 1:
            return frames
        kept = max(1, round(self.recipe.kept_frames * len(frames)))
        return frames[torch.randperm(len(frames))[:kept].sort().values]
