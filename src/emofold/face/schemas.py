"""The tables of faces, and the Action Units that are their columns."""

import pyarrow as pa

from emofold.tables.schema import TableSchema, columns_of

AU_INTENSITIES = tuple(
    f"AU{number:02d}_r" for number in (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 45)
)

AU_PRESENCES = tuple(
    f"AU{number:02d}_c"
    for number in (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 28, 45)
)

ACTION_UNITS = AU_INTENSITIES + AU_PRESENCES

FRAME_COLUMNS = ("frame", "timestamp", "confidence", "success", *ACTION_UNITS)

FRAMES = TableSchema(
    name="Action Unit frames",
    columns=columns_of(
        {
            "clip": pa.string(),
            "frame": pa.int64(),
            "timestamp": pa.float64(),
            "confidence": pa.float64(),
            "success": pa.int64(),
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
