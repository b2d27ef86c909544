"""The tables of predictions: what is said of clips, and what pages show beside it."""

from collections.abc import Sequence

import pyarrow as pa

from emofold.face.schemas import ACTION_UNITS
from emofold.models.schemas import MODALITIES
from emofold.scores import score_columns
from emofold.tables.schema import TableSchema, columns_of


def predictions_schema(emotions: Sequence[str]) -> TableSchema:
    """Decisions of each modality, and of all together, on each clip or on each window of a clip.

    ``start`` and ``end`` are in seconds; scores are calibrated probabilities. ``is_answer`` marks
    the modality that decides: speech and face together, or the one that is left where the other
    one has nothing to go by. ``novelty`` is how far it lies from what the models learned from:
    beyond 1, further than 99 % of the clips of speakers that were held out; that of a window is its
    clip's.
    """
    return TableSchema(
        name="predictions",
        columns=columns_of(
            {
                "clip": pa.string(),
                "speaker": pa.string(),
                "modality": pa.string(),
                "start": pa.float64(),
                "end": pa.float64(),
                "is_answer": pa.bool_(),
                "predicted": pa.string(),
                "confidence": pa.float64(),
                "novelty": pa.float64(),
                **dict.fromkeys(score_columns(emotions), pa.float64()),
            },
            nullable=("speaker", "novelty"),
        ),
        key=("clip", "modality", "start"),
        allowed={"modality": MODALITIES, "predicted": tuple(emotions)},
    )


FRAMES = TableSchema(
    name="frames of predicted clips",
    columns=columns_of(
        {
            "clip": pa.string(),
            "extractor": pa.string(),
            "frame": pa.int64(),
            "timestamp": pa.float64(),
            "confidence": pa.float64(),
            "success": pa.int64(),
            "is_valid": pa.bool_(),
            **dict.fromkeys(ACTION_UNITS, pa.float64()),
        },
        nullable=ACTION_UNITS,
    ),
    key=("clip", "frame"),
)

PLAYABLE = TableSchema(
    name="playable recordings",
    columns=columns_of(
        {
            "clip": pa.string(),
            "media_type": pa.string(),
            "is_copy": pa.bool_(),
            "problem": pa.string(),
        },
        nullable=("media_type", "problem"),
    ),
    key=("clip",),
)
