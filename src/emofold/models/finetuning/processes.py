"""A fine-tuning in one process, or in one process for each GPU.

``python -m emofold.models.finetuning.processes task.json outcome.json`` is what runs in each of
several.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from emofold.errors import InputError, counted
from emofold.files import atomic_write
from emofold.models.finetuning.finetune import Outcome, Task, finetune
from emofold.models.finetuning.training import Recipe
from emofold.runtime.locks import hold_job

logger = logging.getLogger(__name__)


def finetune_on(gpus: int, task: Task) -> Outcome:
    """Fine-tune on so many GPUs; see :func:`emofold.models.finetuning.finetune.finetune`.

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
