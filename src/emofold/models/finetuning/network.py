"""A speech encoder with a head for the emotions: the network, its files, and what it predicts."""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from emofold.errors import InputError, listing
from emofold.files import atomic_write
from emofold.media.audio import SAMPLE_RATE, check_rate, to_float
from emofold.models.saved_networks import build_network
from emofold.speech.chunks import MAX_CHUNK
from emofold.speech.pooling import average_real_frames, pad
from emofold.speech.pretrained import build_untrained
from emofold.speech.progress import Progress
from emofold.speech.transformer import PretrainedModel, check_enough_sound

logger = logging.getLogger(__name__)

CLIPS_AT_ONCE = 16
WEIGHTS, SETTINGS = "model.safetensors", "config.json"


class EmotionNetwork(torch.nn.Module):
    """Score the emotions of clips by the mean of an encoder's last layer over the real frames.

    The head is dropout, a linear layer of the encoder's size, tanh, dropout, and a linear layer,
    as in ``Wav2Vec2ForSpeechClassification``, which Luna-Jiménez et al. 2021 (section 3.1) used.
    The front end is frozen, and not part of the forward pass: see :func:`clip_frames`.

    Parameters
    ----------
    model
        The encoder.
    emotions
        How many emotions there are.
    dropout
        The share of dropped values in the head, in training.
    """

    def __init__(self, model: PretrainedModel, emotions: int, dropout: float) -> None:
        super().__init__()
        self.model, self.encoder = model, model.network
        model.freeze_front_end()
        size = self.encoder.config.hidden_size
        self.head = torch.nn.Sequential(
            torch.nn.Dropout(dropout),
            torch.nn.Linear(size, size),
            torch.nn.Tanh(),
            torch.nn.Dropout(dropout),
            torch.nn.Linear(size, emotions),
        )

    def forward(self, batch: torch.Tensor, is_real: torch.Tensor) -> torch.Tensor:
        """Return the logits of each clip, shape (clips, emotions).

        Parameters
        ----------
        batch
            What the front end gives for each clip, shape (clips, frames, size).
        is_real
            False where `batch` is padding; bool, shape (clips, frames).
        """
        states = self.model.run_layers(batch, is_real).float()
        logits: torch.Tensor = self.head(average_real_frames(states, is_real))
        return logits


def clip_frames(
    model: PretrainedModel, sounds: Mapping[str, np.ndarray], rate: int
) -> tuple[dict[str, torch.Tensor], dict[str, InputError]]:
    """Run the front end once on each clip, alone, as :class:`TransformerEncoder` does and why.

    Of a clip of more than 30 s only the middle 30 s are heard, which the log says.

    Parameters
    ----------
    model
        The encoder.
    sounds, rate
        As of :meth:`emofold.speech.encoders.SpeechEncoder.embed`.

    Returns
    -------
    frames : dict of str to torch.Tensor
        float32 on the CPU, shape (frames, size): about 100 kB a second of sound.
    errors : dict of str to InputError
        Why a clip has none.
    """
    frames: dict[str, torch.Tensor] = {}
    errors: dict[str, InputError] = {}
    long = []
    check_rate(rate)
    progress = Progress(len(sounds))
    for clip, samples in sounds.items():
        try:
            check_enough_sound(model, clip, samples)
        except InputError as error:
            errors[clip] = error
            continue
        skipped = max(0, samples.size - MAX_CHUNK) // 2
        if skipped:
            long.append(clip)
        heard = model.prepare(to_float(samples))[skipped : skipped + MAX_CHUNK]
        with torch.no_grad():
            frames[clip] = model.run_front_end(heard).float().cpu()
        progress.add(len(heard) / SAMPLE_RATE)
    progress.log()
    if long:
        logger.warning("only the middle 30 s are used of %s", listing(long, most=len(long)))
    return frames, errors


def score_frames(
    network: torch.nn.Module, frames: Mapping[str, torch.Tensor], clips: Iterable[str]
) -> Iterator[tuple[str, list[float], list[float]]]:
    """Yield each clip with its logits and its state, by batches of clips of similar length.

    The state is what the head is given: the mean over the frames.

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
        inputs = pad([frames[clip] for clip in batch])
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
        "head": {"emotions": list(emotions), "dropout": network.head[0].p},
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
            encoder, emotions = settings["encoder"], settings["head"]["emotions"]

            def build() -> EmotionNetwork:
                model = build_untrained(encoder, settings["feature_extractor"])
                return EmotionNetwork(model, len(emotions), settings["head"]["dropout"])

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
        frames, errors = clip_frames(self.network.model, sounds, rate)
        scored = score_frames(self.network, frames, frames)
        return {clip: (logits, state) for clip, logits, state in scored}, errors
