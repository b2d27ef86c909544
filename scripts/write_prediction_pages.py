"""Write the page of each clip of a group, from the tables of its prediction."""

from pathlib import Path

from emofold.prediction.page.pages import write_pages
from emofold.prediction.requests import Request
from emofold.runtime.job import Job

with Job(snakemake) as job:
    requests = [Request.from_json(row) for row in snakemake.params.clips]
    tables, copies = Path(snakemake.input.tables), Path(snakemake.input.copies)
    for clip, error in write_pages(requests, tables, copies, Path(snakemake.output[0])).items():
        job.logger.error("no page of %s. %s", clip, error)
