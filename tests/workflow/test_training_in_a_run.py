"""Models that are trained by epochs: what a change trains again, and what a kill costs."""

import os
import re
import signal

import pandas as pd
import pytest

from emofold.tables import open_parquet
from workflow_project import Project, jobs_of, wait_for

pytestmark = pytest.mark.workflow

SCRIPTS = {"bilstm": "train_sequence", "tiny": "finetune_speech"}
LISTS = {"bilstm": "sequence_models", "tiny": "finetuned_models"}
TRAININGS = ["fold0", "fold1", "foldnone"]


def change(project: Project, model: str, **changes):
    """Change the row of a model in the config."""
    (row,) = project.config[LISTS[model]]
    project.configure(**{LISTS[model]: [{**row, **changes}]})


def weights_of(project: Project, model: str):
    """Return the bytes of the weights of a model, training by training."""
    files = sorted((project.results / "models" / model).glob("*/model.safetensors"))
    assert [file.parent.name for file in files] == TRAININGS
    return [file.read_bytes() for file in files]


def test_the_demo_trains_both_models_and_shows_what_they_learned(demo):
    for model in SCRIPTS:
        assert (demo.results / "report/learning" / f"{model}.svg").is_file()
        for fold in range(2):
            table = demo.results / "posteriors" / model / f"fold{fold}.parquet"
            assert len(pd.read_parquet(table)) == 16
            assert open_parquet(table)[1]["protocol"] == "paper"
    page = demo.results / "report/attention/bilstm/speaker-1.html"
    assert page.read_text(encoding="utf-8").count("<figure") == 8
    assert not list((demo.results / "checkpoints").rglob("checkpoint*"))


@pytest.mark.parametrize("model", SCRIPTS)
def test_another_learning_rate_trains_that_model_again_and_what_follows(finished_demo, model):
    change(finished_demo, model, learning_rate=0.002)
    planned = finished_demo.planned()
    assert planned.pop(SCRIPTS[model]) == len(TRAININGS)
    assert planned.pop("fuse") == planned.pop("evaluate") == 1
    upstream = {"make_demo_clips", "extract_audio", "embed_speech", "extract_action_units"}
    upstream |= {"process_action_units", "make_untrained_encoder", "train_static"}
    assert not (upstream | {*SCRIPTS.values()}) & planned.keys()


@pytest.mark.parametrize("model", SCRIPTS)
def test_other_cores_train_nothing_again(finished_demo, model):
    change(finished_demo, model, threads=2)
    assert finished_demo.planned() == {}


@pytest.mark.parametrize("model", SCRIPTS)
def test_a_killed_training_goes_on_and_ends_with_the_weights_of_an_undisturbed_one(
    finished_demo, tmp_path, model
):
    change(finished_demo, model, epochs=40)
    undisturbed = finished_demo.copy(tmp_path / "undisturbed")
    wanted = ["--until", SCRIPTS[model]]

    first = finished_demo.start(*wanted)
    checkpoints = finished_demo.results / "checkpoints" / model
    wait_for(lambda: list(checkpoints.glob("fold*/checkpoint.pt")))
    for job in jobs_of(first.pid, SCRIPTS[model]):
        job.kill()
    os.kill(first.pid, signal.SIGKILL)
    first.wait(timeout=60)

    assert finished_demo.run(*wanted).code == 0
    assert undisturbed.run(*wanted).code == 0
    logs = (finished_demo.folder / "logs" / SCRIPTS[model] / "mini").glob("*.log")
    assert any(re.search(r"resumed after epoch \d", log.read_text("utf-8")) for log in logs)
    assert weights_of(finished_demo, model) == weights_of(undisturbed, model)
    assert not checkpoints.exists() or not list(checkpoints.iterdir())
