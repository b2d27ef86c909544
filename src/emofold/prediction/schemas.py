"""The columns of the tables of predictions."""

from collections.abc import Sequence

import pyarrow as pa

from emofold.models.schemas import MODALITIES
from emofold.tables.schema import TableSchema, columns_of


def probability_columns(emotions: Sequence[str]) -> list[str]:
    """Return the names of the columns of calibrated probabilities.

    Examples
    --------
    >>> probability_columns(["calm", "happy"])
    ['probability_calm', 'probability_happy']
    """
    return [f"probability_{emotion}" for emotion in emotions]


def predictions_schema(emotions: Sequence[str]) -> TableSchema:
    """Decisions of each branch and of the fusion on each clip, or on each window of a clip.

    ``start`` and ``end`` are in seconds; ``is_answer`` marks the modality that decides: the fusion,
    or the branch that is left where the other one has nothing to go by.
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
                "emotion": pa.string(),
                "confidence": pa.float64(),
                **dict.fromkeys(probability_columns(emotions), pa.float64()),
            },
            nullable=("speaker",),
        ),
        key=("clip", "modality", "start"),
        allowed={"modality": MODALITIES, "emotion": tuple(emotions)},
    )
