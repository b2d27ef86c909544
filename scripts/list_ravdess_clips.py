"""List the 1440 spoken clips of RAVDESS with their folds."""

from emofold.corpora.sample_sheet import Clip
from emofold.corpora.schemas import clips_schema, tabulate_clips
from emofold.runtime.job import Job

with Job(snakemake) as job:
    params = snakemake.params
    clips = tabulate_clips((Clip(**clip) for clip in params.clips), params.folds)
    job.write(clips, snakemake.output[0], clips_schema(params.emotions))
