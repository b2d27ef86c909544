"""Run the frozen layers of an encoder once, on a shard's clips and their copies."""

from pathlib import Path

import torch

from emofold.files import check_sha256
from emofold.media.audio import read_wav
from emofold.models.finetuning.frames import frames_of_copies, list_copies, save_frames
from emofold.runtime.job import Job
from emofold.speech.pretrained import load_model
from emofold.speech.schemas import AUDIO
from emofold.tables import read_table

with Job(snakemake) as job:
    params, table = snakemake.params, Path(snakemake.input.audio)
    sounds = {}
    for row in read_table(table, AUDIO).itertuples():
        wav = table.parent / row.wav
        check_sha256(wav, row.wav_digest, f"delete {table} and run the workflow again")
        sounds[row.clip] = read_wav(wav)
    torch.set_num_threads(snakemake.threads)
    model = load_model(Path(params.folder), "all")
    frames, errors = frames_of_copies(
        model, sounds, list_copies(params.augment), params.frozen_layers
    )
    save_frames(Path(snakemake.output[0]), frames, errors)
