"""wav2vec 2.0 and the models built like it: HuBERT and WavLM."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoConfig, AutoModel, Wav2Vec2FeatureExtractor
from transformers.masking_utils import create_bidirectional_mask

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
        normalised = getattr(self.model.feature_projection, "layer_norm", torch.nn.Identity())
        states = chain([normalised(batch)], self.run_layers(batch, is_real))
        for layer, of_layer in enumerate(islice(states, self.layers[-1] + 2), start=CNN):
            if layer in self.layers:
                show(layer, of_layer)

    def freeze(self, layers: int) -> None:
        """Keep the weights up to so many layers above the CNN as they are in a training."""
        encoder = self.model.encoder
        frozen = [self.model.feature_extractor]
        if layers:
            frozen += [self.model.feature_projection, encoder.pos_conv_embed]
            frozen += [] if self._is_normalised_last else [encoder.layer_norm]
        for module in (*frozen, *encoder.layers[:layers]):
            module.requires_grad_(False)

    def run_layers(
        self, batch: torch.Tensor, is_real: torch.Tensor, first: int = 0
    ) -> Iterator[torch.Tensor]:
        """Yield the hidden states from layer `first` to the last, with their gradients.

        The modules of ``Wav2Vec2Encoder`` and its like are run here one after the other, so that
        any of them can be the first. While the model is being trained, SpecAugment masks some of
        what goes into layer 0 [1]_, unless all chunks are shorter than one of its masks.

        References
        ----------
        .. [1] Park et al., SpecAugment, Interspeech 2019.
        """
        encoder, layerdrop = self.model.encoder, self.model.config.layerdrop
        states = batch if first else self._enter(batch, is_real)
        yield states
        shared = self._share(states, is_real)
        never_dropped = 1 if "position_bias" in shared else 0  # as in WavLM
        for number, layer in enumerate(encoder.layers[first:], start=first + 1):
            may_drop = encoder.training and layerdrop > 0 and number > never_dropped
            if not (may_drop and torch.rand([]) < layerdrop):
                output = layer(states, **shared)
                states = output[0] if isinstance(output, tuple) else output
            is_last = number == self.depth
            yield encoder.layer_norm(states) if is_last and self._is_normalised_last else states

    @property
    def _is_normalised_last(self) -> bool:
        """Whether the layer normalisation comes behind the layers, not before them."""
        return bool(self.model.config.do_stable_layer_norm)

    def _enter(self, batch: torch.Tensor, is_real: torch.Tensor) -> torch.Tensor:
        """Return what goes into the first transformer layer."""
        projected, config = self._project(batch), self.model.config
        longest_mask = max(config.mask_time_length, config.mask_feature_length)
        if self.model.training and min(projected.shape[1:]) >= longest_mask:
            projected = self.model._mask_hidden_states(projected, attention_mask=is_real)
        encoder = self.model.encoder
        states = projected.masked_fill(~is_real[:, :, None], 0)
        states = states + encoder.pos_conv_embed(states)
        return encoder.dropout(states if self._is_normalised_last else encoder.layer_norm(states))

    def _share(self, states: torch.Tensor, is_real: torch.Tensor) -> dict[str, Any]:
        """Return what all layers are told: which frames are real, and WavLM's position bias."""
        config, layers = self.model.config, self.model.encoder.layers
        if config.model_type != "wavlm":
            mask = create_bidirectional_mask(config, inputs_embeds=states, attention_mask=is_real)
            return {"attention_mask": mask}
        chunks, frames, _ = states.shape
        bias = layers[0].attention.compute_bias(frames, frames).repeat(chunks, 1, 1)
        return {"attention_mask": is_real, "position_bias": bias}

    def _project(self, batch: torch.Tensor) -> torch.Tensor:
        projected = self.model.feature_projection(batch)
        return projected[0] if isinstance(projected, tuple) else projected


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
