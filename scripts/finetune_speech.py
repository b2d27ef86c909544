"""Fine-tune a speech encoder without one fold, two or none, and score every clip."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from emofold.corpora.schemas import clips_schema
from emofold.files import check_sha256
from emofold.models.checkpoints import Checkpoint
from emofold.models.epochs import usual_epoch
from emofold.models.finetuning.finetune import Task
from emofold.models.finetuning.processes import finetune_on
from emofold.models.finetuning.training import Recipe
from emofold.models.schemas import LEARNING, posteriors_schema
from emofold.models.splits import labels_without, parts_of_training
from emofold.runtime.job import Job, input_digests
from emofold.scores import score_columns
from emofold.speech.schemas import AUDIO
from emofold.tables import Failure, as_metadata, failures_of, read_table, without_failed

with Job(snakemake) as job:
    params, output = snakemake.params, snakemake.output
    held_out = list(params.held_out)
    clips = read_table(Path(snakemake.input.clips), clips_schema(params.emotions))
    audio = {Path(path): read_table(Path(path), AUDIO) for path in snakemake.input.audio}
    failures = failures_of([clips.attrs, *(table.attrs for table in audio.values())])
    wavs = {
        row.clip: (path.parent / row.wav, row.wav_digest)
        for path, table in audio.items()
        for row in table.itertuples()
    }
    for wav, digest in wavs.values():
        check_sha256(wav, digest, f"delete {wav.parent}.parquet and run the workflow again")

    clips = without_failed(clips, failures)
    clips = clips[~clips["speaker"].isin(params.held_out_speakers)]
    labels = labels_without(clips, held_out).set_index("clip")
    settings = dict(params.model)
    share = settings.pop("validation_share")
    recipe = Recipe(**settings)
    if not held_out:
        curves = [read_table(Path(path), LEARNING) for path in snakemake.input.learning]
        recipe = replace(recipe, epochs=usual_epoch(curves))
    parts = parts_of_training(clips, held_out, params.protocol, share, params.seed)
    identity = {
        "held_out": held_out,
        "code": params.code,
        "model": dict(params.model),
        "held_out_speakers": list(params.held_out_speakers),
        "seed": params.seed,
        "protocol": params.protocol,
        "emotions": list(params.emotions),
        "inputs": input_digests(snakemake.input),
    }
    task = Task(
        model=str(params.folder),
        wavs={clip: str(wavs[clip][0]) for clip in labels.index},
        emotion_of=labels["emotion"].to_dict(),
        training=list(labels.index[parts.is_training]),
        validation=list(labels.index[parts.is_validation]),
        emotions=list(params.emotions),
        recipe=recipe,
        seed=params.seed,
        threads=snakemake.threads,
        checkpoint=params.checkpoint,
        identity=identity,
        folder=str(Path(output.weights).parent),
        notes={
            "held_out": held_out,
            "protocol": params.protocol,
            "validation_speakers": parts.validation_speakers,
        },
    )
    outcome = finetune_on(params.gpus, task)

    failed = [Failure(clip, snakemake.rule, why) for clip, why in outcome.failures.items()]
    scores = pd.DataFrame.from_dict(
        outcome.logits, orient="index", columns=score_columns(params.emotions)
    )
    posteriors = without_failed(labels.join(scores).reset_index(), failed)
    metadata = {
        "scale": "logit",
        "kind": "model",
        "modality": "speech",
        "protocol": params.protocol,
        "normalised_by": "none",
        **as_metadata(sorted([*failures, *failed])),
    }
    curve = pd.DataFrame(outcome.history).reindex(columns=LEARNING.columns.names)
    job.write(curve, output.learning, LEARNING)
    job.write(posteriors, output.posteriors, posteriors_schema(params.emotions), metadata)
    Checkpoint(Path(params.checkpoint), identity).remove()
