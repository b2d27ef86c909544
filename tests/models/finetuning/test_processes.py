"""Fine-tuning that is killed, and fine-tuning in several processes."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from emofold.errors import InputError
from emofold.media.audio import write_wav
from emofold.models.finetuning import finetune as module
from emofold.models.finetuning.finetune import finetune, finetune_on
from finetuning_corpus import elsewhere, voice

WORKER = """
import json, logging, sys
from emofold.models.finetuning.finetune import Task, finetune
from emofold.models.finetuning.recipe import Recipe
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
content = json.load(open(sys.argv[1]))
finetune(Task(**{**content, "recipe": Recipe(**content["recipe"])}))
"""


def started(task, folder):
    """Start a fine-tuning in a process of its own."""
    request = folder / "task.json"
    request.write_text(json.dumps(asdict(task)))
    command = [sys.executable, "-c", WORKER, str(request)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def weights_of(folder: Path) -> bytes:
    return (folder / "model" / "model.safetensors").read_bytes()


def test_a_killed_training_ends_with_the_very_weights_of_an_undisturbed_one(task, tmp_path):
    long = replace(task.recipe, epochs=30, gradient_checkpointing=False)
    killed = elsewhere(task, tmp_path / "killed", recipe=long)
    undisturbed = elsewhere(task, tmp_path / "undisturbed", recipe=long)
    process = started(killed, tmp_path)
    for line in process.stdout:
        if line.startswith("epoch 3 "):
            break
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not (tmp_path / "killed" / "model").exists()

    again = started(killed, tmp_path)
    log, _ = again.communicate()
    assert again.returncode == 0
    assert "resumed after epoch " in log
    assert "epoch 1 of" not in log
    whole, _ = (other := started(undisturbed, tmp_path)).communicate()
    assert other.returncode == 0
    assert "resumed" not in whole
    assert weights_of(tmp_path / "killed") == weights_of(tmp_path / "undisturbed")


def test_a_checkpoint_after_the_last_epoch_gives_the_same_outcome(task, tmp_path):
    first = finetune(elsewhere(task, tmp_path))
    weights = weights_of(tmp_path)
    assert finetune(elsewhere(task, tmp_path)) == first
    assert weights_of(tmp_path) == weights


def test_a_checkpoint_of_another_training_is_not_taken_up(task, tmp_path, caplog):
    caplog.set_level("INFO")
    finetune(elsewhere(task, tmp_path))
    finetune(elsewhere(task, tmp_path, identity={"fold": 1}))
    assert "is of another training" in caplog.text
    assert "resumed" not in caplog.text


def test_two_processes_score_each_clip_once_and_as_one_process_does(
    task, tmp_path, monkeypatch, caplog
):
    monkeypatch.chdir(tmp_path)
    caplog.set_level("INFO")
    still = Path(task.model, "config.json")
    config = json.loads(still.read_text())
    nothing_random = ["attention_dropout", "hidden_dropout", "activation_dropout", "layerdrop"]
    nothing_random += ["feat_proj_dropout", "mask_time_prob"]
    still.write_text(json.dumps(config | dict.fromkeys(nothing_random, 0.0)))
    recipe = replace(task.recipe, dropout=0.0, learning_rate=1e-4)
    write_wav(voice("sad", 0.01, 0), tmp_path / "click.wav")
    common = {
        "recipe": recipe,
        "wavs": {**task.wavs, "click": str(tmp_path / "click.wav")},
        "emotion_of": {**task.emotion_of, "click": "sad"},
        "training": [*task.training, "click"],
    }
    try:
        one = finetune_on(1, elsewhere(task, tmp_path / "one", **common))
        two = finetune_on(2, elsewhere(task, tmp_path / "two", **common))
        again = finetune_on(2, elsewhere(task, tmp_path / "two", **common))
    finally:
        still.write_text(json.dumps(config))
    assert one.logits.keys() == two.logits.keys() == task.wavs.keys()
    assert one.failures == two.failures
    for clip, logits in one.logits.items():
        assert two.logits[clip] == pytest.approx(logits, abs=1e-3)
    for first, second in zip(one.history, two.history, strict=True):
        assert first == pytest.approx(second, abs=1e-3)
    assert (tmp_path / "two" / "model" / "config.json").is_file()
    assert "epoch 2 of 2: " in caplog.text
    assert again.logits == two.logits
    assert "resumed after epoch 2" in caplog.text


def test_dropout_of_layers_and_masks_are_no_obstacle_to_two_processes(task, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config = json.loads(Path(task.model, "config.json").read_text())
    assert config["layerdrop"] == 0.1
    three = {*task.training[:3], *task.training[-3:]}  # a last step of fewer clips than processes
    recipe = replace(task.recipe, epochs=3, batch_size=1, accumulate=5, gradient_checkpointing=True)
    changes = {"training": sorted(three), "recipe": recipe}
    outcome = finetune_on(2, elsewhere(task, tmp_path, **changes))
    assert outcome.logits.keys() == task.wavs.keys()


def test_what_a_user_can_mend_is_told_from_other_processes_too(task, tmp_path, monkeypatch):
    def in_this_process(count, request, answer):
        module.main([str(request), str(answer)])
        return 0

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RANK", "0")
    monkeypatch.setattr(module, "_run_processes", in_this_process)
    with pytest.raises(InputError, match="no validation clip"):
        finetune_on(2, elsewhere(task, tmp_path, validation=["nowhere"]))


def test_a_crash_of_other_processes_is_one(task, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_run_processes", lambda *_: 1)
    with pytest.raises(RuntimeError, match="in 2 processes ended with exit code 1"):
        finetune_on(2, task)


def test_more_gpus_than_there_are_is_refused(task, monkeypatch):
    monkeypatch.setattr(module.torch.cuda, "device_count", lambda: 1)
    with pytest.raises(InputError, match=r"Found: 1 GPU\. Expected: 2"):
        finetune_on(2, task)
