"""Download the files that the authors of the paper published, at the pinned commit."""

import os
from pathlib import Path

from emofold.fetch.download import Content, download
from emofold.runtime.job import Job

with Job(snakemake) as job:
    # Not a parameter: the checksums fix the content, wherever it comes from.
    source = snakemake.config["published"]["source"] or snakemake.params.default_source
    folder = Path(os.path.commonpath(snakemake.output))
    files = {path: Content(sha256) for path, sha256 in snakemake.params.sha256.items()}
    download(source, files, folder)
