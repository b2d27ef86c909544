"""Describe the faces of each clip by functionals over its valid frames."""

from pathlib import Path

from emofold.face.functionals import FUNCTIONALS, compute_functionals
from emofold.face.schemas import FRAMES
from emofold.face.shards import summarise_shards
from emofold.runtime.job import Job
from emofold.tables import as_metadata, read_table

with Job(snakemake) as job:
    shards = (read_table(Path(path), FRAMES) for path in snakemake.input)
    table, failures = summarise_shards(shards, compute_functionals, snakemake.params.min_confidence)
    job.write(table, snakemake.output[0], FUNCTIONALS, as_metadata(failures))
