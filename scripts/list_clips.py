"""List the clips of the corpus, with their folds."""

from pathlib import Path

from emofold.corpora.clips_table import clips_table
from emofold.corpora.published import read_clips
from emofold.corpora.sample_sheet import Clip, SampleSheet, read_sample_sheet
from emofold.corpora.schemas import clips_schema
from emofold.files import check_all
from emofold.runtime.job import Job
from emofold.tables import as_metadata

with Job(snakemake) as job:
    params = snakemake.params
    check_all(params.sha256)
    match params.corpus:
        case "sheet":
            listed = read_sample_sheet(Path(snakemake.input[0]), params.emotions)
        case "published":
            listed = SampleSheet(read_clips(Path(snakemake.input[0])), [], frozenset())
        case _:
            listed = SampleSheet([Clip(**clip) for clip in params.clips], [], frozenset())
    for failure in listed.failures:
        job.logger.error("%s failed. %s", failure.clip, failure.reason)
    job.write(
        clips_table(listed.clips, params.folds, listed.speakers),
        snakemake.output[0],
        clips_schema(params.emotions),
        {"note": params.note, **as_metadata(listed.failures)},
    )
