"""Embed the faces of a shard's clips, those whose video or encoder has changed."""

from pathlib import Path

from emofold.corpora.segments import Segment
from emofold.errors import InputError, errors_of_one
from emofold.face.encoder import make_face_encoder
from emofold.face.reports import hold_back_reports
from emofold.media.video import read_frames
from emofold.pretrained.schemas import schema_of_rows, schema_of_table, tabulate_vectors
from emofold.runtime.job import Job, input_digests
from emofold.tables import ShardUpdate, source_digests

with hold_back_reports(), Job(snakemake) as job:
    params, table = snakemake.params, Path(snakemake.output[0])
    landmarker, settings = Path(snakemake.input.landmarker), dict(params.encoder)
    videos = {clip: Path(file) for clip, file in params.clips.items() if file}
    sources, unreadable = source_digests(videos)
    tools = input_digests([*snakemake.input.model, landmarker])
    recipe = {
        "code": params.code,
        "encoder": settings,
        "max_duration": params.max_duration,
        "model": {Path(file).name: digest for file, digest in tools.items()},
    }
    schema = schema_of_table(table)
    shard = ShardUpdate(table, schema, snakemake.rule, sources, recipe, segments=params.segments)
    shard.fail_without_source(params.clips, "media", unreadable)
    if shard.waiting:
        encoder = make_face_encoder(
            {**settings, "model": params.folder}, landmarker, snakemake.threads
        )
        for number, clip in enumerate(shard.waiting, start=1):
            try:
                with errors_of_one(videos[clip]):
                    segment = Segment.between(*params.segments.get(clip, ()))
                    seen = encoder.embed(read_frames(videos[clip], params.max_duration, segment))
            except InputError as error:
                shard.fail(clip, error)
                continue
            if seen.remark:
                job.logger.warning("%s: %s", clip, seen.remark)
            vectors = seen.pool(settings["pooling"])
            shard.add(clip, tabulate_vectors(vectors, seen.end, sources[clip]))
            job.logger.info("%d of %d clips: %s", number, len(sources), clip)
    rows = shard.table()
    job.write(rows, table, schema_of_rows(rows), shard.metadata())
