"""List the clips of the demo corpus with their folds."""

from emofold.corpora.listing import clips_table
from emofold.corpora.planning import SYNTHETIC, demo_clips
from emofold.jobs import Job
from emofold.tables import schemas

with Job(snakemake) as job:
    params = snakemake.params
    clips = clips_table(demo_clips(**params.demo, folder=params.folder), params.folds)
    job.write(clips, snakemake.output[0], schemas.clips(params.emotions), {"note": SYNTHETIC})
