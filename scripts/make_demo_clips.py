"""Make the synthetic videos of one actor of the demo corpus."""

from pathlib import Path

from emofold.demo.clips import make_clip
from emofold.runtime.job import Job

with Job(snakemake) as job:
    for output in map(Path, snakemake.output):
        make_clip(output.stem, snakemake.params.seed, output)
    job.logger.info("made %d videos", len(snakemake.output))
