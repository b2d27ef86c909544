"""wav2vec 2.0 and the models built like it: HuBERT and WavLM."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoConfig, AutoModel, Wav2Vec2FeatureExtractor

from emofold.media.audio import SAMPLE_RATE
from emofold.pretrained.layers import CNN, Layers, choose_all_layers
from emofold.pretrained.weights import load_weights

# What transformers chooses today, so that no later version or config.json chooses another
ATTENTION = {"wav2vec2": "sdpa", "hubert": "sdpa", "wavlm": "eager"}


class Wav2Vec2:
    """A convolutional front end over the waveform, and transformer layers.

    See :class:`emofold.speech.transformer.PretrainedModel`. The layer -1 is the CNN's output behind
    the layer normalisation of the feature projection (where the model has one), which is what
    ``Wav2Vec2Model`` returns as ``extract_features``.

    Parameters
    ----------
    model
        A ``Wav2Vec2Model``, ``HubertModel`` or ``WavLMModel`` with its layers up to the highest
        wanted one.
    extractor
        What prepares the waveform for it.
    layers
        The wanted layers.
    depth
        How many layers the whole model has.
    """

    def __init__(
        self,
        model: Any,
        extractor: Wav2Vec2FeatureExtractor,
        layers: list[int],
        depth: int,
    ) -> None:
        self.model, self.extractor, self.layers, self.depth = model, extractor, layers, depth
        self.shortest = 1
        for kernel, stride in zip(
            reversed(self.model.config.conv_kernel),
            reversed(self.model.config.conv_stride),
            strict=True,
        ):
            self.shortest = (self.shortest - 1) * stride + kernel

    @property
    def network(self) -> Any:
        """The whole model as a module."""
        return self.model

    def prepare(self, samples: np.ndarray) -> np.ndarray:
        """Return the samples, at zero mean and unit variance where the model wants that."""
        return self.extractor(samples, sampling_rate=SAMPLE_RATE)["input_values"][0]

    def run_front_end(self, samples: np.ndarray) -> torch.Tensor:
        """Return the CNN's output for one chunk of a clip, shape (frames, size)."""
        waveform = torch.from_numpy(samples).to(self.model.device)
        return self.model.feature_extractor(waveform[None])[0].T

    def show_layers(
        self,
        batch: torch.Tensor,
        is_real: torch.Tensor,
        show: Callable[[int, torch.Tensor], None],
    ) -> None:
        """Call `show` with each wanted layer and its states, shape (chunks, frames, size)."""
        if CNN in self.layers:
            normalised = getattr(self.model.feature_projection, "layer_norm", torch.nn.Identity())
            show(CNN, normalised(batch))
        if self.layers == [CNN]:
            return
        with self._watch_layers(show):
            output = self.model.encoder(self._project(batch), attention_mask=is_real)
        if self.depth in self.layers:
            show(self.depth, output.last_hidden_state)

    def freeze_front_end(self) -> None:
        """Keep the CNN as it is in a training."""
        self.model.feature_extractor.requires_grad_(False)

    def run_layers(self, batch: torch.Tensor, is_real: torch.Tensor) -> torch.Tensor:
        """Return the last hidden states, shape (chunks, frames, size), with their gradients.

        While the model is being trained, SpecAugment masks some of its input [1]_, unless
        all chunks are shorter than one of its masks.

        References
        ----------
        .. [1] Park et al., SpecAugment, Interspeech 2019.
        """
        projected, config = self._project(batch), self.model.config
        longest_mask = max(config.mask_time_length, config.mask_feature_length)
        if self.model.training and min(projected.shape[1:]) >= longest_mask:
            projected = self.model._mask_hidden_states(projected, attention_mask=is_real)
        return self.model.encoder(projected, attention_mask=is_real).last_hidden_state

    def _project(self, batch: torch.Tensor) -> torch.Tensor:
        projected = self.model.feature_projection(batch)
        return projected[0] if isinstance(projected, tuple) else projected

    @contextmanager
    def _watch_layers(self, show: Callable[[int, torch.Tensor], None]) -> Iterator[None]:
        """Call `show` with the states of each wanted layer below the last, as they arise.

        The layer 0 is what goes into the first transformer layer, the layer i what comes out of
        the i-th one, which WavLM's layers return together with a position bias.
        """
        transformer_layers = self.model.encoder.layers
        with ExitStack() as hooks:
            for layer in self.layers:
                if layer == 0:
                    before_first = transformer_layers[0].register_forward_pre_hook(
                        lambda _, inputs: show(0, inputs[0])
                    )
                    hooks.enter_context(before_first)
                elif 0 < layer < self.depth:
                    after = transformer_layers[layer - 1].register_forward_hook(
                        lambda _, __, output, layer=layer: show(
                            layer, output[0] if isinstance(output, tuple) else output
                        )
                    )
                    hooks.enter_context(after)
            yield


def make_untrained(config: Mapping[str, Any], extractor: Mapping[str, Any]) -> Wav2Vec2:
    """Return a model with random weights, from what its ``config.json`` says.

    Parameters
    ----------
    config
        The content of ``config.json``, with ``model_type``.
    extractor
        The content of ``preprocessor_config.json``.
    """
    described = AutoConfig.for_model(**config)
    depth = described.num_hidden_layers
    model = AutoModel.from_config(  # type: ignore[no-untyped-call]
        described, attn_implementation=ATTENTION[described.model_type]
    )
    prepares = Wav2Vec2FeatureExtractor(**extractor)  # type: ignore[no-untyped-call]
    return Wav2Vec2(model.eval(), prepares, [depth], depth)


def load(folder: Path, layers: Sequence[Layers], device: torch.device) -> Wav2Vec2:
    """Load a model from its folder; see :func:`emofold.speech.pretrained.load_model`."""
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    depth = config.num_hidden_layers
    wanted = choose_all_layers(layers, depth)
    config.num_hidden_layers = 0 if wanted == [CNN] else max(wanted[-1], 1)
    attention = ATTENTION[config.model_type]
    model = load_weights(AutoModel, folder, config, attn_implementation=attention)
    extractor = Wav2Vec2FeatureExtractor.from_pretrained(folder, local_files_only=True)
    return Wav2Vec2(model.to(device), extractor, wanted, depth)
