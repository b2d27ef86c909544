"""Download the files that the authors of the paper published, at the pinned commit."""

import os
from pathlib import Path

from emofold.fetch.http import download_all
from emofold.runtime.job import Job

with Job(snakemake) as job:
    # Not a parameter: the checksums fix the content, wherever it comes from.
    source = snakemake.config["published"]["source"] or snakemake.params.default_source
    folder = Path(os.path.commonpath(snakemake.output))
    download_all(source, snakemake.params.sha256, folder)
