"""Collect the predictions of all groups of clips into one table, and their timelines."""

from pathlib import Path

import pandas as pd

from emofold.prediction.schemas import predictions_schema
from emofold.runtime.job import Job
from emofold.tables import as_metadata, failures_of, read_table

with Job(snakemake) as job:
    schema = predictions_schema(snakemake.params.emotions)
    for name, output in snakemake.output.items():
        tables = [read_table(Path(group, f"{name}.parquet"), schema) for group in snakemake.input]
        metadata = {
            **as_metadata(failures_of(table.attrs for table in tables)),
            "remarks": {k: v for table in tables for k, v in table.attrs["remarks"].items()},
            "note": tables[0].attrs["note"],
        }
        job.write(pd.concat(tables, ignore_index=True), output, schema, metadata)
