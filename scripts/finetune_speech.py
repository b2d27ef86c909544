"""Fine-tune a speech encoder without one fold, two or none, and score every clip."""

from pathlib import Path

import pandas as pd

from emofold.corpora.schemas import clips_schema
from emofold.files import check_sha256
from emofold.models.epochs import Checkpoint, learning_table, usual_epoch
from emofold.models.finetuning.finetune import Task, finetune_on
from emofold.models.finetuning.recipe import Recipe
from emofold.models.posteriors import describe_model, states_table
from emofold.models.schemas import LEARNING, posteriors_schema, states_schema
from emofold.models.splits import split_clips
from emofold.runtime.job import Job, input_digests
from emofold.scores import score_columns
from emofold.speech.schemas import AUDIO
from emofold.tables import Failure, failures_of, read_table, without_failed

with Job(snakemake) as job:
    params, output, emotions = snakemake.params, snakemake.output, list(snakemake.params.emotions)
    clips = read_table(Path(snakemake.input.clips), clips_schema(emotions))
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

    settings, held_out = dict(params.model), list(params.held_out)
    share, augment = settings.pop("validation_share"), settings.pop("augment")
    if not held_out:
        curves = [read_table(Path(path), LEARNING) for path in snakemake.input.learning]
        settings["epochs"] = usual_epoch(curves)
    split = split_clips(clips, held_out, params.protocol, share, params.seed)
    labels = split.labels.set_index("clip")
    identity = {
        "held_out": held_out,
        "code": params.code,
        "model": dict(params.model),
        "held_out_speakers": list(params.held_out_speakers),
        "seed": params.seed,
        "protocol": params.protocol,
        "emotions": emotions,
        "inputs": input_digests(snakemake.input),
    }
    task = Task(
        model=str(params.folder),
        wavs={clip: str(wavs[clip][0]) for clip in labels.index},
        emotion_of=labels["emotion"].to_dict(),
        training=list(labels.index[split.is_training]),
        validation=list(labels.index[split.is_validation]),
        emotions=emotions,
        recipe=Recipe(**settings),
        seed=params.seed,
        threads=snakemake.threads,
        checkpoint=params.checkpoint,
        identity=identity,
        folder=str(Path(output.weights).parent),
        notes={
            "held_out": held_out,
            "protocol": params.protocol,
            "augment": dict(augment),
            "validation_speakers": split.validation_speakers,
        },
        augment=augment,
        frames=list(snakemake.input.frames),
    )
    outcome = finetune_on(params.gpus, task)

    failed = [Failure(clip, snakemake.rule, why) for clip, why in outcome.failures.items()]
    scores = pd.DataFrame.from_dict(outcome.logits, orient="index", columns=score_columns(emotions))
    posteriors = without_failed(labels.join(scores).reset_index(), failed)
    metadata = describe_model("speech", params.protocol, "logit", failures=[*failures, *failed])
    states = pd.DataFrame.from_dict(outcome.states, orient="index")
    job.write(states_table(states), output.states, states_schema(states.shape[1]))
    job.write(learning_table(outcome.history), output.learning, LEARNING)
    job.write(posteriors, output.posteriors, posteriors_schema(emotions), metadata)
    Checkpoint(Path(params.checkpoint), identity).remove()
