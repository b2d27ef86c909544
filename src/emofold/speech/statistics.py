"""Encoders that describe a clip by statistics of its sound: no weights, one vector per clip."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from emofold.errors import InputError
from emofold.media.audio import check_rate, to_float
from emofold.media.containers import REPLACE
from emofold.speech.progress import Progress

ONLY_LAYER = 0
MIN_DURATION = 0.05  # seconds


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
        self, sounds: Mapping[str, np.ndarray], rate: int
    ) -> Iterator[tuple[str, dict[int, np.ndarray] | InputError]]:
        """Yield each clip with its vector, or with why it has none."""
        check_rate(rate)
        progress = Progress(len(sounds))
        for clip, samples in sounds.items():
            try:
                vector = self._embed_clip(clip, samples, samples.size / rate)
            except InputError as error:
                yield clip, error
                continue
            progress.add(samples.size / rate)
            yield clip, {ONLY_LAYER: vector}
        progress.log()

    def _embed_clip(self, clip: str, samples: np.ndarray, duration: float) -> np.ndarray:
        if duration < MIN_DURATION:
            raise InputError(
                f"{duration:.3f} s of sound in {clip}", f"at least {MIN_DURATION} s", REPLACE
            )
        vector = self.features(to_float(samples)).astype(np.float32)
        if not np.isfinite(vector).all():
            raise InputError(
                f"features of {clip} that are no finite numbers",
                "a longer sound, with a voice in it",
                REPLACE,
            )
        return vector
