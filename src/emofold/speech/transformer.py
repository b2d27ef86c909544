"""Encoding by a pretrained transformer: one pass for all views, in batches that change nothing."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import torch

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE, check_rate, to_float
from emofold.media.containers import REPLACE
from emofold.speech.chunks import Chunk, make_batches
from emofold.speech.pooling import pad, pad_marks, sum_segments
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
        How many transformer layers the whole model has.
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

    def show_layers(
        self,
        batch: torch.Tensor,
        is_real: torch.Tensor,
        show: Callable[[int, torch.Tensor], None],
    ) -> None:
        """Run the layers once, and call `show` with each wanted one and its states.

        Parameters
        ----------
        batch
            The output of the front end, shape (chunks, frames, size).
        is_real
            False where `batch` is padding; bool, shape (chunks, frames).
        show
            Takes the number of a layer, and its states of the shape of `batch`.
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
            As of :meth:`show_layers`.
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


@dataclass(frozen=True)
class View:
    """What an embedding keeps of a pass: the means of some layers over the segments of a pooling.

    Attributes
    ----------
    layers
        The numbers of the layers, which the model shows.
    pooling
        A name of :data:`emofold.speech.segments.POOLINGS`.
    """

    layers: Sequence[int]
    pooling: str


class TransformerEncoder:
    """Encode clips in one pass for all views; see :class:`emofold.speech.encoders.SpeechEncoder`.

    The front end runs on one chunk at a time: in models whose first convolution is normalised over
    time (wav2vec 2.0 base, HuBERT base, WavLM base) padding would change every frame, and it gains
    nothing from batches anyway. Only the transformer layers, which can be told by a mask what is
    padding, run on batches. A clip's vector therefore does not depend on its neighbours.

    Parameters
    ----------
    model
        The front end and the layers.
    views
        What each embedding keeps, by its name.
    batch_duration
        How many seconds of sound go into a batch, padding included; 0 for one chunk at a time.
    threads
        How many threads PyTorch may use.
    """

    def __init__(
        self,
        model: PretrainedModel,
        views: Mapping[str, View],
        batch_duration: float,
        threads: int,
    ) -> None:
        torch.set_num_threads(threads)
        self.model, self.views, self.batch_duration = model, views, batch_duration
        self._wanted = {(view.pooling, layer) for view in views.values() for layer in view.layers}
        self._poolings = sorted({pooling for pooling, _ in self._wanted})

    def embed(
        self, sounds: Mapping[str, np.ndarray], rate: int
    ) -> Iterator[tuple[str, dict[str, dict[int, np.ndarray]] | InputError]]:
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
        def prepare(clip: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
            """Return the sound of a clip as the model hears it, and the segment of each 20 ms."""
            samples = self.model.prepare(to_float(sounds[clip]))
            return samples, {
                pooling: segment_hops(samples, POOLINGS[pooling]) for pooling in self._poolings
            }

        sums: dict[Hashable, np.ndarray] = {}
        frames: dict[Hashable, np.ndarray] = {}
        for batch in make_batches(lengths, self.batch_duration):
            for chunk, (chunk_frames, chunk_sums) in zip(
                batch, self._sum_batch(batch, prepare), strict=True
            ):
                _add(frames, chunk_frames)
                _add(sums, chunk_sums)
                if chunk.is_last:
                    progress.add(chunk.stop / rate)
                    yield chunk.clip, self._pool(sums, frames)
                    sums, frames = {}, {}
        progress.log()

    def _pool(
        self, sums: Mapping[Hashable, np.ndarray], frames: Mapping[Hashable, np.ndarray]
    ) -> dict[str, dict[int, np.ndarray]]:
        """Return what each view keeps of a clip."""
        return {
            name: {
                layer: pool_means(sums[view.pooling, layer], frames[view.pooling]).astype("float32")
                for layer in view.layers
            }
            for name, view in self.views.items()
        }

    def _sum_batch(
        self,
        batch: list[Chunk],
        prepare: Callable[[str], tuple[np.ndarray, dict[str, np.ndarray]]],
    ) -> list[tuple[dict[str, np.ndarray], dict[tuple[str, int], np.ndarray]]]:
        """Return for each chunk how many frames belong where, and their sums in float64.

        The first is by pooling, the second by pooling and layer.
        """
        with torch.inference_mode():
            frames: list[torch.Tensor] = []
            marks: dict[str, list[np.ndarray]] = {pooling: [] for pooling in self._poolings}
            for chunk in batch:
                samples, hops = prepare(chunk.clip)
                frames.append(self.model.run_front_end(samples[chunk.start : chunk.stop]))
                place = chunk.start, chunk.stop, len(frames[-1])
                for pooling, of_clip in hops.items():
                    marks[pooling].append(mark_frames(of_clip, POOLINGS[pooling], *place))
            states, is_real = pad(frames)
            belongs = {
                pooling: pad_marks(of_chunks).to(states.device)
                for pooling, of_chunks in marks.items()
            }
            sums: dict[tuple[str, int], torch.Tensor] = {}

            def keep(layer: int, of_layer: torch.Tensor) -> None:
                for pooling in self._poolings:
                    if (pooling, layer) in self._wanted:
                        sums[pooling, layer] = sum_segments(of_layer, belongs[pooling])

            self.model.show_layers(states, is_real, keep)
            summed = {key: of_layer.double().cpu().numpy() for key, of_layer in sums.items()}
        return [
            (
                {pooling: of_chunks[index].sum(axis=1) for pooling, of_chunks in marks.items()},
                {key: of_layer[index] for key, of_layer in summed.items()},
            )
            for index in range(len(batch))
        ]


def _add(total: dict[Hashable, np.ndarray], more: Mapping[Any, np.ndarray]) -> None:
    for key, value in more.items():
        total[key] = total.get(key, 0) + value
