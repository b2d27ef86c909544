"""The tables that rules hand to one another: their schemas, their only reader and writer."""

from emofold.tables.failures import Failure, as_metadata, failures_of, without_failed
from emofold.tables.joining import check_same_clips, join_by_clip
from emofold.tables.schema import TableSchema
from emofold.tables.shards import ShardUpdate, source_digests
from emofold.tables.storage import (
    embedding_size,
    open_parquet,
    read_given_table,
    read_metadata,
    read_table,
    write_table,
)

__all__ = [
    "Failure",
    "ShardUpdate",
    "TableSchema",
    "as_metadata",
    "check_same_clips",
    "embedding_size",
    "failures_of",
    "join_by_clip",
    "open_parquet",
    "read_given_table",
    "read_metadata",
    "read_table",
    "source_digests",
    "without_failed",
    "write_table",
]
