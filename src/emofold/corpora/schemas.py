"""The table of clips."""

from collections.abc import Sequence

import pyarrow as pa

from emofold.tables.schema import TableSchema, columns_of


def clips_schema(emotions: Sequence[str]) -> TableSchema:
    """Every clip of the corpus: who speaks, what is felt, and the fold that tests it."""
    text = pa.string()
    return TableSchema(
        name="clips",
        columns=columns_of(
            {
                "clip": text,
                "speaker": text,
                "emotion": text,
                "media": text,
                "action_units": text,
                "intensity": text,
                "statement": text,
                "repetition": pa.int64(),
                "fold": pa.int64(),
            },
            nullable=("media", "action_units", "intensity", "statement", "repetition"),
        ),
        key=("clip",),
        allowed={"emotion": tuple(emotions)},
    )
