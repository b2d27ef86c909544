"""Fetch a speech encoder from the Hugging Face hub."""

from pathlib import Path

from emofold.jobs import Job
from emofold.speech.hub import fetch_model

with Job(snakemake) as job:
    fetch_model(**snakemake.params.model, folder=Path(snakemake.output[0]))
