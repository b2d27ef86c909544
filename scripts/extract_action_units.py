"""Extract the Action Units of a shard's clips, frame by frame, those whose source has changed."""

from pathlib import Path

from emofold.corpora.segments import Segment
from emofold.errors import InputError, errors_of_one
from emofold.face.extraction import make_frame_reader
from emofold.face.reports import hold_back_reports
from emofold.face.schemas import FRAMES
from emofold.runtime.job import Job, input_digests
from emofold.tables import ShardUpdate, source_digests

with hold_back_reports(), Job(snakemake) as job:
    params, table = snakemake.params, Path(snakemake.output[0])
    tools = [Path(tool) for tool in snakemake.input.tools]
    read = "action_units" if params.extractor["kind"] == "csv" else "media"
    files_read = {clip: Path(file) for clip, file in params.clips.items() if file}
    sources, unreadable = source_digests(files_read)
    recipe = {
        "code": params.code,
        **params.extractor,
        "max_duration": params.max_duration,
        "tools": {Path(tool).name: d for tool, d in input_digests(snakemake.input.tools).items()},
    }
    shard = ShardUpdate(table, FRAMES, snakemake.rule, sources, recipe, segments=params.segments)
    shard.fail_without_source(params.clips, read, unreadable)
    if shard.waiting:
        settings = params.extractor | ({"binary": str(tools[0])} if tools else {})
        model = next(iter(tools), None)
        read_clip = make_frame_reader(settings, model, params.max_duration)
        by_recording = sorted(shard.waiting, key=files_read.__getitem__)
        for number, clip in enumerate(by_recording, start=1):
            try:
                files = {"media": None, "action_units": None, read: files_read[clip]}
                with errors_of_one(files_read[clip]):
                    segment = Segment.between(*params.segments.get(clip, ()))
                    frames = read_clip(files["media"], files["action_units"], segment)
                shard.add(clip, frames)
                if remark := frames.attrs.get("remark"):
                    job.logger.warning("%s: %s", clip, remark)
            except InputError as error:
                shard.fail(clip, error)
            job.logger.info("%d of %d clips: %s", number, len(sources), clip)
    job.write(shard.table(), table, FRAMES, shard.metadata())
