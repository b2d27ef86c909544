"""Fetch a speech encoder from the Hugging Face hub."""

from pathlib import Path

from emofold.fetch.hub import fetch_model
from emofold.runtime.job import Job

with Job(snakemake) as job:
    fetch_model(**snakemake.params.model, folder=Path(snakemake.output[0]))
