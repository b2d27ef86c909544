"""Embed the speech of a shard's clips, those whose sound or encoder has changed."""

from pathlib import Path

import pandas as pd

from emofold.errors import InputError, errors_of_one
from emofold.files import check_sha256
from emofold.media.audio import SAMPLE_RATE, read_wav
from emofold.pretrained.schemas import embeddings_schema
from emofold.runtime.job import Job, input_digests
from emofold.speech.encoders import embed_each, make_encoder
from emofold.speech.schemas import AUDIO
from emofold.tables import ShardUpdate, embedding_size, failures_of, read_table

with Job(snakemake) as job:
    params, table = snakemake.params, Path(snakemake.output[0])
    audio_table = Path(snakemake.input.audio)
    audio = read_table(audio_table, AUDIO)
    failures = failures_of([audio.attrs])
    by_clip = audio.set_index("clip")
    model = {
        Path(file).name: digest for file, digest in input_digests(snakemake.input.model).items()
    }
    recipe = {"code": params.code, "encoder": dict(params.encoder), "model": model}
    schema = embeddings_schema(embedding_size(table) or 1)
    sources = by_clip["wav_digest"].to_dict()
    shard = ShardUpdate(table, schema, snakemake.rule, sources, recipe)

    sounds = {}
    for clip in shard.waiting:
        wav = audio_table.parent / by_clip.loc[clip, "wav"]
        try:
            with errors_of_one(wav):
                check_sha256(wav, sources[clip], f"delete {audio_table} and run the workflow again")
                sounds[clip] = read_wav(wav)
        except InputError as error:
            shard.fail(clip, error)
    if sounds:
        settings = {**params.encoder, "model": params.folder}
        encoder = make_encoder(settings, snakemake.threads)
        for clip, layers in embed_each(encoder, sounds, SAMPLE_RATE):
            if isinstance(layers, InputError):
                shard.fail(clip, layers)
                continue
            rows = {
                "layer": list(layers),
                "embedding": [vector.tolist() for vector in layers.values()],
                "duration": by_clip.loc[clip, "duration"],
                "source_digest": sources[clip],
            }
            shard.add(clip, pd.DataFrame(rows))
    rows = shard.table()
    size = len(rows["embedding"].iloc[0]) if len(rows) else 1
    job.write(rows, table, embeddings_schema(size), shard.metadata(failures))
