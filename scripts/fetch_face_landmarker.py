"""Fetch the model of the face landmarker, or take over the user's copy of it."""

from pathlib import Path

from emofold.fetch.landmarker import fetch_landmarker
from emofold.runtime.job import Job

with Job(snakemake) as job:
    configured = next(map(Path, snakemake.input.configured), None)
    fetch_landmarker(Path(snakemake.input.manifest), configured, Path(snakemake.output[0]))
