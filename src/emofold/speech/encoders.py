"""The speech encoders that a config can name."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from emofold.errors import InputError, errors_of_one, explain_machine

KINDS = ("acoustic", "egemaps", "transformer")
BATCH_DURATION_OF_GPU = 60.0  # seconds; on a CPU batches gain nothing

Vectors = dict[str, dict[int, np.ndarray]]

logger = logging.getLogger(__name__)


class SpeechEncoder(Protocol):
    """What turns sound into vectors, in one pass for all views of a model.

    A view is an embedding: what is kept of the pass. Its vectors are all of one length.
    """

    def embed(
        self, sounds: Mapping[str, np.ndarray], rate: int
    ) -> Iterator[tuple[str, Vectors | InputError]]:
        """Yield each clip, in any order, with its vectors.

        Parameters
        ----------
        sounds
            The samples of each clip, int16 or float32 within [-1, 1], shape (samples,); looked at
            one clip after the other, so that a mapping may open them as they are asked for.
        rate
            How many samples a second has; the encoders of emofold work at 16 kHz.

        Yields
        ------
        tuple of str and (dict or InputError)
            The clip, and by view a float32 vector of each layer; or why this clip has none. The
            layer -1 is the convolutional front end, 0 the input of the first transformer layer, and
            i the output of the i-th one. An encoder without layers calls its only one 0.

        Raises
        ------
        InputError
            When the rate is another one.
        """
        ...


def embed_each(
    encoder: SpeechEncoder, sounds: Mapping[str, np.ndarray], rate: int
) -> Iterator[tuple[str, Vectors | InputError]]:
    """Yield what the encoder does; what one clip of a batch throws costs the others nothing."""
    waiting = dict.fromkeys(sounds)
    try:
        for clip, layers in encoder.embed(sounds, rate):
            del waiting[clip]
            yield clip, layers
    except Exception as error:
        if isinstance(error, InputError) or explain_machine(error) is not None:
            raise
        logger.warning("unexpected error: the clips are embedded one by one", exc_info=error)
        for clip in waiting:
            try:
                with errors_of_one(clip):
                    yield from encoder.embed({clip: sounds[clip]}, rate)
            except InputError as reason:
                yield clip, reason


def make_encoder(views: Mapping[str, Mapping[str, Any]], threads: int) -> SpeechEncoder:
    """Return the encoder that rows of the config describe, which are views of one model.

    Parameters
    ----------
    views
        By the name of each, ``{"kind": "acoustic"}``, ``{"kind": "egemaps"}``, or ``{"kind":
        "transformer", "model": folder, "layers": "cnn", "all", an integer or a list of integers,
        "pooling": "mean" or "thirds"}``; all of one kind, and of one model.
    threads
        How many threads a transformer may use.

    Raises
    ------
    InputError
        When the kind is unknown, the model cannot be used, or a package is missing.
    """
    first, *_ = views.values()
    match first["kind"]:
        case "acoustic":
            from emofold.speech.acoustic import compute_acoustic_features  # noqa: PLC0415
            from emofold.speech.statistics import StatisticsEncoder  # noqa: PLC0415

            return StatisticsEncoder(compute_acoustic_features, views)
        case "egemaps":
            from emofold.speech.egemaps import make_egemaps  # noqa: PLC0415
            from emofold.speech.statistics import StatisticsEncoder  # noqa: PLC0415

            return StatisticsEncoder(make_egemaps(), views)
        case "transformer":
            from emofold.pretrained.layers import choose_layers  # noqa: PLC0415
            from emofold.speech.pretrained import load_model  # noqa: PLC0415
            from emofold.speech.transformer import TransformerEncoder, View  # noqa: PLC0415

            model = load_model(Path(first["model"]), *(row["layers"] for row in views.values()))
            wanted = {
                name: View(choose_layers(row["layers"], model.depth), row.get("pooling", "mean"))
                for name, row in views.items()
            }
            on_gpu = model.network.device.type == "cuda"
            batch_duration = BATCH_DURATION_OF_GPU if on_gpu else 0.0
            return TransformerEncoder(model, wanted, batch_duration, threads)
        case unknown:
            raise InputError(
                f"an encoder of the kind {unknown!r}",
                f"one of {', '.join(KINDS)}",
                "mend `kind` in the config",
            )
