"""List the clips that some step could not process, with the reasons."""

from pathlib import Path

import pandas as pd

from emofold.corpora.schemas import clips_schema
from emofold.evaluation.schemas import FAILURES
from emofold.runtime.job import Job
from emofold.tables import failures_of, open_parquet, read_table

with Job(snakemake) as job:
    clips = read_table(Path(snakemake.input.clips), clips_schema(snakemake.params.emotions))
    described = [open_parquet(Path(path))[1] for path in snakemake.input.tables]
    failures = failures_of([clips.attrs, *described])
    rows = pd.DataFrame(
        [(failure.clip, failure.step, failure.reason) for failure in failures],
        columns=["clip", "step", "reason"],
        dtype="str",
    )
    speakers = clips.set_index("clip")["speaker"]
    table = rows.assign(speaker=rows["clip"].map(speakers))
    for failure in failures:
        job.logger.error("%s failed in %s. %s", failure.clip, failure.step, failure.reason)
    job.write(
        table,
        snakemake.output[0],
        FAILURES,
        {"listed_clips": len({*clips["clip"], *table["clip"]})},
    )
