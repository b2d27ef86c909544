"""The table of the vectors of encoders."""

import pyarrow as pa

from emofold.tables.schema import TableSchema, columns_of


def embeddings_schema(size: int) -> TableSchema:
    """One encoder's vectors of `size` numbers, one per clip and layer."""
    return TableSchema(
        name="embeddings",
        columns=columns_of(
            {
                "clip": pa.string(),
                "layer": pa.int64(),
                "embedding": pa.list_(pa.field("item", pa.float32()), size),
                "duration": pa.float64(),
                "source_digest": pa.string(),
            }
        ),
        key=("clip", "layer"),
    )
