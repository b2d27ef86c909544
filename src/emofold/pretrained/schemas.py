"""The table of the vectors of encoders."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from emofold.tables import embedding_size
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


def schema_of_table(path: Path) -> TableSchema:
    """Return the schema of a table of embeddings that may not be there yet."""
    return embeddings_schema(embedding_size(path) or 1)


def schema_of_rows(rows: pd.DataFrame) -> TableSchema:
    """Return the schema of the rows of a table of embeddings, of which there may be none."""
    return embeddings_schema(len(rows["embedding"].iloc[0]) if len(rows) else 1)


def tabulate_vectors(
    layers: Mapping[int, np.ndarray], duration: float, source: str
) -> pd.DataFrame:
    """Return the rows of a clip but for its name.

    Parameters
    ----------
    layers
        The vector of each layer.
    duration
        How long the clip lasts, in seconds.
    source
        The digest of what was looked at.
    """
    return pd.DataFrame(
        {
            "layer": list(layers),
            "embedding": [vector.tolist() for vector in layers.values()],
            "duration": duration,
            "source_digest": source,
        }
    )
