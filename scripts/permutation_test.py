"""Shuffle the emotions within each speaker, and run the nested chain of a fusion again."""

from pathlib import Path

import pandas as pd

from emofold.evaluation.permutation import Member, nested_accuracy, shuffled_emotions
from emofold.jobs import Job
from emofold.models.features import read_features
from emofold.tables import failures_of, read_table, schemas, without_failed

with Job(snakemake) as job:
    params = snakemake.params
    clips = read_table(Path(snakemake.input.clips), schemas.clips(params.emotions))
    tables = {name: read_features(*map(Path, row["tables"])) for name, row in params.models.items()}
    failures = failures_of([clips.attrs, *(table.attrs for table in tables.values())])
    failed = {failure.clip for failure in failures}
    members = {
        name: Member(
            tables[name].drop(index=failed, errors="ignore"), row["speaker_norm"], row["classifier"]
        )
        for name, row in params.models.items()
    }
    rows = []
    for draw in range(params.draws):
        shuffled = shuffled_emotions(without_failed(clips, failures), draw, params.seed)
        accuracy = nested_accuracy(
            members,
            params.fusion,
            shuffled,
            params.emotions,
            seed=params.seed,
            threads=snakemake.threads,
        )
        job.logger.info("draw %d: accuracy %.2f %%", draw, accuracy)
        rows.append((snakemake.wildcards.fusion, draw, len(shuffled), accuracy))
    table = pd.DataFrame(rows, columns=schemas.PERMUTATION.columns.names)
    job.write(table, snakemake.output[0], schemas.PERMUTATION)
