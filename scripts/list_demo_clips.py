"""List the clips of the demo corpus with their folds."""

from emofold.corpora.planning import SYNTHETIC, list_demo_clips
from emofold.corpora.schemas import clips_schema, tabulate_clips
from emofold.runtime.job import Job

with Job(snakemake) as job:
    params = snakemake.params
    clips = tabulate_clips(list_demo_clips(**params.demo, folder=params.folder), params.folds)
    job.write(clips, snakemake.output[0], clips_schema(params.emotions), {"note": SYNTHETIC})
