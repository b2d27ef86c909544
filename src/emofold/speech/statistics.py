"""Encoders that describe a clip by statistics of its sound: no weights, one vector per clip."""

from collections.abc import Callable, Collection, Iterator, Mapping

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
    views
        The names of the embeddings, which are all the same.
    """

    def __init__(
        self, features: Callable[[np.ndarray], np.ndarray], views: Collection[str]
    ) -> None:
        self.features, self.views = features, views

    def embed(
        self, sounds: Mapping[str, np.ndarray], rate: int
    ) -> Iterator[tuple[str, dict[str, dict[int, np.ndarray]] | InputError]]:
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
            yield clip, {view: {ONLY_LAYER: vector} for view in self.views}
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
