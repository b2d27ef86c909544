"""List the clips that the paper used: speaker, emotion and fold of each."""

from pathlib import Path

from emofold.corpora.published_files import read_clips
from emofold.corpora.schemas import clips_schema
from emofold.files import check_all
from emofold.runtime.job import Job

with Job(snakemake) as job:
    check_all(snakemake.params.sha256)
    clips = read_clips(Path(snakemake.input[0]), snakemake.params.folds)
    job.write(clips, snakemake.output[0], clips_schema(snakemake.params.emotions))
