"""Write the page of the report that lists the clips that failed."""

from pathlib import Path

from emofold.errors import counted
from emofold.evaluation.schemas import FAILURES
from emofold.report.table_page import write_table_page
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    failures = read_table(Path(snakemake.input[0]), FAILURES)
    of_listed = f"of {failures.attrs['listed_clips']} listed clips"
    note = f"{counted(failures['clip'].nunique(), 'clip')} failed, {of_listed}."
    write_table_page(failures, Path(snakemake.output[0]), "Clips that failed", note, {})
