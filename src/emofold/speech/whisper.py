"""The encoder of Whisper at a clip's real length, instead of padded to 30 s."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.functional import gelu
from transformers import WhisperConfig, WhisperFeatureExtractor
from transformers.models.whisper.modeling_whisper import WhisperEncoder

from emofold.media.audio import SAMPLE_RATE
from emofold.speech.layers import CNN, Layers, wanted_layers
from emofold.speech.pooling import mean_of_real_frames
from emofold.speech.weights import load_weights


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
        What computes the log-mel spectrogram, whose loudest 80 dB are kept in each part.
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

    def prepared(self, samples: np.ndarray) -> np.ndarray:
        """Return the samples, which Whisper hears as they are."""
        return samples

    def frames(self, samples: np.ndarray) -> torch.Tensor:
        """Return the output of the convolutions for one part of a clip, shape (frames, size)."""
        spectrogram = self.extractor(
            samples, sampling_rate=SAMPLE_RATE, padding="longest", return_tensors="pt"
        )["input_features"].to(self.encoder.device)
        return gelu(self.encoder.conv2(gelu(self.encoder.conv1(spectrogram))))[0].T

    def layer_means(self, batch: torch.Tensor, is_real: torch.Tensor) -> dict[int, torch.Tensor]:
        """Return each wanted layer's mean over the real frames, shape (parts, size)."""
        if self.layers == [CNN]:
            return {CNN: mean_of_real_frames(batch, is_real)}
        states = batch + self.encoder.embed_positions.weight[: batch.shape[1]]
        attended = is_real[:, None, None, :]
        means: dict[int, torch.Tensor] = {}
        for number in range(self.layers[-1] + 1):
            if number > 0:
                states = self.encoder.layers[number - 1](states, attended)
            if number == self.depth:
                states = self.encoder.layer_norm(states)
            if number in self.layers:
                means[number] = mean_of_real_frames(states, is_real)
        return means


def load(folder: Path, layers: Layers, device: torch.device) -> Whisper:
    """Load a model from its folder; see :func:`emofold.speech.pretrained.load_model`."""
    config = WhisperConfig.from_pretrained(folder, local_files_only=True)
    depth = config.encoder_layers
    wanted = wanted_layers(layers, depth)
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
