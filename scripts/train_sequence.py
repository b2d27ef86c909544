"""Train a sequence model without one fold, two or none, and score every clip."""

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import torch

from emofold.corpora.schemas import clips_schema
from emofold.models.checkpoints import Checkpoint
from emofold.models.epochs import usual_epoch
from emofold.models.schemas import ATTENTION, LEARNING, posteriors_schema
from emofold.models.sequence.bilstm import BiLSTM
from emofold.models.sequence.model import SequenceModel, side_by_side
from emofold.models.sequence.sequences import fit_scaling, read_sequences
from emofold.models.sequence.training import Recipe, Training
from emofold.models.splits import check_training_emotions, labels_without, parts_of_training
from emofold.runtime.job import Job
from emofold.tables import (
    as_metadata,
    check_same_clips,
    failures_of,
    join_by_clip,
    open_parquet,
    read_table,
    without_failed,
)

with Job(snakemake) as job:
    params, output = snakemake.params, snakemake.output
    held_out = list(params.held_out)
    clips = read_table(Path(snakemake.input.clips), clips_schema(params.emotions))
    _, means = open_parquet(Path(snakemake.input.means))
    failures = failures_of([clips.attrs, means])
    clips = without_failed(clips, failures)
    is_left_out = clips["speaker"].isin(params.held_out_speakers)
    sequences = read_sequences(
        map(Path, snakemake.input.frames),
        params.min_confidence,
        left_out={*(failure.clip for failure in failures), *clips["clip"][is_left_out]},
    )
    clips = clips[~is_left_out]
    check_same_clips(sequences.clips, clips["clip"], "the frames and the list of clips")
    clips = clips.set_index("clip").loc[list(sequences.clips)].reset_index()
    labels = labels_without(clips, held_out)

    settings = dict(params.model)
    share = settings.pop("validation_share")
    scaling_kind = settings.pop("scaling")
    recipe = Recipe(**{key: settings.pop(key) for key in Recipe.__dataclass_fields__})
    if not held_out:
        curves = [read_table(Path(path), LEARNING) for path in snakemake.input.learning]
        recipe = replace(recipe, epochs=usual_epoch(curves))
    parts = parts_of_training(clips, held_out, params.protocol, share, params.seed)
    check_training_emotions(labels["emotion"][parts.is_training], params.emotions)

    of_training = parts.is_training.repeat(sequences.lengths)
    scaling = fit_scaling(scaling_kind, sequences.values[of_training])
    torch.manual_seed(params.seed)
    network_settings = {
        "inputs": len(sequences.action_units),
        "emotions": len(params.emotions),
        **settings,
    }
    network = BiLSTM(**network_settings)
    network.to("cuda" if torch.cuda.is_available() else "cpu")
    about = {
        "held_out": held_out,
        "protocol": params.protocol,
        "seed": params.seed,
        "training": {**params.model, "epochs": recipe.epochs},
        "validation_speakers": parts.validation_speakers,
        "versions": {package: version(package) for package in ("emofold", "torch")},
    }
    model = SequenceModel(
        network, network_settings, sequences.action_units, scaling, tuple(params.emotions), about
    )
    training = Training(
        network,
        model.batches(sequences),
        torch.tensor([params.emotions.index(emotion) for emotion in labels["emotion"]]),
        training=torch.from_numpy(parts.is_training.nonzero()[0]),
        validation=torch.from_numpy(parts.is_validation.nonzero()[0]),
        recipe=recipe,
        seed=params.seed,
    )
    checkpoint = Checkpoint(Path(params.checkpoint), job.provenance())
    with side_by_side(snakemake.threads) as mapped:
        learning = training.run(checkpoint, mapped)
    about["chosen_epoch"] = next(row["epoch"] for row in learning if row["chosen"])

    scores, weights = model.predict(sequences, snakemake.threads)
    posteriors = join_by_clip(labels, scores, "the clips and their scores")
    tested = set(labels["clip"][labels["split"] == "test"])
    attention = pd.DataFrame(
        [
            (clip, frame, timestamp, weight)
            for clip in sequences.clips
            if clip in tested
            for frame, timestamp, weight in zip(
                sequences.frame[sequences.of_clip(clip)],
                sequences.timestamp[sequences.of_clip(clip)],
                weights[clip],
                strict=True,
            )
        ],
        columns=ATTENTION.columns.names,
    )
    metadata = {
        "scale": "logit",
        "kind": "model",
        "modality": "face",
        "protocol": params.protocol,
        "normalised_by": "none",
        **as_metadata(failures),
    }
    model.save(Path(output.weights), Path(output.settings))
    job.write(attention, output.attention, ATTENTION)
    curve = pd.DataFrame(learning).reindex(columns=LEARNING.columns.names)
    job.write(curve, output.learning, LEARNING)
    job.write(posteriors, output.posteriors, posteriors_schema(params.emotions), metadata)
    checkpoint.remove()
