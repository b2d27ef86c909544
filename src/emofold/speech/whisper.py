"""The encoder of Whisper at a clip's real length, instead of padded to 30 s."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.functional import dropout, gelu
from transformers import WhisperConfig, WhisperFeatureExtractor
from transformers.models.whisper.modeling_whisper import WhisperEncoder

from emofold.media.audio import SAMPLE_RATE
from emofold.pretrained.layers import CNN, Layers, choose_all_layers
from emofold.pretrained.weights import load_weights


class Whisper:
    """Two convolutions over the log-mel spectrogram, and transformer layers.

    See :class:`emofold.speech.transformer.PretrainedModel`. ``WhisperEncoder.forward`` takes 3000
    mel frames and nothing else, so its modules are run here one after the other, with the weights
    as they are and the first positions of `embed_positions`. The layer -1 is the output of the
    convolutions, without positions; the last layer comes behind the final layer normalisation.

    Parameters
    ----------
    encoder
        The encoder with its layers up to the highest wanted one.
    extractor
        What computes the log-mel spectrogram, whose loudest 80 dB are kept in each chunk.
    layers
        The wanted layers.
    depth
        How many layers the whole encoder has.
    """

    def __init__(
        self,
        encoder: Any,
        extractor: WhisperFeatureExtractor,
        layers: list[int],
        depth: int,
    ) -> None:
        self.encoder, self.extractor, self.layers, self.depth = encoder, extractor, layers, depth
        self.shortest: int = extractor.n_fft

    @property
    def network(self) -> Any:
        """The encoder as a module."""
        return self.encoder

    def prepare(self, samples: np.ndarray) -> np.ndarray:
        """Return the samples, which Whisper hears as they are."""
        return samples

    def run_front_end(self, samples: np.ndarray) -> torch.Tensor:
        """Return the output of the convolutions for one chunk of a clip, shape (frames, size)."""
        spectrogram = self.extractor(
            samples, sampling_rate=SAMPLE_RATE, padding="longest", return_tensors="pt"
        )["input_features"].to(self.encoder.device)
        return gelu(self.encoder.conv2(gelu(self.encoder.conv1(spectrogram))))[0].T

    def show_layers(
        self,
        batch: torch.Tensor,
        is_real: torch.Tensor,
        show: Callable[[int, torch.Tensor], None],
    ) -> None:
        """Call `show` with each wanted layer and its states, shape (chunks, frames, size)."""
        states = chain([batch], self.run_layers(batch, is_real))
        for layer, of_layer in enumerate(islice(states, self.layers[-1] + 2), start=CNN):
            if layer in self.layers:
                show(layer, of_layer)

    def freeze(self, layers: int) -> None:
        """Keep the weights up to so many layers above the convolutions as they are in a training.

        The positions are frozen in any case: Whisper's are sinusoids.
        """
        for module in (self.encoder.conv1, self.encoder.conv2, *self.encoder.layers[:layers]):
            module.requires_grad_(False)

    def run_layers(
        self, batch: torch.Tensor, is_real: torch.Tensor, first: int = 0
    ) -> Iterator[torch.Tensor]:
        """Yield the hidden states from layer `first` to the last, with their gradients.

        Whisper's SpecAugment masks the spectrogram, below the front end, and is not done.
        """
        encoder, is_training, states = self.encoder, self.encoder.training, batch
        if first == 0:
            states = states + encoder.embed_positions.weight[: batch.shape[1]]
            states = dropout(states, encoder.dropout, is_training)
        yield states
        attended = is_real[:, None, None, :]
        for number, layer in enumerate(encoder.layers[first:], start=first + 1):
            is_dropped = is_training and torch.rand([]) < encoder.layerdrop
            if not is_dropped:
                states = layer(states, attended)
            yield encoder.layer_norm(states) if number == self.depth else states


def make_untrained(config: Mapping[str, Any], extractor: Mapping[str, Any]) -> Whisper:
    """Return an encoder with random weights, from what its ``config.json`` says.

    See :func:`emofold.speech.wav2vec2.make_untrained`.
    """
    described = WhisperConfig.from_dict(dict(config))
    depth = described.encoder_layers
    encoder = WhisperEncoder._from_config(  # type: ignore[no-untyped-call]
        described, attn_implementation="sdpa"
    )
    prepares = WhisperFeatureExtractor(**extractor)  # type: ignore[no-untyped-call]
    return Whisper(encoder.eval(), prepares, [depth], depth)


def load(folder: Path, layers: Sequence[Layers], device: torch.device) -> Whisper:
    """Load a model from its folder; see :func:`emofold.speech.pretrained.load_model`."""
    config = WhisperConfig.from_pretrained(folder, local_files_only=True)
    depth = config.encoder_layers
    wanted = choose_all_layers(layers, depth)
    config.encoder_layers = max(wanted[-1], 0)
    encoder = load_weights(
        WhisperEncoder,
        folder,
        config,
        attn_implementation="sdpa",
        key_mapping={r"^(model\.)?encoder\.": ""},
    )
    extractor = WhisperFeatureExtractor.from_pretrained(folder, dither=0.0, local_files_only=True)
    return Whisper(encoder.to(device), extractor, wanted, depth)
