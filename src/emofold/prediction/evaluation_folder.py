"""A folder with the tables of an evaluation, moved there when all of them are made."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from emofold.errors import InputError, listing
from emofold.evaluation.schemas import judged_schema
from emofold.prediction.bundle_evaluation import PREDICTIONS, SCHEMAS, BundleEvaluation
from emofold.prediction.folder import find_nearest_folder, is_own_table
from emofold.runtime.ending import postponed_end
from emofold.runtime.scratch import scratch_folder
from emofold.tables import write_table

SCRATCH = ".emofold-evaluate-"


def check_own_tables(folder: Path, emotions: Sequence[str]) -> None:
    """Raise an :class:`InputError` where tables would take the place of somebody else's files.

    Parameters
    ----------
    folder
        Where the tables are to go.
    emotions
        The emotions of the bundle.
    """
    find_nearest_folder(folder)
    schemas = {PREDICTIONS: judged_schema(emotions), **SCHEMAS}
    foreign = [
        f"{name}.parquet"
        for name, schema in schemas.items()
        if not is_own_table(folder / f"{name}.parquet", schema)
    ]
    if foreign:
        raise InputError(
            f"in {folder} what emofold has not written there as an evaluation: {listing(foreign)}",
            "a new folder for the tables, or that of an earlier evaluation",
            "name another folder, or move these files",
        )


def write_evaluation(
    evaluation: BundleEvaluation, folder: Path, provenance: Mapping[str, Any]
) -> None:
    """Write the tables of an evaluation into a folder, all of them or none."""
    with scratch_folder(find_nearest_folder(folder), SCRATCH) as scratch:
        results = scratch / "results"
        for name, table in evaluation.tables.items():
            path, schema = results / f"{name}.parquet", evaluation.schemas[name]
            write_table(table, path, schema, evaluation.metadata, provenance)
        with postponed_end():
            folder.mkdir(parents=True, exist_ok=True)
            for file in sorted(results.iterdir()):
                file.replace(folder / file.name)
