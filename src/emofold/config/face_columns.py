"""What of a face a config lets models see: whether their extractors measure it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from emofold.errors import listing, nearest
from emofold.face.columns import find_unknown_columns
from emofold.face.schemas import ACTION_UNITS, AU_INTENSITIES, COLUMN_GROUPS, OF_MEDIAPIPE

MEASURED = {  # by other kinds: ACTION_UNITS
    "mediapipe": AU_INTENSITIES + OF_MEDIAPIPE,
    "pyfaceau": AU_INTENSITIES,
}
TABLES_OF_FACES = ("face/means/", "face/functionals/")
FUNCTIONALS = "face/functionals/"


def find_problems_of_columns(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield which `columns` and `pooling` of models their tables do not have."""
    kinds = {row["name"]: row["kind"] for row in config["face"]["extractors"]}
    for row in config["models"]:
        kind = kinds.get(Path(row["features"]).name, "published")
        wanted = {
            key: [row[key], *row["param_grid"].get(key, [])] for key in ("columns", "pooling")
        }
        yield from _check_tables(row, wanted)
        for columns in wanted["columns"]:
            yield from _check_columns(row["name"], columns, kind)
    for row in config["sequence_models"]:
        yield from _check_columns(row["name"], row["columns"], kinds.get(row["extractor"], ""))


def _check_tables(row: Mapping[str, Any], wanted: Mapping[str, list[Any]]) -> Iterator[str]:
    for key, tables in (("columns", TABLES_OF_FACES), ("pooling", (FUNCTIONALS,))):
        if any(one is not None for one in wanted[key]) and not row["features"].startswith(tables):
            yield (
                f"`{key}` of the model `{row['name']}`, whose `features` are {row['features']}: it "
                f"belongs to {' and '.join(f'{table}<extractor>' for table in tables)}"
            )


def _check_columns(name: str, columns: Any, kind: str) -> Iterator[str]:
    measured = MEASURED.get(kind, ACTION_UNITS)
    every = [*COLUMN_GROUPS, *ACTION_UNITS, *OF_MEDIAPIPE]
    for one in find_unknown_columns([] if columns is None else columns, measured):
        if find_unknown_columns(one, every):
            yield (
                f"`columns` of the model `{name}` has `{one}`, which is none{nearest(one, every)} "
                f"(known: {listing(COLUMN_GROUPS)}, and names and patterns of columns)"
            )
        else:
            yield f"`columns` of the model `{name}` has `{one}`, which {kind} does not measure"
