"""Describe the faces of each clip by functionals over its valid frames."""

from pathlib import Path

import pandas as pd

from emofold.face.functionals import FUNCTIONALS, compute_functionals
from emofold.face.schemas import FRAMES
from emofold.runtime.job import Job
from emofold.tables import Failure, as_metadata, failures_of, read_table

with Job(snakemake) as job:
    failures, described = [], []
    for path in map(Path, snakemake.input):
        frames = read_table(path, FRAMES)
        of_shard, errors = compute_functionals(frames, snakemake.params.min_confidence)
        described.append(of_shard)
        failures.extend(failures_of([frames.attrs]))
        for clip, error in errors.items():
            job.logger.error("%s failed. %s", clip, error)
            failures.append(Failure(clip, "process_action_units", str(error)))
    table = pd.concat(described, ignore_index=True)
    job.write(table, snakemake.output[0], FUNCTIONALS, as_metadata(sorted(failures)))
