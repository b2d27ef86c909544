"""List the 1440 spoken clips of RAVDESS with their folds."""

from emofold.corpora.clips_table import clips_table
from emofold.corpora.sample_sheet import Clip
from emofold.corpora.schemas import clips_schema
from emofold.runtime.job import Job

with Job(snakemake) as job:
    params = snakemake.params
    clips = clips_table((Clip(**clip) for clip in params.clips), params.folds)
    job.write(clips, snakemake.output[0], clips_schema(params.emotions))
