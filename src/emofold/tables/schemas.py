"""The columns of every table that one rule hands to another."""

from collections.abc import Sequence

import pyarrow as pa

from emofold.tables.schema import TableSchema, columns_of, score_columns

AU_INTENSITIES = tuple(
    f"AU{number:02d}_r" for number in (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 45)
)
AU_PRESENCES = tuple(
    f"AU{number:02d}_c"
    for number in (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 28, 45)
)
ACTION_UNITS = AU_INTENSITIES + AU_PRESENCES

STAGES = ("speech", "face", "fusion", "baseline")
PROTOCOLS = (  # the least strict first
    "paper",
    "cross-fitted",
    "nested",
)
SPLITS = ("train", "test")
SCALES = ("logit", "probability")


def clips(emotions: Sequence[str]) -> TableSchema:
    """Every clip of the corpus: who speaks, what is felt, and the fold that tests it."""
    text = pa.string()
    return TableSchema(
        name="clips",
        columns=columns_of(
            {
                **{"clip": text, "speaker": text, "emotion": text},
                **{"media": text, "action_units": text},
                **{"intensity": text, "statement": text, "repetition": pa.int64()},
                "fold": pa.int64(),
            },
            nullable=("media", "action_units", "intensity", "statement", "repetition"),
        ),
        key=("clip",),
        allowed={"emotion": tuple(emotions)},
    )


AUDIO = TableSchema(
    name="audio",
    columns=columns_of(
        {
            **{"clip": pa.string(), "wav": pa.string(), "seconds": pa.float64()},
            **{"source_digest": pa.string(), "wav_digest": pa.string()},
        }
    ),
    key=("clip",),
)


def embeddings(size: int) -> TableSchema:
    """One encoder's vectors of `size` numbers, one for each clip and layer."""
    return TableSchema(
        name="embeddings",
        columns=columns_of(
            {
                **{"clip": pa.string(), "layer": pa.int64()},
                "embedding": pa.list_(pa.field("item", pa.float32()), size),
                **{"seconds": pa.float64(), "source_digest": pa.string()},
            }
        ),
        key=("clip", "layer"),
    )


FRAMES = TableSchema(
    name="Action Unit frames",
    columns=columns_of(
        {
            **{"clip": pa.string(), "frame": pa.int64(), "timestamp": pa.float64()},
            **{"confidence": pa.float64(), "success": pa.int64()},
            **dict.fromkeys(ACTION_UNITS, pa.float64()),
        },
        nullable=ACTION_UNITS,
    ),
    key=("clip", "frame"),
)

MEANS = TableSchema(
    name="Action Unit means",
    columns=columns_of(
        {
            "clip": pa.string(),
            "frames_used": pa.int64(),
            **dict.fromkeys(ACTION_UNITS, pa.float64()),
        },
        nullable=("frames_used", *ACTION_UNITS),
    ),
    key=("clip",),
)

ATTENTION = TableSchema(
    name="attention",
    columns=columns_of(
        {
            **{"clip": pa.string(), "frame": pa.int64()},
            **{"timestamp": pa.float64(), "weight": pa.float64()},
        }
    ),
    key=("clip", "frame"),
)

LEARNING = TableSchema(
    name="learning curve",
    columns=columns_of(
        {
            **{"epoch": pa.int64(), "learning_rate": pa.float64(), "training_loss": pa.float64()},
            **{"validation_loss": pa.float64(), "validation_accuracy": pa.float64()},
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
            **{"candidate": pa.string(), "n": pa.int64()},
            **{"log_loss": pa.float64(), "accuracy": pa.float64(), "chosen": pa.bool_()},
        }
    ),
    key=("candidate",),
)

FAILURES = TableSchema(
    name="failures",
    columns=columns_of(
        dict.fromkeys(("clip", "speaker", "step", "reason"), pa.string()), ("speaker",)
    ),
)


def posteriors(emotions: Sequence[str]) -> TableSchema:
    """One model's score of each emotion for each clip of one fold, training clips included."""
    return TableSchema(
        name="posteriors",
        columns=columns_of(
            {
                **{"clip": pa.string(), "fold": pa.int64()},
                **{"split": pa.string(), "emotion": pa.string()},
                **dict.fromkeys(score_columns(emotions), pa.float64()),
            }
        ),
        key=("clip",),
        allowed={"split": SPLITS, "emotion": tuple(emotions)},
        metadata={"scale": SCALES, "stage": STAGES, "protocol": PROTOCOLS},
    )


METRICS = TableSchema(
    name="metrics",
    columns=columns_of(
        {
            **{"system": pa.string(), "stage": pa.string(), "protocol": pa.string()},
            **{"speaker_norm": pa.bool_(), "fold": pa.int64(), "n": pa.int64()},
            **{"accuracy": pa.float64(), "uar": pa.float64(), "macro_f1": pa.float64()},
            **{"ci_low": pa.float64(), "ci_high": pa.float64(), "ci_method": pa.string()},
        },
        nullable=("fold",),
    ),
    key=("system", "fold", "ci_method"),
    allowed={"stage": STAGES, "protocol": PROTOCOLS, "ci_method": ("wald", "speaker_bootstrap")},
)

COMPARISON = TableSchema(
    name="comparison",
    columns=columns_of(
        {
            **{"system": pa.string(), "reported": pa.float64(), "measured": pa.float64()},
            **{"difference": pa.float64(), "source": pa.string()},
        }
    ),
    key=("system", "source"),
)

CHOICES = TableSchema(
    name="choices",
    columns=columns_of(
        {
            **{"system": pa.string(), "fold": pa.int64(), "candidate": pa.string()},
            **{"n": pa.int64(), "log_loss": pa.float64(), "accuracy": pa.float64()},
            "chosen": pa.bool_(),
        }
    ),
    key=("system", "fold", "candidate"),
)

CALIBRATION = TableSchema(
    name="calibration",
    columns=columns_of(
        {
            **{"system": pa.string(), "bin": pa.int64(), "n": pa.int64()},
            **{"confidence": pa.float64(), "accuracy": pa.float64()},
        }
    ),
    key=("system", "bin"),
)

CONTRIBUTIONS = TableSchema(
    name="contributions of the branches",
    columns=columns_of(
        {
            **{"fusion": pa.string(), "emotion": pa.string(), "right": pa.string()},
            **{"n": pa.int64(), "fused_right": pa.int64()},
        }
    ),
    key=("fusion", "emotion", "right"),
)

PERMUTATION = TableSchema(
    name="permutation test",
    columns=columns_of(
        {
            **{"system": pa.string(), "draw": pa.int64()},
            **{"n": pa.int64(), "accuracy": pa.float64()},
        }
    ),
    key=("system", "draw"),
)

KNOWN_CLIPS = TableSchema(
    name="accuracy by known clips",
    columns=columns_of(
        {
            **{"system": pa.string(), "statistics": pa.string()},
            **{"known": pa.int64(), "draw": pa.int64()},
            **{"n": pa.int64(), "accuracy": pa.float64()},
        }
    ),
    key=("system", "statistics", "known", "draw"),
)

CONFUSION = TableSchema(
    name="confusion matrices",
    columns=columns_of(
        {
            **{"system": pa.string(), "fold": pa.int64()},
            **{"emotion": pa.string(), "predicted": pa.string(), "clips": pa.int64()},
        },
        nullable=("fold",),
    ),
    key=("system", "fold", "emotion", "predicted"),
)

RECALL = TableSchema(
    name="recall by emotion",
    columns=columns_of(
        {
            **{"system": pa.string(), "emotion": pa.string(), "n": pa.int64()},
            **{"recall": pa.float64(), "ci_low": pa.float64(), "ci_high": pa.float64()},
        }
    ),
    key=("system", "emotion"),
)

SPEAKERS = TableSchema(
    name="accuracy by speaker",
    columns=columns_of(
        {
            **{"system": pa.string(), "speaker": pa.string(), "fold": pa.int64()},
            **{"n": pa.int64(), "accuracy": pa.float64()},
        }
    ),
    key=("system", "speaker"),
)

MCNEMAR = TableSchema(
    name="McNemar tests",
    columns=columns_of(
        {
            **{"system_a": pa.string(), "system_b": pa.string(), "n": pa.int64()},
            **{"only_a_right": pa.int64(), "only_b_right": pa.int64()},
            **{"p_value": pa.float64(), "p_holm": pa.float64()},
        }
    ),
    key=("system_a", "system_b"),
)

CONFIDENT_ERRORS = TableSchema(
    name="most confident errors",
    columns=columns_of(
        {
            **{"system": pa.string(), "rank": pa.int64(), "clip": pa.string()},
            **{"speaker": pa.string(), "fold": pa.int64(), "emotion": pa.string()},
            **{"predicted": pa.string(), "confidence": pa.float64()},
        }
    ),
    key=("system", "rank"),
)
