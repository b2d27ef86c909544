"""The tables of the trained models."""

from collections.abc import Iterable, Sequence

import pyarrow as pa

from emofold.scores import score_columns
from emofold.tables.schema import TableSchema, columns_of

MODALITIES = ("speech", "face", "speech+face")
KINDS = ("model", "fusion", "baseline")
NORMALISED_BY = ("none", "speaker", "corpus")  # what sees the fewest clips first
DESCRIPTION = ("kind", "modality", "protocol", "normalised_by")  # what every system is described by

LEAVE_ONE_CORPUS_OUT = "leave one corpus out"
PROTOCOLS = (  # the least strict first
    "paper",
    "cross-fitted",
    "nested",
    LEAVE_ONE_CORPUS_OUT,
)

SPLITS = ("train", "test")

SCALES = ("logit", "probability")


def join_modalities(modalities: Iterable[str]) -> str:
    """Return the modality of a system whose members see these.

    Examples
    --------
    >>> join_modalities(["face", "speech", "face"])
    'speech+face'
    """
    seen = {part for modality in modalities for part in modality.split("+")}
    return "+".join(sorted(seen, key=MODALITIES.index))


def states_schema(size: int) -> TableSchema:
    """One network's state of each clip, of which it makes the scores: `size` numbers."""
    return TableSchema(
        name="states of clips",
        columns=columns_of(
            {"clip": pa.string(), "state": pa.list_(pa.field("item", pa.float32()), size)}
        ),
        key=("clip",),
    )


def posteriors_schema(emotions: Sequence[str]) -> TableSchema:
    """One model's score of each emotion for each clip of one fold, training clips included."""
    return TableSchema(
        name="posteriors",
        columns=columns_of(
            {
                "clip": pa.string(),
                "fold": pa.int64(),
                "split": pa.string(),
                "emotion": pa.string(),
                **dict.fromkeys(score_columns(emotions), pa.float64()),
            }
        ),
        key=("clip",),
        allowed={"split": SPLITS, "emotion": tuple(emotions)},
        metadata={
            "scale": SCALES,
            "kind": KINDS,
            "modality": MODALITIES,
            "protocol": PROTOCOLS,
            "normalised_by": NORMALISED_BY,
        },
    )


ATTENTION = TableSchema(
    name="attention",
    columns=columns_of(
        {
            "clip": pa.string(),
            "frame": pa.int64(),
            "timestamp": pa.float64(),
            "weight": pa.float64(),
        }
    ),
    key=("clip", "frame"),
)

LEARNING = TableSchema(
    name="learning curve",
    columns=columns_of(
        {
            "epoch": pa.int64(),
            "learning_rate": pa.float64(),
            "training_loss": pa.float64(),
            "validation_loss": pa.float64(),
            "validation_accuracy": pa.float64(),
            "chosen": pa.bool_(),
        },
        nullable=("validation_loss", "validation_accuracy"),
    ),
    key=("epoch",),
)

TRIED = TableSchema(
    name="candidates tried",
    columns=columns_of(
        {
            "candidate": pa.string(),
            "n": pa.int64(),
            "log_loss": pa.float64(),
            "accuracy": pa.float64(),
            "chosen": pa.bool_(),
        }
    ),
    key=("candidate",),
)
