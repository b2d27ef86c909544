"""End a run with an error when more clips failed than the config allows."""

from pathlib import Path

from emofold.errors import InputError, counted, listing
from emofold.evaluation.schemas import FAILURES
from emofold.files import atomic_write
from emofold.runtime.job import Job
from emofold.tables import failures_of, open_parquet, read_table

with Job(snakemake) as job:
    failures = read_table(Path(snakemake.input.failures), FAILURES)
    clips, allowed = sorted(failures["clip"].unique()), snakemake.params.allowed
    for predictions in snakemake.input.predictions:
        _, metadata = open_parquet(Path(predictions))
        clips += [failure.clip for failure in failures_of([metadata])]
    if len(clips) > allowed:
        sources = [snakemake.input.failures, *snakemake.input.predictions]
        raise InputError(
            f"{counted(len(clips), 'clip')} that failed: {listing(clips, 20)}; the reasons are in "
            f"{listing(sources)}",
            f"at most {allowed} (`allow_failed_clips`)",
            "mend or replace these clips and run again, which computes what is missing; or raise "
            "`allow_failed_clips` to accept the results of the other clips",
        )
    with atomic_write(Path(snakemake.output[0])) as partial:
        text = f"{counted(len(clips), 'clip')} failed, {allowed} allowed.\n"
        partial.write_text(text, encoding="utf-8")
