"""Encoding by a pretrained transformer, in batches that change nothing about the result."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import torch

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE, check_rate, to_float
from emofold.media.containers import REPLACE
from emofold.speech.chunks import Chunk, make_batches
from emofold.speech.pooling import pad
from emofold.speech.progress import Progress
from emofold.speech.segments import POOLINGS, mark_frames, pool_means, segment_hops


class PretrainedModel(Protocol):
    """A front end that turns sound into frames, and transformer layers above it.

    Attributes
    ----------
    network
        The front end and the layers, as a module that can be trained.
    extractor
        The feature extractor of transformers that prepares the sound.
    shortest
        How many samples the front end needs at least.
    depth
        How many transformer layers there are.
    """

    shortest: int
    depth: int

    @property
    def network(self) -> Any: ...  # noqa: D102

    @property
    def extractor(self) -> Any: ...  # noqa: D102

    def prepare(self, samples: np.ndarray) -> np.ndarray:
        """Return the float32 samples of a whole clip as the model was trained to hear them."""
        ...

    def run_front_end(self, samples: np.ndarray) -> torch.Tensor:
        """Return the output of the front end for one chunk of a clip, shape (frames, size)."""
        ...

    def sum_layers(
        self, batch: torch.Tensor, is_real: torch.Tensor, belongs: torch.Tensor
    ) -> dict[int, torch.Tensor]:
        """Return each wanted layer's sums over segments, shape (chunks, segments, size).

        Parameters
        ----------
        batch
            The output of the front end, shape (chunks, frames, size).
        is_real
            False where `batch` is padding; bool, shape (chunks, frames).
        belongs
            Which real frames belong to each segment; bool, shape (chunks, segments, frames).
        """
        ...

    def run_layers(
        self, batch: torch.Tensor, is_real: torch.Tensor, first: int = 0
    ) -> Iterator[torch.Tensor]:
        """Yield the hidden states from layer `first` to the last, with their gradients.

        Where the network is in training mode, what its configuration says of dropout and masks
        is done.

        Parameters
        ----------
        batch
            The output of the front end; above layer 0, the hidden states of layer `first`; shape
            (chunks, frames, size).
        is_real
            As of :meth:`sum_layers`.
        first
            The layer to begin with; 0 is what goes into the first transformer layer.
        """
        ...

    def freeze(self, layers: int) -> None:
        """Keep the weights up to so many layers above the front end as they are in a training."""
        ...


def check_enough_sound(model: PretrainedModel, clip: str, samples: np.ndarray) -> None:
    """Raise an :class:`InputError` when a clip is too short for one frame of the model."""
    if samples.size < model.shortest:
        raise InputError(
            f"{samples.size / SAMPLE_RATE:.3f} s of sound in {clip}",
            f"at least {model.shortest / SAMPLE_RATE:g} s, what the encoder needs for one frame",
            REPLACE,
        )


class TransformerEncoder:
    """Encode clips in batches; see :class:`emofold.speech.encoders.SpeechEncoder`.

    The front end runs on one chunk at a time: in models whose first convolution is normalised over
    time (wav2vec 2.0 base, HuBERT base, WavLM base) padding would change every frame, and it gains
    nothing from batches anyway. Only the transformer layers, which can be told by a mask what is
    padding, run on batches. A clip's vector therefore does not depend on its neighbours.

    Parameters
    ----------
    model
        The front end and the layers.
    batch_duration
        How many seconds of sound go into a batch, padding included.
    threads
        How many threads PyTorch may use.
    pooling
        The segments whose means are laid side by side; see :mod:`emofold.speech.segments`.
    """

    def __init__(
        self, model: PretrainedModel, batch_duration: float, threads: int, pooling: str = "mean"
    ) -> None:
        torch.set_num_threads(threads)
        self.model, self.batch_duration, self.segments = model, batch_duration, POOLINGS[pooling]

    def embed(
        self, sounds: Mapping[str, np.ndarray], rate: int
    ) -> Iterator[tuple[str, dict[int, np.ndarray] | InputError]]:
        """Yield each clip with its vectors, or with why it has none."""
        check_rate(rate)
        progress = Progress(len(sounds))
        lengths: dict[str, int] = {}
        for clip, samples in sounds.items():
            try:
                check_enough_sound(self.model, clip, samples)
                lengths[clip] = samples.size
            except InputError as error:
                yield clip, error

        @lru_cache(maxsize=1)
        def prepare(clip: str) -> tuple[np.ndarray, np.ndarray]:
            """Return the sound of a clip as the model hears it, and the segment of each 20 ms."""
            samples = self.model.prepare(to_float(sounds[clip]))
            return samples, segment_hops(samples, self.segments)

        sums: dict[int, np.ndarray] = {}
        frames = np.zeros(1 + self.segments)
        for batch in make_batches(lengths, self.batch_duration):
            for chunk, (chunk_frames, chunk_sums) in zip(
                batch, self._sum_batch(batch, prepare), strict=True
            ):
                for layer, of_layer in chunk_sums.items():
                    sums[layer] = sums.get(layer, 0) + of_layer
                frames = frames + chunk_frames
                if chunk.is_last:
                    progress.add(chunk.stop / rate)
                    yield (
                        chunk.clip,
                        {
                            layer: pool_means(of_layer, frames).astype(np.float32)
                            for layer, of_layer in sums.items()
                        },
                    )
                    sums, frames = {}, 0 * frames
        progress.log()

    def _sum_batch(
        self, batch: list[Chunk], prepare: Callable[[str], tuple[np.ndarray, np.ndarray]]
    ) -> list[tuple[np.ndarray, dict[int, np.ndarray]]]:
        """Return how many frames of each chunk belong where, and their sums in float64."""
        with torch.inference_mode():
            frames, belongs = [], []
            for chunk in batch:
                samples, hops = prepare(chunk.clip)
                frames.append(self.model.run_front_end(samples[chunk.start : chunk.stop]))
                belongs.append(
                    mark_frames(hops, self.segments, chunk.start, chunk.stop, len(frames[-1]))
                )
            states, is_real = pad(frames)
            marked = torch.zeros((len(batch), 1 + self.segments, states.shape[1]), dtype=torch.bool)
            for index, of_chunk in enumerate(belongs):
                marked[index, :, : of_chunk.shape[1]] = torch.from_numpy(of_chunk)
            sums = {
                layer: of_layer.double().cpu().numpy()
                for layer, of_layer in self.model.sum_layers(
                    states, is_real, marked.to(states.device)
                ).items()
            }
        return [
            (of_chunk.sum(axis=1), {layer: of_layer[index] for layer, of_layer in sums.items()})
            for index, of_chunk in enumerate(belongs)
        ]
