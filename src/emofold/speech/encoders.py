"""The speech encoders that a config can name."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from emofold.errors import InputError

KINDS = ("acoustic", "egemaps", "transformer")
BATCH_SECONDS = 60.0


class SpeechEncoder(Protocol):
    """What turns wav files into vectors, all of one length."""

    def embed(
        self, clips: Mapping[str, Path]
    ) -> Iterator[tuple[str, dict[int, np.ndarray] | InputError]]:
        """Yield each clip, in any order, with its vectors.

        Parameters
        ----------
        clips
            The 16 kHz mono wav of each clip.

        Yields
        ------
        tuple of str and (dict or InputError)
            The clip, and a float32 vector of each layer; or why this clip has none. The layer
            -1 is the convolutional front end, 0 the input of the first transformer layer, and i
            the output of the i-th one. An encoder without layers calls its only one 0.
        """
        ...


def make_encoder(settings: Mapping[str, Any], threads: int) -> SpeechEncoder:
    """Return the encoder that a row of the config describes.

    Parameters
    ----------
    settings
        ``{"kind": "acoustic"}``, ``{"kind": "egemaps"}``, or ``{"kind": "transformer", "model":
        folder, "layers": "cnn", "all", an integer or a list of integers, "pooling": "mean" or
        "thirds", "batch_seconds": 60}``.
    threads
        How many threads a transformer may use.

    Raises
    ------
    InputError
        When the kind is unknown, the model cannot be used, or a package is missing.
    """
    match settings["kind"]:
        case "acoustic":
            from emofold.speech.acoustic import acoustic_features  # noqa: PLC0415
            from emofold.speech.statistics import StatisticsEncoder  # noqa: PLC0415

            return StatisticsEncoder(acoustic_features)
        case "egemaps":
            from emofold.speech.egemaps import egemaps_features  # noqa: PLC0415
            from emofold.speech.statistics import StatisticsEncoder  # noqa: PLC0415

            return StatisticsEncoder(egemaps_features())
        case "transformer":
            from emofold.speech.pretrained import load_model  # noqa: PLC0415
            from emofold.speech.transformer import TransformerEncoder  # noqa: PLC0415

            model = load_model(Path(settings["model"]), settings["layers"])
            return TransformerEncoder(
                model,
                settings.get("batch_seconds", BATCH_SECONDS),
                threads,
                settings.get("pooling", "mean"),
            )
        case unknown:
            raise InputError(
                f"an encoder of the kind {unknown!r}",
                f"one of {', '.join(KINDS)}",
                "mend `kind` in the config",
            )
