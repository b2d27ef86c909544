"""Download the files that the authors of the paper published, at the pinned commit."""

from pathlib import Path

from emofold.corpora.downloads import download_all
from emofold.jobs import Job

with Job(snakemake) as job:
    params = snakemake.params
    download_all(params.base_url, params.sha256, Path(params.folder))
