"""Download the recordings or the facial tracking of RAVDESS, and unpack the 1440 spoken clips."""

from pathlib import Path

from emofold.fetch.archives import fetch_files
from emofold.runtime.job import Job

with Job(snakemake) as job:
    params, archive = snakemake.params, snakemake.wildcards.archive
    # Not parameters: the checksum fixes the content, wherever it comes from and goes.
    settings = snakemake.config["ravdess"]
    source = settings[f"{archive}_source"] or params.default_source
    keep = settings["keep_archives"]
    fetch_files(source, params.archive, snakemake.output, Path(params.folder), keep=keep)
