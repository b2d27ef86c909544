"""Extract the Action Units of a shard's clips, frame by frame, those whose source has changed."""

from pathlib import Path

from emofold.errors import InputError
from emofold.face.extraction import make_extractor
from emofold.face.reports import reports_held_back
from emofold.face.schemas import FRAMES
from emofold.runtime.job import Job, input_digests
from emofold.tables import ShardUpdate, source_digests

with reports_held_back(), Job(snakemake) as job:
    params, table = snakemake.params, Path(snakemake.output[0])
    tools = [Path(tool) for tool in snakemake.input.tools]
    read = "action_units" if params.kind == "csv" else "media"
    files_read = {clip: Path(file) for clip, file in params.clips.items() if file}
    sources, unreadable = source_digests(files_read)
    recipe = {
        "code": params.code,
        "kind": params.kind,
        "max_duration": params.max_duration,
        "tools": {Path(tool).name: d for tool, d in input_digests(snakemake.input.tools).items()},
    }
    shard = ShardUpdate(table, FRAMES, snakemake.rule, sources, recipe)
    shard.fail_without_source(params.clips, read, unreadable)
    if shard.waiting:
        settings = {"kind": params.kind, **({"binary": str(tools[0])} if tools else {})}
        model = next(iter(tools), None)
        with make_extractor(settings, model, params.max_duration) as extractor:
            for number, clip in enumerate(shard.waiting, start=1):
                files = {"media": None, "action_units": None, read: files_read[clip]}
                try:
                    shard.add(clip, extractor.extract(**files))
                except InputError as error:
                    shard.fail(clip, error)
                job.logger.info("%d of %d clips: %s", number, len(sources), clip)
    job.write(shard.table(), table, FRAMES, shard.metadata())
