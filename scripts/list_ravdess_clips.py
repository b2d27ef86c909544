"""List the 1440 spoken clips of RAVDESS with their folds."""

from emofold.corpora.listing import clips_table
from emofold.corpora.sample_sheet import Clip
from emofold.jobs import Job
from emofold.tables import schemas

with Job(snakemake) as job:
    params = snakemake.params
    clips = clips_table((Clip(**clip) for clip in params.clips), params.folds)
    job.write(clips, snakemake.output[0], schemas.clips(params.emotions))
