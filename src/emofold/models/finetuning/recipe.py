"""How an encoder is fine-tuned, and on what devices."""

from dataclasses import dataclass

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs

from emofold.errors import InputError
from emofold.models.finetuning.network import EmotionNetwork
from emofold.speech.transformer import PretrainedModel


@dataclass(frozen=True)
class Recipe:
    """How an encoder is fine-tuned; the defaults are those of Luna-Jiménez et al. 2021.

    Attributes
    ----------
    learning_rate
        The highest one, of the layers of the encoder; it falls linearly to zero.
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
    frozen_layers
        How many transformer layers are frozen, above the front end, which always is.
    pooling, weighted_layers
        As of :class:`emofold.models.finetuning.network.EmotionNetwork`.
    head_learning_rate
        The same of what is new, the pooling and the head; None: that of the encoder.
    warm_up
        The share of all steps in which the learning rates rise from zero.
    weight_decay
        How much of a weight a step takes away, as a multiple of the learning rate.
    label_smoothing
        The share of each target that is spread over all emotions.
    kept_frames
        The share of a clip's frames, drawn anew each time, that a training step sees.
    """

    learning_rate: float = 1e-4
    epochs: int = 10
    batch_size: int = 4
    accumulate: int = 2
    precision: str = "auto"
    gradient_checkpointing: bool = False
    dropout: float = 0.1
    frozen_layers: int = 0
    pooling: str = "mean"
    weighted_layers: bool = False
    head_learning_rate: float | None = None
    warm_up: float = 0.0
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    kept_frames: float = 1.0

    def make_network(self, model: PretrainedModel, emotions: int) -> EmotionNetwork:
        """Return the network that is trained, with a new head."""
        return EmotionNetwork(
            model,
            emotions,
            self.dropout,
            frozen_layers=self.frozen_layers,
            pooling=self.pooling,
            weighted_layers=self.weighted_layers,
        )

    def rate_after(self, done: float) -> float:
        """Return the learning rate when a share of all steps is done.

        Examples
        --------
        >>> recipe = Recipe(learning_rate=4.0, warm_up=0.5)
        >>> [recipe.rate_after(done) for done in (0, 0.25, 0.5, 0.75)]
        [0.0, 2.0, 4.0, 2.0]
        """
        if done < self.warm_up:
            return self.learning_rate * done / self.warm_up
        return self.learning_rate * (1 - done) / (1 - self.warm_up)


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
