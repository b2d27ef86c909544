"""Train a sequence model without one fold, two or none, and score every clip."""

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from emofold.corpora.schemas import clips_schema
from emofold.models.epochs import Checkpoint, chosen_epoch, learning_table, usual_epoch
from emofold.models.posteriors import describe_model, states_table
from emofold.models.schemas import ATTENTION, LEARNING, posteriors_schema, states_schema
from emofold.models.sequence.sequences import attention_table, read_sequences
from emofold.models.sequence.training import train_model
from emofold.models.splits import split_clips
from emofold.runtime.job import Job
from emofold.tables import (
    check_same_clips,
    failures_of,
    join_by_clip,
    open_parquet,
    read_table,
    without_failed,
)

with Job(snakemake) as job:
    params, output, emotions = snakemake.params, snakemake.output, snakemake.params.emotions
    clips = read_table(Path(snakemake.input.clips), clips_schema(emotions))
    _, means = open_parquet(Path(snakemake.input.means))
    failures = failures_of([clips.attrs, means])
    is_held_out = clips["speaker"].isin(params.held_out_speakers)
    sequences = read_sequences(
        map(Path, snakemake.input.frames),
        params.min_confidence,
        left_out={*(failure.clip for failure in failures), *clips["clip"][is_held_out]},
        columns=params.columns,
    )
    clips = without_failed(clips[~is_held_out], failures)
    check_same_clips(sequences.clips, clips["clip"], "the frames and the list of clips")
    clips = clips.set_index("clip").loc[list(sequences.clips)].reset_index()

    settings, held_out = dict(params.model), list(params.held_out)
    share = settings.pop("validation_share")
    if not held_out:
        curves = [read_table(Path(path), LEARNING) for path in snakemake.input.learning]
        settings["epochs"] = usual_epoch(curves)
    split = split_clips(clips, held_out, params.protocol, share, params.seed)
    checkpoint = Checkpoint(Path(params.checkpoint), job.provenance())
    model, history = train_model(
        sequences,
        split,
        emotions,
        settings,
        seed=params.seed,
        threads=snakemake.threads,
        checkpoint=checkpoint,
    )
    story = {
        "held_out": held_out,
        "protocol": params.protocol,
        "seed": params.seed,
        "training": {**params.model, "epochs": settings["epochs"]},
        "validation_speakers": split.validation_speakers,
        "versions": {package: version(package) for package in ("emofold", "torch")},
        "chosen_epoch": chosen_epoch(history),
    }
    replace(model, story=story).save(Path(output.weights), Path(output.settings))

    scores, weights, states = model.predict(sequences, snakemake.threads)
    posteriors = join_by_clip(split.labels, scores, "the clips and their scores")
    tested = split.labels["clip"][split.labels["split"] == "test"]
    metadata = describe_model("face", params.protocol, "logit", failures=failures)
    job.write(attention_table(sequences, weights, tested), output.attention, ATTENTION)
    job.write(states_table(states), output.states, states_schema(states.shape[1]))
    job.write(learning_table(history), output.learning, LEARNING)
    job.write(posteriors, output.posteriors, posteriors_schema(emotions), metadata)
    checkpoint.remove()
