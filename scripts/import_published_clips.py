"""List the clips that the paper used: speaker, emotion and fold of each."""

from pathlib import Path

from emofold.checksums import check_all
from emofold.corpora.published import read_clips
from emofold.jobs import Job
from emofold.tables import schemas

with Job(snakemake) as job:
    check_all(snakemake.params.sha256)
    clips = read_clips(Path(snakemake.input[0]), snakemake.params.folds)
    job.write(clips, snakemake.output[0], schemas.clips(snakemake.params.emotions))
