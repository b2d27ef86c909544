"""Make a small speech encoder of random weights, to try a fine-tuning with."""

from pathlib import Path

from emofold.runtime.job import Job
from emofold.speech.untrained import write_untrained_encoder

with Job(snakemake) as job:
    params = snakemake.params
    write_untrained_encoder(Path(snakemake.output[0]), **params.architecture, seed=params.seed)
    job.logger.info("wrote %s", snakemake.output[0])
