"""List the clips of the corpus, with their folds."""

from pathlib import Path

from emofold.corpora.equal_files import explain_equal_clips
from emofold.corpora.published_files import read_clips
from emofold.corpora.sample_sheet import Clip, read_sample_sheet
from emofold.corpora.schemas import clips_schema, tabulate_clips
from emofold.files import check_all
from emofold.runtime.job import Job
from emofold.tables import as_metadata

with Job(snakemake) as job:
    params, failures = snakemake.params, []
    check_all(params.sha256)
    match params.corpus:
        case "published":
            clips = read_clips(Path(snakemake.input[0]), params.folds)
        case "sheet":
            sheet = read_sample_sheet(Path(snakemake.input[0]), params.emotions)
            sheet = sheet.without(explain_equal_clips(sheet.clips, sheet.places))
            failures = sheet.failures
            clips = tabulate_clips(sheet.clips, params.folds, sheet.speakers)
        case _:
            clips = tabulate_clips((Clip(**clip) for clip in params.clips), params.folds)
    for failure in failures:
        job.logger.error("%s failed. %s", failure.clip, failure.reason)
    metadata = {"note": params.note, **as_metadata(failures)}
    job.write(clips, snakemake.output[0], clips_schema(params.emotions), metadata)
