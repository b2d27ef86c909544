"""Fine-tuning of a speech encoder on the clips of one fold, on any number of devices."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import set_seed

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE, read_wav
from emofold.models.checkpoints import Checkpoint
from emofold.models.finetuning.network import EmotionNetwork, clip_frames, save_network
from emofold.models.finetuning.training import Recipe, Training, make_accelerator
from emofold.models.splits import check_training_emotions
from emofold.speech.pretrained import load_model

RECORDED_PACKAGES = ("emofold", "accelerate", "torch", "transformers")


@dataclass(frozen=True)
class Task:
    """One training, as json can hold it.

    Attributes
    ----------
    model
        The folder of the encoder.
    wavs
        The 16 kHz mono wav of each clip that is to be scored.
    emotion_of
        The emotion of each clip.
    training, validation
        The clips to train on, and those by which the best epoch is chosen; without any of these,
        it is the last one.
    emotions
        The emotions of the corpus, in order.
    recipe
        How to train.
    seed
        What weights of the head, the order of clips and dropout depend on.
    threads
        How many threads PyTorch may use, on all devices together.
    checkpoint
        The folder that keeps where the training stands.
    identity
        What else decides the result; see :class:`emofold.models.checkpoints.Checkpoint`.
    folder
        Where ``model.safetensors`` and ``config.json`` go.
    notes
        What else ``config.json`` is to say.
    """

    model: str
    wavs: Mapping[str, str]
    emotion_of: Mapping[str, str]
    training: Sequence[str]
    validation: Sequence[str]
    emotions: Sequence[str]
    recipe: Recipe
    seed: int
    threads: int
    checkpoint: str
    identity: Mapping[str, Any]
    folder: str
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What a training gives, beside the files in the task's folder.

    Attributes
    ----------
    logits
        The scores of each clip, in the order of the emotions, by the weights of the best epoch.
    history
        A row of the learning curve for each epoch; accuracies in percent.
    failures
        Why a clip could not be scored.
    """

    logits: dict[str, list[float]]
    history: list[dict[str, Any]]
    failures: dict[str, str]


def finetune(task: Task) -> Outcome:
    """Fine-tune an encoder, choose its best epoch, write it, and score every clip.

    The best epoch has the highest validation accuracy; among equals, the lowest validation loss. A
    training that was killed goes on after its last whole epoch. On the CPU its weights are then
    those of an undisturbed one, bit by bit: all that is random in an epoch depends on the seed and
    the number of the epoch alone.

    Every process of a training on several devices calls this. Each of them runs the front end on
    all clips, which takes as long as one process alone would take.

    Raises
    ------
    InputError
        When the model cannot be used, an emotion has no training clip, no validation clip can be
        used, the precision does not fit the device, or the training diverges.
    """
    accelerator = make_accelerator(task.recipe.precision)
    torch.set_num_threads(max(1, task.threads // accelerator.num_processes))
    set_seed(task.seed)
    model = load_model(Path(task.model), "all")
    network = EmotionNetwork(model, len(task.emotions), task.recipe.dropout)
    sounds = {clip: read_wav(Path(wav)) for clip, wav in task.wavs.items()}
    frames, errors = clip_frames(model, sounds, SAMPLE_RATE)
    _check_clips(task, frames)
    places = {emotion: place for place, emotion in enumerate(task.emotions)}
    training = Training(
        network,
        frames,
        targets={clip: places[task.emotion_of[clip]] for clip in frames},
        clips=[clip for clip in task.training if clip in frames],
        validation=[clip for clip in task.validation if clip in frames],
        recipe=task.recipe,
        seed=task.seed,
        accelerator=accelerator,
    )
    history = training.run(Checkpoint(Path(task.checkpoint), task.identity))
    logits = training.logits(frames)
    if accelerator.is_main_process:
        chosen = next(row["epoch"] for row in history if row["chosen"])
        notes = {
            **task.notes,
            "recipe": asdict(task.recipe),
            "precision": accelerator.mixed_precision.replace("no", "fp32"),
            "seed": task.seed,
            "chosen_epoch": chosen,
            "versions": {package: version(package) for package in RECORDED_PACKAGES},
        }
        save_network(network, task.emotions, Path(task.folder), notes)
    return Outcome(logits, history, {clip: str(error) for clip, error in errors.items()})


def _check_clips(task: Task, frames: Mapping[str, torch.Tensor]) -> None:
    trained_on = (clip for clip in task.training if clip in frames)
    check_training_emotions(map(task.emotion_of.__getitem__, trained_on), task.emotions)
    if task.validation and not frames.keys() & {*task.validation}:
        raise InputError(
            "no validation clip",
            "at least one clip by which the best epoch is chosen",
            "raise `validation_share`, or see in the report why clips failed",
        )
