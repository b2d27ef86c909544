"""Collect the predictions of all groups of clips into one table, and their timelines."""

from pathlib import Path

from emofold.prediction.schemas import predictions_schema
from emofold.prediction.tables import collect_table
from emofold.runtime.job import Job

with Job(snakemake) as job:
    schema = predictions_schema(snakemake.params.emotions)
    for name, output in snakemake.output.items():
        table, metadata = collect_table(map(Path, snakemake.input), name)
        job.write(table, output, schema, metadata)
