"""Write the front page of the report: what was run and what came out."""

from pathlib import Path

from emofold.corpora.schemas import clips_schema
from emofold.evaluation.comparisons import read_reported
from emofold.evaluation.schemas import COMPARISON, FAILURES, METRICS, ODDITIES, OTHER_METRICS
from emofold.files import atomic_write
from emofold.report.front_page import front_page
from emofold.runtime.job import Job
from emofold.tables import read_table

with Job(snakemake) as job:
    given = snakemake.input
    run = {**snakemake.params.run, "reported": read_reported(given.reported)["title"]}
    page = front_page(
        run,
        read_table(Path(given.clips), clips_schema(run["emotions"])),
        read_table(Path(given.metrics), METRICS),
        read_table(Path(given.comparison), COMPARISON),
        oddities=read_table(Path(given.oddities), ODDITIES),
        failures=read_table(Path(given.failures), FAILURES),
        others={
            path.parent.name: read_table(path, OTHER_METRICS) for path in map(Path, given.others)
        },
    )
    with atomic_write(Path(snakemake.output[0])) as partial:
        partial.write_text(page, encoding="utf-8")
