"""Make a copy of each recording of a group that browsers do not play as it is."""

from pathlib import Path

from emofold.prediction.page.playables import make_playable_copies
from emofold.prediction.requests import Request
from emofold.runtime.job import Job

with Job(snakemake) as job:
    requests = [Request.from_json(row) for row in snakemake.params.clips]
    make_playable_copies(requests, Path(snakemake.output[0]), job.provenance())
