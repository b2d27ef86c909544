"""A speech encoder with a head for the emotions: the network, its files, and what it predicts."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from emofold.errors import InputError
from emofold.files import atomic_write
from emofold.models.finetuning.frames import Frames, check_depth, clip_frames
from emofold.models.saved_networks import build_network
from emofold.speech.pooling import average_real_frames, pad
from emofold.speech.pretrained import build_untrained
from emofold.speech.transformer import PretrainedModel

CLIPS_AT_ONCE = 16
ATTENTION_HEADS = 4
LEAST_VARIANCE = 1e-5
WEIGHTS, SETTINGS = "model.safetensors", "config.json"


class Pooling(torch.nn.Module):
    """One vector of each clip, from the frames of one or several hidden states.

    Parameters
    ----------
    size
        Of a frame.
    states
        How many hidden states there are. The sum of several is learned: each is normalised, and
        its weight is a softmax.
    kind
        ``mean``, the mean over the real frames, or ``attention``: four means weighted by learned
        attention, beside the standard deviation.
    """

    def __init__(self, size: int, states: int, kind: str) -> None:
        super().__init__()
        self.size = size * (ATTENTION_HEADS + 1) if kind == "attention" else size
        if states > 1:
            self.norms = torch.nn.ModuleList(torch.nn.LayerNorm(size) for _ in range(states))
            self.weights = torch.nn.Parameter(torch.zeros(states))
        if kind == "attention":
            self.attention = torch.nn.Linear(size, ATTENTION_HEADS)
            self.norm = torch.nn.LayerNorm(self.size)

    def forward(self, states: Sequence[torch.Tensor], is_real: torch.Tensor) -> torch.Tensor:
        """Return the vectors, shape (clips, ``self.size``)."""
        frames = states[-1].float()
        if hasattr(self, "weights"):
            shares = self.weights.softmax(dim=0)
            frames = torch.stack(
                [
                    share * norm(layer.float())
                    for share, norm, layer in zip(shares, self.norms, states, strict=True)
                ]
            ).sum(dim=0)
        mean = average_real_frames(frames, is_real)
        if not hasattr(self, "attention"):
            return mean
        logits = self.attention(frames).masked_fill(~is_real[:, :, None], -torch.inf)
        attended = (logits.softmax(dim=1).transpose(1, 2) @ frames).flatten(start_dim=1)
        variance = average_real_frames((frames - mean[:, None]) ** 2, is_real)
        pooled: torch.Tensor = self.norm(
            torch.cat([attended, (variance + LEAST_VARIANCE).sqrt()], dim=1)
        )
        return pooled


class EmotionNetwork(torch.nn.Module):
    """Score the emotions of clips by the frames of an encoder, pooled, and a head.

    The head is dropout, a linear layer of the encoder's size, tanh, dropout, and a linear layer,
    as in ``Wav2Vec2ForSpeechClassification``, which Luna-Jiménez et al. 2021 (section 3.1) used on
    the mean of the last layer. The front end and the frozen layers are not part of the forward
    pass: see :func:`emofold.models.finetuning.frames.clip_frames`.

    Parameters
    ----------
    model
        The encoder.
    emotions
        How many emotions there are.
    dropout
        The share of dropped values in the head, in training.
    frozen_layers
        How many transformer layers above the front end are frozen too.
    pooling
        As of :class:`Pooling`.
    weighted_layers
        Whether the hidden states from the frozen layers to the last are pooled, with learned
        weights, or the last alone.
    """

    def __init__(
        self,
        model: PretrainedModel,
        emotions: int,
        dropout: float,
        *,
        frozen_layers: int = 0,
        pooling: str = "mean",
        weighted_layers: bool = False,
    ) -> None:
        super().__init__()
        check_depth(frozen_layers, model)
        self.model, self.encoder, self.frozen_layers = model, model.network, frozen_layers
        self.head_settings = {
            "dropout": dropout,
            "frozen_layers": frozen_layers,
            "pooling": pooling,
            "weighted_layers": weighted_layers,
        }
        model.freeze(frozen_layers)
        size = self.encoder.config.hidden_size
        states = 1 + model.depth - frozen_layers if weighted_layers else 1
        self.pooling = Pooling(size, states, pooling)
        self.head = torch.nn.Sequential(
            torch.nn.Dropout(dropout),
            torch.nn.Linear(self.pooling.size, size),
            torch.nn.Tanh(),
            torch.nn.Dropout(dropout),
            torch.nn.Linear(size, emotions),
        )

    def pool(self, batch: torch.Tensor, is_real: torch.Tensor) -> torch.Tensor:
        """Return the vector of each clip that the head sees, shape (clips, size).

        Parameters
        ----------
        batch
            What :func:`~emofold.models.finetuning.frames.clip_frames` gives for each clip, in
            float32; shape (clips, frames, size).
        is_real
            False where `batch` is padding; bool, shape (clips, frames).
        """
        states = [*self.model.run_layers(batch, is_real, self.frozen_layers)]
        pooled: torch.Tensor = self.pooling(states, is_real)
        return pooled

    def forward(self, batch: torch.Tensor, is_real: torch.Tensor) -> torch.Tensor:
        """Return the logits of each clip, shape (clips, emotions); see :meth:`pool`."""
        logits: torch.Tensor = self.head(self.pool(batch, is_real))
        return logits

    def trained_layers(self) -> list[torch.nn.Parameter]:
        """Return the weights of the encoder that a training moves."""
        return [weight for weight in self.encoder.parameters() if weight.requires_grad]

    def new_layers(self) -> list[torch.nn.Parameter]:
        """Return the weights of the pooling and the head."""
        return [*self.pooling.parameters(), *self.head.parameters()]


def score_frames(
    network: torch.nn.Module, frames: Frames, clips: Iterable[str]
) -> Iterator[tuple[str, list[float], list[float]]]:
    """Yield each clip with its logits and its state, by batches of clips of similar length.

    The state is what the head is given: see :meth:`EmotionNetwork.pool`.

    Parameters
    ----------
    network
        An :class:`EmotionNetwork`, perhaps one that is wrapped for several processes.
    frames
        What :func:`clip_frames` returns.
    clips
        The clips to score.
    """
    device = next(network.parameters()).device
    in_order = sorted(clips, key=lambda clip: len(frames[clip]))
    network.eval()
    for start in range(0, len(in_order), CLIPS_AT_ONCE):
        batch = in_order[start : start + CLIPS_AT_ONCE]
        inputs = pad([frames[clip].float() for clip in batch])
        with torch.no_grad(), _noting_states(network) as states:
            logits = network(*(tensor.to(device) for tensor in inputs))
        of_clips = (tensor.float().cpu().tolist() for tensor in (logits, *states))
        yield from zip(batch, *of_clips, strict=True)


@contextmanager
def _noting_states(network: torch.nn.Module) -> Iterator[list[torch.Tensor]]:
    """Note what the head of a network is given within the block."""
    states: list[torch.Tensor] = []

    def note(head: torch.nn.Module, given: tuple[torch.Tensor]) -> None:
        states.extend(given)

    handle = network.get_submodule("head").register_forward_pre_hook(note)
    try:
        yield states
    finally:
        handle.remove()


def save_network(
    network: EmotionNetwork, emotions: Sequence[str], folder: Path, notes: Mapping[str, Any]
) -> None:
    """Write all that is needed to predict again: ``model.safetensors`` and ``config.json``.

    Parameters
    ----------
    network
        The trained network.
    emotions
        What its scores stand for, in order.
    folder
        Where the two files go.
    notes
        What else the settings are to say, such as how the network was trained.
    """
    settings = {
        "encoder": network.encoder.config.to_dict(),
        "feature_extractor": network.model.extractor.to_dict(),
        "head": {"emotions": list(emotions), **network.head_settings},
        **notes,
    }
    with atomic_write(folder / SETTINGS) as partial:
        partial.write_text(json.dumps(settings, indent=2, sort_keys=True), encoding="utf-8")
    weights = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    with atomic_write(folder / WEIGHTS) as partial:
        save_file(weights, partial)


class FinetunedEncoder:
    """A fine-tuned encoder out of its folder, to predict with.

    Attributes
    ----------
    emotions
        What the scores stand for, in order.
    """

    def __init__(self, network: EmotionNetwork, emotions: Sequence[str]) -> None:
        self.network, self.emotions = network, list(emotions)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return what :func:`save_network` wrote, on the GPU where there is one.

        Raises
        ------
        InputError
            When one of the two files is missing or damaged.
        """
        try:
            settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
            encoder, head = settings["encoder"], dict(settings["head"])
            emotions = head.pop("emotions")

            def build() -> EmotionNetwork:
                model = build_untrained(encoder, settings["feature_extractor"])
                return EmotionNetwork(model, len(emotions), **head)

            depth = encoder[
                "encoder_layers" if "encoder_layers" in encoder else "num_hidden_layers"
            ]
            network = build_network(build, load_file(folder / WEIGHTS), [depth])
        except InputError:
            raise
        except Exception as error:  # of json, of transformers, of safetensors, of torch
            raise InputError(
                f"the fine-tuned model in {folder} cannot be loaded "
                f"({type(error).__name__}: {str(error).splitlines()[0]})",
                f"{WEIGHTS} and {SETTINGS} of one training",
                "delete the folder and run the workflow again, which trains the model anew",
            ) from error
        return cls(network.to("cuda" if torch.cuda.is_available() else "cpu"), emotions)

    def predict(
        self, sounds: Mapping[str, np.ndarray], rate: int
    ) -> tuple[dict[str, list[float]], dict[str, InputError]]:
        """Return the logits of each clip, in the order of the emotions, and why a clip has none.

        Parameters
        ----------
        sounds, rate
            As of :meth:`emofold.speech.encoders.SpeechEncoder.embed`.
        """
        scored, errors = self.score(sounds, rate)
        return {clip: logits for clip, (logits, _) in scored.items()}, errors

    def score(
        self, sounds: Mapping[str, np.ndarray], rate: int
    ) -> tuple[dict[str, tuple[list[float], list[float]]], dict[str, InputError]]:
        """Return the logits and the state of each clip, and why a clip has none."""
        network = self.network
        frames, errors = clip_frames(network.model, sounds, rate, network.frozen_layers)
        scored = score_frames(network, frames, frames)
        return {clip: (logits, state) for clip, logits, state in scored}, errors
