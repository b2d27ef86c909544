"""Shuffle the emotions within each speaker, and run the nested chain of a fusion again."""

from pathlib import Path

import pandas as pd

from emofold.evaluation.chains import Chain, read_members, shuffle_emotions
from emofold.evaluation.schemas import PERMUTATION
from emofold.runtime.job import Job

with Job(snakemake) as job:
    params = snakemake.params
    members, clips = read_members(Path(snakemake.input.clips), params.models, params.emotions)
    rows = []
    for draw in range(params.draws):
        chain = Chain(
            members,
            params.fusion,
            shuffle_emotions(clips, draw, params.seed),
            params.emotions,
            seed=params.seed,
            threads=snakemake.threads,
        )
        accuracy = chain.mean_accuracy()
        job.logger.info("draw %d: accuracy %.2f %%", draw, accuracy)
        rows.append((snakemake.wildcards.fusion, draw, len(clips), accuracy))
    table = pd.DataFrame(rows, columns=PERMUTATION.columns.names)
    job.write(table, snakemake.output[0], PERMUTATION)
