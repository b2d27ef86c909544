"""The training of an emotion network, on any number of devices, that goes on after a kill."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs, gather_object, set_seed
from torch.nn.functional import cross_entropy

from emofold.errors import InputError
from emofold.models.checkpoints import Checkpoint
from emofold.models.epochs import best_of, check_finite
from emofold.models.finetuning.length_batches import cut, share_of, steps_of_epoch
from emofold.models.finetuning.network import EmotionNetwork, score_frames
from emofold.speech.pooling import pad

logger = logging.getLogger(__name__)

GREATEST_GRADIENT_NORM = 1.0


@dataclass(frozen=True)
class Recipe:
    """How an encoder is fine-tuned; the defaults are those of Luna-Jiménez et al. 2021.

    Attributes
    ----------
    learning_rate
        Of the first step; it falls linearly to zero.
    epochs
        How often each training clip is seen.
    batch_size
        How many clips are in memory at once, on each device.
    accumulate
        How many batches a step has. A step is ``batch_size * accumulate`` clips on any number of
        devices, which share it.
    precision
        ``fp32``, ``bf16``, ``fp16`` (on a GPU only), or ``auto``: bf16 on a GPU that has it, fp16
        on any other, and fp32 on the CPU.
    gradient_checkpointing
        Whether to compute twice what does not fit into memory.
    dropout
        Of the head.
    """

    learning_rate: float = 1e-4
    epochs: int = 10
    batch_size: int = 4
    accumulate: int = 2
    precision: str = "auto"
    gradient_checkpointing: bool = False
    dropout: float = 0.1


def make_accelerator(precision: str) -> Accelerator:
    """Return what spreads a training over the devices of all its processes.

    Parameters
    ----------
    precision
        See :class:`Recipe`.

    Raises
    ------
    InputError
        When fp16 is wanted on a CPU, or bf16 on a GPU that does not have it.
    """
    has_gpu = torch.cuda.is_available()
    has_bf16 = not has_gpu or torch.cuda.is_bf16_supported(including_emulation=False)
    if (precision == "fp16" and not has_gpu) or (precision == "bf16" and not has_bf16):
        raise InputError(
            f"`precision: {precision}` on {'this GPU' if has_gpu else 'a CPU'}",
            f"fp32 or {'fp16' if has_gpu else 'bf16'} there",
            "write `precision: auto`, which takes what fits",
        )
    if precision == "auto":
        precision = ("bf16" if has_bf16 else "fp16") if has_gpu else "fp32"
    return Accelerator(
        mixed_precision="no" if precision == "fp32" else precision,
        cpu=not has_gpu,
        kwargs_handlers=[DistributedDataParallelKwargs(find_unused_parameters=True)],
    )


class Training:
    """The training of a network: its steps, its epochs, and where it stands.

    Parameters
    ----------
    network
        The network, which is moved to the device.
    frames
        What the front end gives for each clip.
    targets
        The place of each clip's emotion among the scores.
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

    def __init__(
        self,
        network: EmotionNetwork,
        frames: Mapping[str, torch.Tensor],
        *,
        targets: Mapping[str, int],
        clips: Sequence[str],
        validation: Sequence[str],
        recipe: Recipe,
        seed: int,
        accelerator: Accelerator,
    ) -> None:
        self.plain, self.frames, self.targets = network, frames, targets
        self.clips, self.validation = clips, validation
        self.recipe, self.seed, self.accelerator = recipe, seed, accelerator
        if recipe.gradient_checkpointing:
            network.encoder.activation_checkpointing_enable({"use_reentrant": False})
        trained = [weight for weight in network.parameters() if weight.requires_grad]
        on_gpu = accelerator.device.type == "cuda"
        optimizer = torch.optim.AdamW(trained, weight_decay=0.0, fused=on_gpu)
        self.network, self.optimizer = accelerator.prepare(network, optimizer)

    def run(self, checkpoint: Checkpoint) -> list[dict[str, Any]]:
        """Train all epochs that are left, and put the weights of the best one into the network.

        Returns
        -------
        list of dict
            The learning curve.
        """
        history: list[dict[str, Any]] = []
        best: dict[str, torch.Tensor] = {}
        if state := checkpoint.load():
            history, best = state["history"], state["best"]
            self._restore(state)
            logger.info("resumed after epoch %d", len(history))
        for epoch in range(len(history), self.recipe.epochs):
            row = self._epoch(epoch)
            history.append(row)
            if best_of(history) is row:
                weights = self.plain.state_dict().items()
                best = {name: tensor.detach().cpu().clone() for name, tensor in weights}
            if self.accelerator.is_main_process:
                checkpoint.save({**self._state(), "history": history, "best": best})
            self.accelerator.wait_for_everyone()
        self.plain.load_state_dict(best)
        chosen = best_of(history)
        logger.info("chose epoch %d", chosen["epoch"])
        return [row | {"chosen": row is chosen} for row in history]

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
        with self.accelerator.no_sync(self.network):
            losses += [self._backward(batch, weight) for batch in others]
        losses.append(self._backward(last, weight))
        self.accelerator.clip_grad_norm_(self.network.parameters(), GREATEST_GRADIENT_NORM)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate
        self.optimizer.step()
        self.optimizer.zero_grad()
        return torch.stack(losses).sum() * bool(share)

    def logits(self, clips: Iterable[str]) -> dict[str, list[float]]:
        """Return the scores of clips, each of which one process computes, in all processes."""
        own = sorted(clips)[self.accelerator.process_index :: self.accelerator.num_processes]
        scored = gather_object(list(score_frames(self.plain, self.frames, own)))
        return dict(sorted(scored))

    def _epoch(self, epoch: int) -> dict[str, Any]:
        seeds = np.random.SeedSequence([self.seed, epoch, self.accelerator.process_index])
        set_seed(int(seeds.generate_state(1)[0]))
        lengths = {clip: len(self.frames[clip]) for clip in self.clips}
        steps = steps_of_epoch(
            lengths, self.recipe.batch_size, self.recipe.accumulate, self.seed, epoch
        )
        rates = [
            self.recipe.learning_rate * (1 - (epoch + done / len(steps)) / self.recipe.epochs)
            for done in range(len(steps))
        ]
        self.network.train()
        losses = [self.step(clips, rate) for clips, rate in zip(steps, rates, strict=True)]
        total = self.accelerator.reduce(torch.stack(losses).sum(), "sum")
        row = {
            "epoch": epoch + 1,
            "learning_rate": rates[0],
            "training_loss": float(total) / len(self.clips),
            **(self._validate() if self.validation else {}),
        }
        check_finite(row, "lower `learning_rate`, or write `precision: fp32`")
        logger.info("epoch %d of %d: %s", row["epoch"], self.recipe.epochs, row)
        return row

    def _validate(self) -> dict[str, float]:
        scored = self.logits(self.validation)
        logits = torch.tensor([*scored.values()], dtype=torch.float64)
        targets = torch.tensor([self.targets[clip] for clip in scored])
        right = (logits.argmax(dim=1) == targets).double().mean()
        return {
            "validation_loss": float(cross_entropy(logits, targets)),
            "validation_accuracy": 100 * float(right),
        }

    def _backward(self, clips: Sequence[str], weight: float) -> torch.Tensor:
        """Add the weighted gradients of a batch, and return the sum of its losses."""
        device = self.accelerator.device
        inputs = pad([self.frames[clip] for clip in clips])
        logits = self.network(*(tensor.to(device) for tensor in inputs))
        targets = torch.tensor([self.targets[clip] for clip in clips], device=device)
        loss = cross_entropy(logits.float(), targets, reduction="sum")
        self.accelerator.backward(weight * loss)
        return loss.detach()

    def _state(self) -> dict[str, Any]:
        scaler = self.accelerator.scaler
        return {
            "weights": self.plain.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": scaler.state_dict() if scaler else {},
        }

    def _restore(self, state: Mapping[str, Any]) -> None:
        self.plain.load_state_dict(state["weights"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.accelerator.scaler:
            self.accelerator.scaler.load_state_dict(state["scaler"])
