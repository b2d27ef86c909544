"""Write the front page of the report: what was run and what came out."""

from pathlib import Path

from emofold.evaluation.comparisons import read_reported
from emofold.front_page import front_page
from emofold.jobs import Job
from emofold.tables import read_table, schemas, written_whole

with Job(snakemake) as job:
    given = snakemake.input
    run = {**snakemake.params.run, "reported": read_reported(given.reported)["title"]}
    page = front_page(
        run,
        read_table(Path(given.clips), schemas.clips(run["emotions"])),
        read_table(Path(given.metrics), schemas.METRICS),
        read_table(Path(given.comparison), schemas.COMPARISON),
        read_table(Path(given.failures), schemas.FAILURES),
    )
    with written_whole(Path(snakemake.output[0])) as partial:
        partial.write_text(page, encoding="utf-8")
