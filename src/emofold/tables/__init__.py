"""The tables that rules hand to one another: their schemas, their only reader and writer."""

from emofold.tables.joining import check_same_clips, join_by_clip
from emofold.tables.schemas import ACTION_UNITS, TableSchema, score_columns
from emofold.tables.storage import open_parquet, read_table, write_table, written_whole

__all__ = [
    "ACTION_UNITS",
    "TableSchema",
    "check_same_clips",
    "join_by_clip",
    "open_parquet",
    "read_table",
    "score_columns",
    "write_table",
    "written_whole",
]
