"""Extract the sound of a shard's clips, and keep the wav files of clips that did not change."""

from collections import defaultdict
from pathlib import Path

import pandas as pd

from emofold.corpora.segments import Segment
from emofold.errors import InputError
from emofold.files import sha256
from emofold.media.audio import SAMPLE_RATE, decode_each, write_wav
from emofold.runtime.job import Job
from emofold.speech.schemas import AUDIO
from emofold.tables import ShardUpdate, source_digests

with Job(snakemake) as job:
    params, table = snakemake.params, Path(snakemake.output[0])
    media = {clip: Path(file) for clip, file in params.clips.items() if file}
    sources, unreadable = source_digests(media)
    recipe = {"code": params.code, "max_duration": params.max_duration}
    shard = ShardUpdate(table, AUDIO, snakemake.rule, sources, recipe, segments=params.segments)
    shard.fail_without_source(params.clips, "media", unreadable)
    kept = shard.kept.set_index("clip")
    for clip, row in kept.iterrows():
        wav = table.parent / row["wav"]
        if not (wav.is_file() and sha256(wav) == row["wav_digest"]):
            shard.discard([clip])

    recordings = defaultdict(dict)
    for clip in shard.waiting:
        recordings[media[clip]][clip] = Segment.between(*params.segments.get(clip, ()))
    for recording, segments in recordings.items():
        for clip, sound in decode_each(recording, segments, params.max_duration):
            if isinstance(sound, InputError):
                shard.fail(clip, sound)
                continue
            for remark in sound.remarks:
                job.logger.warning("%s: %s", clip, remark)
            wav = table.with_suffix("") / f"{clip}.wav"
            write_wav(sound.samples, wav)
            row = {
                "wav": wav.relative_to(table.parent).as_posix(),
                "duration": len(sound.samples) / SAMPLE_RATE,
                "source_digest": sources[clip],
                "wav_digest": sha256(wav),
            }
            shard.add(clip, pd.DataFrame([row]))
    rows = shard.table()
    job.write(rows, table, AUDIO, shard.metadata())
    named = {table.parent / wav for wav in rows["wav"]}
    for wav in {*table.with_suffix("").glob("*.wav")} - named:
        wav.unlink()
