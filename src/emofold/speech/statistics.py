"""Encoders that describe a clip by statistics of its sound: no weights, one vector a clip."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE, read_wav
from emofold.media.containers import REPLACE
from emofold.speech.progress import Progress

ONLY_LAYER = 0
SHORTEST_SECONDS = 0.05


class StatisticsEncoder:
    """Encode clips one by one; see :class:`emofold.speech.encoders.SpeechEncoder`.

    Parameters
    ----------
    features
        Given float32 samples at 16 kHz, shape (samples,), returns a vector.
    """

    def __init__(self, features: Callable[[np.ndarray], np.ndarray]) -> None:
        self.features = features

    def embed(
        self, clips: Mapping[str, Path]
    ) -> Iterator[tuple[str, dict[int, np.ndarray] | InputError]]:
        """Yield each clip with its vector, or with why it has none."""
        progress = Progress(len(clips))
        for clip, path in clips.items():
            try:
                samples = read_wav(path)
                vector = self._checked_features(samples, path)
            except InputError as error:
                yield clip, error
                continue
            progress.add(samples.size / SAMPLE_RATE)
            yield clip, {ONLY_LAYER: vector}
        progress.tell()

    def _checked_features(self, samples: np.ndarray, path: Path) -> np.ndarray:
        seconds = samples.size / SAMPLE_RATE
        if seconds < SHORTEST_SECONDS:
            raise InputError(
                f"{path} of {seconds:.3f} s", f"at least {SHORTEST_SECONDS} s of sound", REPLACE
            )
        vector = self.features(samples).astype(np.float32)
        if not np.isfinite(vector).all():
            raise InputError(
                f"{path} has features that are no finite numbers",
                "a longer sound, with a voice in it",
                REPLACE,
            )
        return vector
