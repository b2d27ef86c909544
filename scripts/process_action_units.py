"""Average the Action Units of each clip over its valid frames."""

from pathlib import Path

import pandas as pd

from emofold.face.means import average_action_units
from emofold.face.schemas import FRAMES, MEANS
from emofold.runtime.job import Job
from emofold.tables import Failure, as_metadata, failures_of, read_table

with Job(snakemake) as job:
    failures, means = [], []
    for path in map(Path, snakemake.input):
        frames = read_table(path, FRAMES)
        of_shard, errors = average_action_units(frames, snakemake.params.min_confidence)
        means.append(of_shard)
        failures.extend(failures_of([frames.attrs]))
        for clip, error in errors.items():
            job.logger.error("%s failed. %s", clip, error)
            failures.append(Failure(clip, snakemake.rule, str(error)))
    table = pd.concat(means, ignore_index=True)
    job.write(table, snakemake.output[0], MEANS, as_metadata(sorted(failures)))
