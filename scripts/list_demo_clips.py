"""List the clips of the demo corpus with their folds."""

from emofold.corpora.clips_table import clips_table
from emofold.corpora.planning import SYNTHETIC, demo_clips
from emofold.corpora.schemas import clips_schema
from emofold.runtime.job import Job

with Job(snakemake) as job:
    params = snakemake.params
    clips = clips_table(demo_clips(**params.demo, folder=params.folder), params.folds)
    job.write(clips, snakemake.output[0], clips_schema(params.emotions), {"note": SYNTHETIC})
