"""Write the page of the report that lists the clips that failed."""

from pathlib import Path

from emofold.errors import counted
from emofold.jobs import Job
from emofold.pages import write_table_page
from emofold.tables import read_table, schemas

with Job(snakemake) as job:
    failures = read_table(Path(snakemake.input[0]), schemas.FAILURES)
    of_listed = f"of {failures.attrs['listed_clips']} listed clips"
    note = f"{counted(failures['clip'].nunique(), 'clip')} failed, {of_listed}."
    write_table_page(failures, Path(snakemake.output[0]), "Clips that failed", note, {})
