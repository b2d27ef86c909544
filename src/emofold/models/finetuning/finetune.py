"""The fine-tuning of a speech encoder, in one process or in one for each GPU.

``python -m emofold.models.finetuning.finetune task.json outcome.json`` is what runs in each of
several.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import set_seed

from emofold.errors import InputError, counted
from emofold.files import atomic_write
from emofold.media.audio import read_wav
from emofold.models.epochs import Checkpoint, chosen_epoch
from emofold.models.finetuning.frames import frames_of_copies, list_copies, open_frames
from emofold.models.finetuning.network import save_network
from emofold.models.finetuning.recipe import Recipe, make_accelerator
from emofold.models.finetuning.training import Training
from emofold.models.splits import check_training_emotions
from emofold.runtime.locks import hold_job
from emofold.speech.pretrained import load_model
from emofold.speech.transformer import PretrainedModel

logger = logging.getLogger(__name__)

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
        The emotion of each clip that is to be scored.
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
        What else decides the result; see :class:`emofold.models.epochs.Checkpoint`.
    folder
        Where ``model.safetensors`` and ``config.json`` go.
    notes
        What else ``config.json`` is to say.
    augment
        The copies of the training clips; see :func:`emofold.models.finetuning.frames.list_copies`.
    frames
        The files of :func:`emofold.models.finetuning.frames.save_frames`, instead of wavs.
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
    augment: Mapping[str, Sequence[float]] = field(default_factory=dict)
    frames: Sequence[str] = ()


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
    states
        What the head was given of each clip.
    """

    logits: dict[str, list[float]]
    history: list[dict[str, Any]]
    failures: dict[str, str]
    states: dict[str, list[float]]


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
    network = task.recipe.make_network(model, len(task.emotions))
    (frames, *copies), errors = _find_frames(task, model)
    _check_clips(task, frames)
    index_of = {emotion: index for index, emotion in enumerate(task.emotions)}
    training = Training(
        network,
        frames,
        copies=copies,
        targets={clip: index_of[task.emotion_of[clip]] for clip in frames},
        clips=[clip for clip in task.training if clip in frames],
        validation=[clip for clip in task.validation if clip in frames],
        recipe=task.recipe,
        seed=task.seed,
        accelerator=accelerator,
    )
    history = training.run(Checkpoint(Path(task.checkpoint), task.identity))
    scored = training.score(frames)
    if accelerator.is_main_process:
        notes = {
            **task.notes,
            "recipe": asdict(task.recipe),
            "precision": accelerator.mixed_precision.replace("no", "fp32"),
            "seed": task.seed,
            "chosen_epoch": chosen_epoch(history),
            "versions": {package: version(package) for package in RECORDED_PACKAGES},
        }
        save_network(network, task.emotions, Path(task.folder), notes)
    return Outcome(
        {clip: logits for clip, logits, _ in scored},
        history,
        {clip: str(error) for clip, error in errors.items()},
        {clip: state for clip, _, state in scored},
    )


def _find_frames(
    task: Task, model: PretrainedModel
) -> tuple[list[dict[str, torch.Tensor]], Mapping[str, Any]]:
    if task.frames:
        found, errors = open_frames(map(Path, task.frames))
        wanted = [{clip: of[clip] for clip in task.emotion_of if clip in of} for of in found]
        return wanted, {clip: why for clip, why in errors.items() if clip in task.emotion_of}
    sounds = {clip: read_wav(Path(wav)) for clip, wav in task.wavs.items()}
    return frames_of_copies(model, sounds, list_copies(task.augment), task.recipe.frozen_layers)


def _check_clips(task: Task, frames: Mapping[str, torch.Tensor]) -> None:
    trained_on = (clip for clip in task.training if clip in frames)
    check_training_emotions(map(task.emotion_of.__getitem__, trained_on), task.emotions)
    if task.validation and not frames.keys() & {*task.validation}:
        raise InputError(
            "no validation clip",
            "at least one clip by which the best epoch is chosen",
            "raise `validation_share`, or see in the report why clips failed",
        )


def finetune_on(gpus: int, task: Task) -> Outcome:
    """Fine-tune on so many GPUs; see :func:`finetune`.

    Parameters
    ----------
    gpus
        With 0 or 1, the training runs in this process, otherwise in as many others, which share
        each step. On a machine without a GPU they share its cores.
    task
        What to train.

    Raises
    ------
    InputError
        When there are fewer GPUs than that, or as :func:`finetune` does.
    """
    if gpus <= 1:
        return finetune(task)
    present = torch.cuda.device_count()
    if 0 < present < gpus:
        raise InputError(
            counted(present, "GPU"),
            f"{gpus}, what the model asks for",
            "lower `gpu` of the model, or run where there are more",
        )
    with tempfile.TemporaryDirectory() as scratch:
        request, answer = Path(scratch, "task.json"), Path(scratch, "outcome.json")
        request.write_text(json.dumps(asdict(task)), encoding="utf-8")
        code = _run_processes(gpus, request, answer)
        found = json.loads(answer.read_text("utf-8")) if answer.is_file() else {}
    if "error" in found:
        raise InputError(*found["error"])
    if code or not found:
        raise RuntimeError(f"a fine-tuning in {gpus} processes ended with exit code {code}")
    return Outcome(**found)


def main(arguments: Sequence[str]) -> None:
    """Do this process's part of a task, and write the outcome if it is the first of them."""
    request, answer = map(Path, arguments)
    content = json.loads(request.read_text(encoding="utf-8"))
    task = Task(**{**content, "recipe": Recipe(**content["recipe"])})
    is_first = int(os.environ["RANK"]) == 0
    level = logging.INFO if is_first else logging.ERROR
    logging.basicConfig(level=level, format="%(message)s", stream=sys.stdout)
    with hold_job():
        outcome: dict[str, Any]
        try:
            outcome = asdict(finetune(task))
        except InputError as error:
            outcome = {"error": [error.found, error.expected, error.remedy]}
        if is_first:
            with atomic_write(answer) as partial:
                partial.write_text(json.dumps(outcome), encoding="utf-8")


def _run_processes(count: int, request: Path, answer: Path) -> int:
    """Run the processes, and copy to the log what they print."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += [f"--nproc_per_node={count}", "-m", __spec__.name, str(request), str(answer)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as processes:
        try:
            for line in processes.stdout or ():
                logger.info("%s", line.rstrip())
        except BaseException:
            processes.terminate()
            raise
    return processes.returncode


if __name__ == "__main__":
    main(sys.argv[1:])
