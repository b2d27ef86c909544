"""Read a sample sheet into the table of clips, with their folds."""

from pathlib import Path

from emofold.corpora.sample_sheet import read_sample_sheet
from emofold.corpora.schemas import clips_schema, tabulate_clips
from emofold.runtime.job import Job
from emofold.tables import as_metadata

with Job(snakemake) as job:
    params = snakemake.params
    sheet = read_sample_sheet(Path(snakemake.input[0]), params.emotions)
    for failure in sheet.failures:
        job.logger.error("%s failed. %s", failure.clip, failure.reason)
    clips = tabulate_clips(sheet.clips, params.folds, sheet.speakers)
    failures = as_metadata(sheet.failures)
    job.write(clips, snakemake.output[0], clips_schema(params.emotions), failures)
