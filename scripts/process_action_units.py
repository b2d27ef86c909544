"""Average the Action Units of each clip over its valid frames."""

from pathlib import Path

from emofold.face.means import average_action_units
from emofold.face.schemas import FRAMES, MEANS
from emofold.face.shards import summarise_shards
from emofold.runtime.job import Job
from emofold.tables import as_metadata, read_table

with Job(snakemake) as job:
    shards = (read_table(Path(path), FRAMES) for path in snakemake.input)
    table, failures = summarise_shards(
        shards, average_action_units, snakemake.params.min_confidence
    )
    job.write(table, snakemake.output[0], MEANS, as_metadata(failures))
