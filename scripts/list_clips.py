"""List the clips of the corpus, with their folds."""

from pathlib import Path

from emofold.corpora.equal_files import explain_equal_clips
from emofold.corpora.published_files import read_clips
from emofold.corpora.sample_sheet import Clip, SampleSheet, read_sample_sheet
from emofold.corpora.schemas import clips_schema, tabulate_clips
from emofold.files import check_all
from emofold.runtime.job import Job
from emofold.tables import as_metadata

with Job(snakemake) as job:
    params = snakemake.params
    check_all(params.sha256)
    if params.corpus == "published":
        clips, failures = read_clips(Path(snakemake.input[0]), params.folds), []
    else:
        sheet = (
            read_sample_sheet(Path(snakemake.input[0]), params.emotions)
            if params.corpus == "sheet"
            else SampleSheet.of(Clip(**clip) for clip in params.clips)
        )
        if params.files_of_equal_size:
            sheet = sheet.without(explain_equal_clips(sheet.clips, sheet.places))
        clips = tabulate_clips(sheet.clips, params.folds, sheet.speakers)
        failures = sheet.failures
    for failure in failures:
        job.logger.error("%s failed. %s", failure.clip, failure.reason)
    metadata = {"note": params.note, **as_metadata(failures)}
    job.write(clips, snakemake.output[0], clips_schema(params.emotions), metadata)
