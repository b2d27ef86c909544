"""What a table must look like."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa


@dataclass(frozen=True)
class TableSchema:
    """What a table must look like.

    Attributes
    ----------
    name
        What error messages call the table.
    columns
        Names, types and nullability, in order.
    key
        The columns that tell rows apart; no two rows share their values. Empty: rows may repeat.
    allowed
        The values that a column may hold.
    metadata
        The values that the table's own metadata must hold: its key and the values allowed.
    optional
        Columns that a table may lack, such as those that only one of several tools gives.
    """

    name: str
    columns: pa.Schema
    key: tuple[str, ...] = ()
    allowed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    metadata: Mapping[str, Sequence[str]] = field(default_factory=dict)
    optional: tuple[str, ...] = ()

    def columns_among(self, names: Collection[str]) -> pa.Schema:
        """Return the columns of a table of these names: all but optional ones that it lacks."""
        lacking = {*self.optional} - {*names}
        return pa.schema([column for column in self.columns if column.name not in lacking])


def columns_of(required: Mapping[str, pa.DataType], nullable: Sequence[str] = ()) -> pa.Schema:
    """Return columns of these names and types; those named as nullable may lack values."""
    return pa.schema(
        [pa.field(name, kind, nullable=name in nullable) for name, kind in required.items()]
    )
