"""Download the recordings of RAVDESS, and unpack the files of the 1440 spoken clips."""

from pathlib import Path

from emofold.corpora.archives import fetch_files
from emofold.jobs import Job

with Job(snakemake) as job:
    params = snakemake.params
    # Not a parameter: the checksum fixes the content, wherever it comes from.
    source = snakemake.config["ravdess"]["speech_source"] or params.default_source
    fetch_files(source, params.archive, snakemake.output, Path(params.folder))
