"""Embed the speech of a shard's clips, those whose sound or encoder has changed."""

from pathlib import Path

from emofold.errors import InputError, errors_of_one
from emofold.files import check_sha256
from emofold.media.audio import SAMPLE_RATE, read_wav
from emofold.pretrained.schemas import schema_of_rows
from emofold.runtime.job import Job, input_digests
from emofold.runtime.locks import one_at_a_time
from emofold.speech.encoders import embed_each, make_encoder
from emofold.speech.passes import Pass, ahead_of, open_view
from emofold.speech.schemas import AUDIO
from emofold.tables import failures_of, read_table

with Job(snakemake) as job:
    params, own = snakemake.params, snakemake.output[0]
    audio_table = Path(snakemake.input.audio)
    audio = read_table(audio_table, AUDIO)
    failures = failures_of([audio.attrs])
    by_clip = audio.set_index("clip")
    model = {
        Path(file).name: digest for file, digest in input_digests(snakemake.input.model).items()
    }
    sources = by_clip["wav_digest"].to_dict()
    with one_at_a_time(f"{audio_table} {params.encoder['kind']} {params.folder}"):
        views = {}
        for table, settings in params.views.items():
            recipe = {"code": params.code, "encoder": dict(settings), "model": model}
            views[table] = open_view(Path(table), snakemake.rule, sources, recipe)
        wanted, sounds = Pass(views, own), {}
        for clip in wanted.clips:
            wav = audio_table.parent / by_clip.loc[clip, "wav"]
            try:
                with errors_of_one(wav):
                    remedy = f"delete {audio_table} and run the workflow again"
                    check_sha256(wav, sources[clip], remedy)
                    sounds[clip] = read_wav(wav)
            except InputError as error:
                wanted.fail(clip, error)
        if sounds:
            settings = {
                table: {**params.views[table], "model": params.folder} for table in wanted.views
            }
            encoder = make_encoder(settings, snakemake.threads)
            for clip, vectors in embed_each(encoder, sounds, SAMPLE_RATE):
                if isinstance(vectors, InputError):
                    wanted.fail(clip, vectors)
                else:
                    wanted.add(clip, vectors, by_clip.loc[clip, "duration"], sources[clip])
        paths = {table: ahead_of(Path(table)) for table in wanted.views} | {own: Path(own)}
        for table, path in paths.items():
            rows = views[table].table()
            job.write(rows, path, schema_of_rows(rows), views[table].metadata(failures))
        ahead_of(Path(own)).unlink(missing_ok=True)
