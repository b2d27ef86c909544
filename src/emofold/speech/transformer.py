"""Clips through a pretrained transformer, in batches that change nothing about the result."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE, count_samples, read_wav
from emofold.media.containers import REPLACE
from emofold.speech.chunks import Part, batches
from emofold.speech.pooling import padded
from emofold.speech.progress import Progress
from emofold.speech.segments import POOLINGS, belonging, pooled_means, stretch_of_hops


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
    """

    shortest: int

    @property
    def network(self) -> Any: ...  # noqa: D102

    @property
    def extractor(self) -> Any: ...  # noqa: D102

    def prepared(self, samples: np.ndarray) -> np.ndarray:
        """Return the samples of a whole clip as the model was trained to hear them."""
        ...

    def frames(self, samples: np.ndarray) -> torch.Tensor:
        """Return the output of the front end for one part of a clip, shape (frames, size)."""
        ...

    def layer_sums(
        self, batch: torch.Tensor, is_real: torch.Tensor, belongs: torch.Tensor
    ) -> dict[int, torch.Tensor]:
        """Return each wanted layer's sums over stretches, shape (parts, stretches, size).

        Parameters
        ----------
        batch
            The output of the front end, shape (parts, frames, size).
        is_real
            False where `batch` is padding; bool, shape (parts, frames).
        belongs
            Which real frames belong to each stretch; bool, shape (parts, stretches, frames).
        """
        ...

    def last_states(self, batch: torch.Tensor, is_real: torch.Tensor) -> torch.Tensor:
        """Return the last hidden states, shape (parts, frames, size), with their gradients.

        Where the network is in training mode, what its configuration says of dropout and masks
        is done. The parameters are those of :meth:`layer_sums`, without the last.
        """
        ...

    def freeze_front_end(self) -> None:
        """Keep the weights of the front end as they are in a training."""
        ...


def checked_samples(model: PretrainedModel, path: Path) -> int:
    """Return how many samples a wav has.

    Raises
    ------
    InputError
        When it cannot be read, or is too short for one frame of the model.
    """
    samples = count_samples(path)
    if samples < model.shortest:
        raise InputError(
            f"{path} of {samples / SAMPLE_RATE:.3f} s",
            f"at least {model.shortest / SAMPLE_RATE:g} s of sound, what the encoder needs for one "
            "frame",
            REPLACE,
        )
    return samples


class TransformerEncoder:
    """Encode clips in batches; see :class:`emofold.speech.encoders.SpeechEncoder`.

    The front end runs on one part at a time: in models whose first convolution is normalised over
    time (wav2vec 2.0 base, HuBERT base, WavLM base) padding would change every frame, and it gains
    nothing from batches anyway. Only the transformer layers, which can be told by a mask what is
    padding, run on batches. A clip's vector therefore does not depend on its neighbours.

    Parameters
    ----------
    model
        The front end and the layers.
    batch_seconds
        How much sound goes into a batch, padding included.
    threads
        How many threads PyTorch may use.
    pooling
        The stretches whose means are laid side by side; see :mod:`emofold.speech.segments`.
    """

    def __init__(
        self, model: PretrainedModel, batch_seconds: float, threads: int, pooling: str = "mean"
    ) -> None:
        torch.set_num_threads(threads)
        self.model, self.batch_seconds, self.pooling = model, batch_seconds, pooling

    def embed(
        self, clips: Mapping[str, Path]
    ) -> Iterator[tuple[str, dict[int, np.ndarray] | InputError]]:
        """Yield each clip with its vectors, or with why it has none."""
        progress = Progress(len(clips))
        clip_samples: dict[str, int] = {}
        for clip, path in clips.items():
            try:
                clip_samples[clip] = checked_samples(self.model, path)
            except InputError as error:
                yield clip, error
        heard = lru_cache(maxsize=1)(self._heard)
        sums: dict[int, np.ndarray] = {}
        frames = np.zeros(1 + POOLINGS[self.pooling])
        for batch in batches(clip_samples, self.batch_seconds):
            for part, (part_frames, part_sums) in zip(
                batch, self._sums(batch, clips, heard), strict=True
            ):
                for layer, of_layer in part_sums.items():
                    sums[layer] = sums.get(layer, 0) + of_layer
                frames = frames + part_frames
                if part.is_last:
                    progress.add(part.stop / SAMPLE_RATE)
                    yield (
                        part.clip,
                        {
                            layer: pooled_means(of_layer, frames).astype(np.float32)
                            for layer, of_layer in sums.items()
                        },
                    )
                    sums, frames = {}, 0 * frames
        progress.tell()

    def _heard(self, wav: Path) -> tuple[np.ndarray, np.ndarray]:
        """Return the sound of a clip as the model hears it, and the stretch of each 20 ms."""
        samples = self.model.prepared(read_wav(wav))
        return samples, stretch_of_hops(samples, POOLINGS[self.pooling])

    def _sums(
        self,
        batch: list[Part],
        clips: Mapping[str, Path],
        heard: Callable[[Path], tuple[np.ndarray, np.ndarray]],
    ) -> list[tuple[np.ndarray, dict[int, np.ndarray]]]:
        """Return how many frames of each part belong where, and their sums in float64."""
        count = POOLINGS[self.pooling]
        with torch.inference_mode():
            frames, belongs = [], []
            for part in batch:
                samples, stretches = heard(clips[part.clip])
                frames.append(self.model.frames(samples[part.start : part.stop]))
                belongs.append(belonging(stretches, count, part.start, part.stop, len(frames[-1])))
            states, is_real = padded(frames)
            marked = torch.zeros((len(batch), 1 + count, states.shape[1]), dtype=torch.bool)
            for place, of_part in enumerate(belongs):
                marked[place, :, : of_part.shape[1]] = torch.from_numpy(of_part)
            sums = {
                layer: of_layer.double().cpu().numpy()
                for layer, of_layer in self.model.layer_sums(
                    states, is_real, marked.to(states.device)
                ).items()
            }
        return [
            (of_part.sum(axis=1), {layer: of_layer[place] for layer, of_layer in sums.items()})
            for place, of_part in enumerate(belongs)
        ]
