"""A run on a SLURM cluster ends as one on this computer, whatever happens to its jobs."""

import re
import shutil
import signal
import subprocess
from collections import Counter

import pytest
import torch
import yaml
from transformers import Wav2Vec2Config, Wav2Vec2FeatureExtractor, Wav2Vec2Model

import miniature
from emofold.tables import open_parquet
from workflow_project import ON_THE_CLUSTER, Project, assert_same_tables, new_project, wait_for

pytestmark = [pytest.mark.cluster, pytest.mark.workflow, pytest.mark.usefixtures("cluster")]

CONFIG = {
    "name": "mini",
    "corpus": "demo",
    "demo": {"speakers": 2, "takes": 1},
    "folds": [[1], [2]],
    "protocol": "paper",
    "evaluation": {"bootstrap_draws": 100, "reported": None},
    "speech": {
        "encoders": [
            {"name": "acoustic", "kind": "acoustic"},
            {"name": "tiny", "kind": "transformer", "model": "tiny", "layers": "all", "gpu": 1},
        ]
    },
}
TINY = Wav2Vec2Config(
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=16,
    conv_dim=[8] * 7,
    num_conv_pos_embeddings=16,
    num_conv_pos_embedding_groups=4,
)
SLOW = miniature.model(
    "slow",
    "random_forest",
    features="speech/embeddings/acoustic",
    parameters={"n_estimators": 3000},
)
# Python reads it when it starts. It writes down what GPUs each job of the cluster sees.
SITECUSTOMIZE = """\
import os
job = os.environ.get("SLURM_JOB_ID")
if job:
    with open(f"gpus-of-{job}.txt", "w") as file:
        file.write(os.environ.get("CUDA_VISIBLE_DEVICES", "none"))
"""


def slurm(*command: str) -> str:
    """Return what a command of SLURM prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def jobs_of_the_cluster() -> dict[str, dict[str, str]]:
    """Return what SLURM knows of all its jobs, by their numbers."""
    shown = slurm("scontrol", "show", "job", "--oneliner")
    pairs = [dict(re.findall(r"(\w+)=(\S*)", line)) for line in shown.splitlines()]
    return {job["JobId"]: job for job in pairs if "JobId" in job}


def rule_of(job: dict[str, str]) -> str:
    """Return what a job was submitted for: a rule, or the group that a rule is in."""
    return job["Comment"].partition("_wildcards_")[0].removeprefix("rule_")


def unfinished() -> list[dict[str, str]]:
    """Return the jobs that are in the queue or at work."""
    states = {"PENDING", "RUNNING", "COMPLETING"}
    return [job for job in jobs_of_the_cluster().values() if job["JobState"] in states]


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Project:
    """A run on this computer, for reading only."""
    project = new_project(tmp_path_factory.mktemp("here") / "Größe & zwei Wörter")
    (project.folder / "mini.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    torch.manual_seed(1)
    Wav2Vec2Model(TINY).save_pretrained(project.folder / "tiny")
    Wav2Vec2FeatureExtractor().save_pretrained(project.folder / "tiny")
    outcome = project.run()
    assert outcome.code == 0, outcome.output
    return project


@pytest.fixture(scope="module")
def there(here, tmp_path_factory) -> tuple[Project, dict[str, dict[str, str]]]:
    """The same on the cluster, and the jobs that it took."""
    project = new_project(tmp_path_factory.mktemp("there") / "Größe & zwei Wörter")
    shutil.copy2(here.folder / "mini.yaml", project.folder)
    shutil.copytree(here.folder / "tiny", project.folder / "tiny")
    (project.folder / "src" / "sitecustomize.py").write_text(SITECUSTOMIZE, encoding="utf-8")
    before = jobs_of_the_cluster()
    outcome = project.run(place=ON_THE_CLUSTER)
    assert outcome.code == 0, outcome.output
    return project, {k: job for k, job in jobs_of_the_cluster().items() if k not in before}


@pytest.fixture
def busy(here, tmp_path) -> Project:
    """A finished project with one more model, which takes a while to train."""
    project = here.copy(tmp_path / "Größe & zwei Wörter")
    project.configure(models=[SLOW], fusions=[])
    return project


def test_the_tables_are_those_of_a_run_on_this_computer(here, there):
    project, _ = there
    assert_same_tables(here.results, project.results)
    assert project.planned() == {}


def test_what_takes_seconds_stays_off_the_queue_or_shares_a_job(there):
    _, jobs = there
    assert Counter(map(rule_of, jobs.values())) == {
        "make_demo_clips": 2,
        "audio_extract_audio": 1,
        "extract_action_units": 2,
        "pages_draw_action_units": 1,
        "embed_speech": 4,
        "train_static": 2,
    }


def test_a_gpu_is_asked_for_by_what_uses_it_and_by_nothing_else(there):
    project, jobs = there
    for number, job in jobs.items():
        seen = (project.folder / f"gpus-of-{number}.txt").read_text(encoding="utf-8")
        uses_gpu = "embed_speech_wildcards_tiny" in job["Comment"]
        assert ("gres:gpu" in job.get("TresPerJob", "")) == uses_gpu, job
        assert seen in ({"0", "1"} if uses_gpu else {"none"}), job


def test_an_interrupted_run_cancels_its_jobs(busy):
    run = busy.start(place=ON_THE_CLUSTER)
    wait_for(unfinished)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=60)
    assert run.returncode != 0
    wait_for(lambda: not unfinished())


def test_a_run_waits_for_the_jobs_that_a_killed_one_left_on_the_cluster(busy):
    log = busy.folder / "logs/train_static/mini/slow.log"
    killed = busy.start(place=ON_THE_CLUSTER)
    wait_for(log.is_file)
    killed.kill()
    killed.wait(timeout=60)
    assert unfinished()
    small = {"n_estimators": 2}
    busy.configure(models=[SLOW | {"parameters": small}])

    outcome = busy.run()
    assert outcome.code == 0, outcome.output
    assert "Waiting for jobs" in outcome.output
    for table in (busy.results / "posteriors" / "slow").glob("*.parquet"):
        _, metadata = open_parquet(table)
        assert metadata["provenance"]["parameters"]["classifier"]["parameters"] == small
