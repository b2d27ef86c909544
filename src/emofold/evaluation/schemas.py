"""The tables of the evaluation."""

from collections.abc import Sequence

import pyarrow as pa

from emofold.models.schemas import KINDS, MODALITIES, NORMALISED_BY, PROTOCOLS
from emofold.scores import score_columns
from emofold.tables.schema import TableSchema, columns_of

FACE_SHARE = "face_share_"
ALONE, TOGETHER = "inductive", "transductive"  # one file at a time; all files together
ANSWER = "answer"  # what is judged by: whatever there is
SHARED, ALL = "shared", "all"  # emotions to choose among: those that both know, all of the bundle

FAILURES = TableSchema(
    name="failures",
    columns=columns_of(
        dict.fromkeys(("clip", "speaker", "step", "reason"), pa.string()), ("speaker",)
    ),
)

ODDITIES = TableSchema(
    name="oddities of the data",
    columns=columns_of(
        {
            "corpus": pa.string(),
            "kind": pa.string(),
            "what": pa.string(),
            "meaning": pa.string(),
            "clips": pa.int64(),
            "examples": pa.string(),
        },
        nullable=("corpus",),
    ),
)

METRICS = TableSchema(
    name="metrics",
    columns=columns_of(
        {
            "system": pa.string(),
            "kind": pa.string(),
            "modality": pa.string(),
            "protocol": pa.string(),
            "normalised_by": pa.string(),
            "corpus": pa.string(),
            "fold": pa.int64(),
            "n": pa.int64(),
            "accuracy": pa.float64(),
            "uar": pa.float64(),
            "macro_f1": pa.float64(),
            "ci_low": pa.float64(),
            "ci_high": pa.float64(),
            "ci_method": pa.string(),
        },
        nullable=("modality", "corpus", "fold"),
    ),
    key=("system", "protocol", "corpus", "fold", "ci_method"),
    allowed={
        "kind": KINDS,
        "modality": MODALITIES,
        "protocol": PROTOCOLS,
        "normalised_by": NORMALISED_BY,
        "ci_method": ("wald", "speaker_bootstrap"),
    },
)

CONFUSION = TableSchema(
    name="confusion matrices",
    columns=columns_of(
        {
            "system": pa.string(),
            "fold": pa.int64(),
            "emotion": pa.string(),
            "predicted": pa.string(),
            "clips": pa.int64(),
        },
        nullable=("fold",),
    ),
    key=("system", "fold", "emotion", "predicted"),
)

RECALL = TableSchema(
    name="recall by emotion",
    columns=columns_of(
        {
            "system": pa.string(),
            "emotion": pa.string(),
            "n": pa.int64(),
            "recall": pa.float64(),
            "ci_low": pa.float64(),
            "ci_high": pa.float64(),
        }
    ),
    key=("system", "emotion"),
)

SPEAKERS = TableSchema(
    name="accuracy by speaker",
    columns=columns_of(
        {
            "system": pa.string(),
            "speaker": pa.string(),
            "fold": pa.int64(),
            "n": pa.int64(),
            "accuracy": pa.float64(),
        }
    ),
    key=("system", "speaker"),
)

MCNEMAR = TableSchema(
    name="McNemar tests",
    columns=columns_of(
        {
            "system_a": pa.string(),
            "system_b": pa.string(),
            "n": pa.int64(),
            "only_a_right": pa.int64(),
            "only_b_right": pa.int64(),
            "p_value": pa.float64(),
            "p_holm": pa.float64(),
        }
    ),
    key=("system_a", "system_b"),
)

CONFIDENT_ERRORS = TableSchema(
    name="most confident errors",
    columns=columns_of(
        {
            "system": pa.string(),
            "rank": pa.int64(),
            "clip": pa.string(),
            "speaker": pa.string(),
            "fold": pa.int64(),
            "emotion": pa.string(),
            "predicted": pa.string(),
            "confidence": pa.float64(),
        }
    ),
    key=("system", "rank"),
)

CALIBRATION = TableSchema(
    name="calibration",
    columns=columns_of(
        {
            "system": pa.string(),
            "bin": pa.int64(),
            "n": pa.int64(),
            "confidence": pa.float64(),
            "accuracy": pa.float64(),
        }
    ),
    key=("system", "bin"),
)

CONTRIBUTIONS = TableSchema(
    name="contributions of the modalities",
    columns=columns_of(
        {
            "fusion": pa.string(),
            "emotion": pa.string(),
            "right": pa.string(),
            "n": pa.int64(),
            "fused_right": pa.int64(),
        }
    ),
    key=("fusion", "emotion", "right"),
)

COMPARISON = TableSchema(
    name="comparison",
    columns=columns_of(
        {
            "system": pa.string(),
            "reported": pa.float64(),
            "measured": pa.float64(),
            "difference": pa.float64(),
            "source": pa.string(),
        }
    ),
    key=("system", "source"),
)

CHOICES = TableSchema(
    name="choices",
    columns=columns_of(
        {
            "system": pa.string(),
            "fold": pa.int64(),
            "candidate": pa.string(),
            "n": pa.int64(),
            "log_loss": pa.float64(),
            "accuracy": pa.float64(),
            "chosen": pa.bool_(),
            "remark": pa.string(),
        },
        nullable=("remark",),
    ),
    key=("system", "fold", "candidate"),
)

PERMUTATION = TableSchema(
    name="permutation test",
    columns=columns_of(
        {
            "system": pa.string(),
            "draw": pa.int64(),
            "n": pa.int64(),
            "accuracy": pa.float64(),
        }
    ),
    key=("system", "draw"),
)

ENROLMENT = TableSchema(
    name="enrolment curves",
    columns=columns_of(
        {
            "system": pa.string(),
            "statistics": pa.string(),
            "enrolled": pa.int64(),
            "draw": pa.int64(),
            "n": pa.int64(),
            "accuracy": pa.float64(),
        }
    ),
    key=("system", "statistics", "enrolled", "draw"),
)


OF_OTHERS = {"setting": (ALONE, TOGETHER)}

OTHER_METRICS = TableSchema(
    name="metrics on another corpus",
    columns=columns_of(
        {
            **dict.fromkeys(("setting", "judged_by", "among"), pa.string()),
            **dict.fromkeys(("emotions", "n", "speakers"), pa.int64()),
            **dict.fromkeys(("accuracy", "uar", "macro_f1", "ci_low", "ci_high"), pa.float64()),
            **dict.fromkeys(("confidence", "ece", "remarked"), pa.float64()),
        },
        nullable=("ci_low", "ci_high"),
    ),
    key=("setting", "judged_by", "among"),
    allowed={**OF_OTHERS, "judged_by": (ANSWER, *MODALITIES), "among": (SHARED, ALL)},
)

OTHER_CONFUSION = TableSchema(
    name="answers on another corpus",
    columns=columns_of(
        {
            **dict.fromkeys(("setting", "emotion", "known_as", "predicted"), pa.string()),
            "clips": pa.int64(),
            "confidence": pa.float64(),
        },
        nullable=("known_as", "confidence"),
    ),
    key=("setting", "emotion", "predicted"),
    allowed=OF_OTHERS,
)

OTHER_EMOTIONS = TableSchema(
    name="emotions of another corpus",
    columns=columns_of(
        {
            **dict.fromkeys(("setting", "emotion", "known_as"), pa.string()),
            **dict.fromkeys(("listed", "answered"), pa.int64()),
            **dict.fromkeys(("recall", "confidence", "remarked"), pa.float64()),
            "mostly": pa.string(),
            "mostly_share": pa.float64(),
        },
        nullable=("known_as", "recall", "confidence", "remarked", "mostly", "mostly_share"),
    ),
    key=("setting", "emotion"),
    allowed=OF_OTHERS,
)

OTHER_SPEAKERS = TableSchema(
    name="speakers of another corpus",
    columns=columns_of(
        {
            **dict.fromkeys(("setting", "speaker"), pa.string()),
            "n": pa.int64(),
            **dict.fromkeys(("accuracy", "confidence", "remarked"), pa.float64()),
        }
    ),
    key=("setting", "speaker"),
    allowed=OF_OTHERS,
)


def judged_schema(emotions: Sequence[str]) -> TableSchema:
    """Answers of a bundle to each clip of another corpus, beside what the sheet calls it.

    ``emotion`` is the sheet's, ``known_as`` the bundle's name for it, if it has one. In the setting
    ``inductive`` each clip was given alone; in ``transductive`` all were given together, to models
    that normalise clips by one another. The other columns are those of predictions.
    """
    return TableSchema(
        name="judged clips of another corpus",
        columns=columns_of(
            {
                **dict.fromkeys(("setting", "clip", "speaker", "emotion"), pa.string()),
                **dict.fromkeys(("known_as", "modality"), pa.string()),
                "is_answer": pa.bool_(),
                "predicted": pa.string(),
                **dict.fromkeys(("confidence", "novelty"), pa.float64()),
                **dict.fromkeys(score_columns(emotions), pa.float64()),
            },
            nullable=("known_as", "novelty"),
        ),
        key=("setting", "clip", "modality"),
        allowed={
            **OF_OTHERS,
            "modality": MODALITIES,
            "known_as": tuple(emotions),
            "predicted": tuple(emotions),
        },
    )


def clip_facts_schema(extractors: Sequence[str]) -> TableSchema:
    """Each clip's recording: its length, rates and level, and valid frames by extractor."""
    text, number = pa.string(), pa.float64()
    measured = {
        "duration": number,
        "sample_rate": pa.int64(),
        "frame_rate": number,
        **dict.fromkeys(("level", "peak", "clipped"), number),
        "wav_digest": text,
        **{f"{FACE_SHARE}{extractor}": number for extractor in extractors},
    }
    return TableSchema(
        name="facts of the clips",
        columns=columns_of(
            {**dict.fromkeys(("clip", "corpus", "speaker", "emotion"), text), **measured},
            nullable=tuple(measured),
        ),
        key=("clip",),
    )
