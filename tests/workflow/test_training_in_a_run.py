"""Models that are trained by epochs: what a change trains again, and what a kill costs."""

import os
import re
import shutil
import signal
from itertools import permutations

import pandas as pd
import pytest

from emofold.tables import open_parquet
from workflow_project import Project, jobs_of, wait_for

pytestmark = pytest.mark.workflow

SCRIPTS = {"action-units-bilstm": "train_sequence", "wav2vec2-tiny": "finetune_speech"}
LISTS = {"action-units-bilstm": "sequence_models", "wav2vec2-tiny": "finetuned_models"}
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
    page = demo.results / "report/attention/action-units-bilstm/part-0000-of-8-clips.html"
    assert page.read_text(encoding="utf-8").count("<figure") == 8
    assert not list((demo.results / "checkpoints").rglob("checkpoint*"))


@pytest.mark.parametrize(("model", "other"), [*permutations(SCRIPTS, 2)])
def test_another_learning_rate_trains_that_model_again_and_other_cores_nothing(
    finished_demo, model, other
):
    change(finished_demo, model, learning_rate=0.002)
    change(finished_demo, other, threads=2)
    planned = finished_demo.planned()
    assert planned.pop(SCRIPTS[model]) == len(TRAININGS)
    assert planned.pop("fuse") == planned.pop("evaluate") == 1
    upstream = {"make_demo_clips", "extract_audio", "embed_speech", "extract_action_units"}
    upstream |= {"process_action_units", "make_untrained_encoder", "train_static"}
    assert not (upstream | {*SCRIPTS.values()}) & planned.keys()


def test_a_training_that_is_missing_runs_alone_on_what_the_frozen_layers_gave(finished_demo):
    frozen = [*(finished_demo.results / "frozen/wav2vec2-tiny").glob("*.safetensors")]
    assert len(frozen) == 2
    assert not finished_demo.planned()
    shutil.rmtree(finished_demo.results / "models/wav2vec2-tiny/foldnone")
    planned = finished_demo.planned()
    assert planned["finetune_speech"] == 1
    assert not {"run_frozen_layers", "train_sequence", "embed_speech"} & planned.keys()


def test_killed_trainings_go_on_and_end_with_the_weights_of_undisturbed_ones(demo, finished_demo):
    results = finished_demo.results
    last = [f"results/demo/models/{model}/foldnone/model.safetensors" for model in SCRIPTS]
    wanted = ["--", *last]
    for model in SCRIPTS:
        shutil.rmtree(results / "models" / model)

    first = finished_demo.start(*wanted)
    for model, script in SCRIPTS.items():
        checkpoints = results / "checkpoints" / model
        wait_for(lambda: list(checkpoints.glob("fold*/checkpoint.pt")))  # noqa: B023
        for job in jobs_of(first.pid, script):
            job.kill()
    os.kill(first.pid, signal.SIGKILL)
    first.wait(timeout=60)

    outcome = finished_demo.run(*wanted)
    assert outcome.code == 0, outcome.output
    for model, script in SCRIPTS.items():
        logs = (finished_demo.folder / "logs" / script / "demo").glob("*.log")
        assert any(re.search(r"resumed after epoch \d", log.read_text("utf-8")) for log in logs)
        assert weights_of(finished_demo, model) == weights_of(demo, model)
        checkpoints = results / "checkpoints" / model
        assert not checkpoints.exists() or not list(checkpoints.iterdir())
