"""Download the files that the authors of the paper published, at the pinned commit."""

import os
from pathlib import Path

from emofold.corpora.downloads import download_all
from emofold.jobs import Job

with Job(snakemake) as job:
    folder = Path(os.path.commonpath(snakemake.output))
    download_all(snakemake.params.base_url, snakemake.params.sha256, folder)
