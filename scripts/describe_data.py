"""Describe the recordings: how long, how loud, how often sampled, and where a face is seen."""

from pathlib import Path

from emofold.corpora.schemas import clips_schema
from emofold.errors import InputError, errors_of_one
from emofold.evaluation.clip_facts import summarise_faces, tabulate_facts
from emofold.evaluation.schemas import clip_facts_schema
from emofold.face.schemas import FRAMES
from emofold.media.audio import read_wav
from emofold.media.rates import read_rates
from emofold.runtime.job import Job
from emofold.speech.level import measure_level
from emofold.speech.schemas import AUDIO
from emofold.tables import read_table

with Job(snakemake) as job:
    params = snakemake.params
    clips = read_table(Path(snakemake.input.clips), clips_schema(params.emotions))

    sounds = {}
    for table in map(Path, snakemake.input.audio):
        for row in read_table(table, AUDIO).itertuples():
            wav = table.parent / row.wav
            try:
                with errors_of_one(wav):
                    level = measure_level(read_wav(wav))
            except InputError as error:
                job.logger.warning("nothing is known of the sound of %s. %s", row.clip, error)
                continue
            known = {"duration": row.duration, "wav_digest": row.wav_digest}
            sounds[row.clip] = known | level._asdict()

    faces = {extractor: {} for extractor in params.frames}
    for extractor, tables in params.frames.items():
        for table in map(Path, tables):
            frames = read_table(table, FRAMES)
            faces[extractor] |= summarise_faces(frames, params.min_confidence)

    rates = {}
    if params.reads_media:
        files = clips.set_index("clip")["media"].dropna()
        by_file = {file: read_rates(Path(file))._asdict() for file in files.unique()}
        rates = {clip: by_file[file] for clip, file in files.items()}

    facts = tabulate_facts(clips, params.corpus, sounds, faces, rates)
    job.write(facts, snakemake.output[0], clip_facts_schema(list(params.frames)))
