"""The table of the sound of clips."""

import pyarrow as pa

from emofold.tables.schema import TableSchema, columns_of

AUDIO = TableSchema(
    name="audio",
    columns=columns_of(
        {
            "clip": pa.string(),
            "wav": pa.string(),
            "duration": pa.float64(),
            "source_digest": pa.string(),
            "wav_digest": pa.string(),
        }
    ),
    key=("clip",),
)
