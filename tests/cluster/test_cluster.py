"""A run on a SLURM cluster ends as one on this computer, whatever happens to its jobs."""

import re
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import psutil
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
    "clips_per_shard": 8,
    "folds": [[1], [2]],
    "protocol": "paper",
    "evaluation": {"bootstrap_draws": 100, "reported": None},
    "speech": {
        "encoders": [
            {"name": "acoustic", "kind": "acoustic"},
            {"name": "tiny", "kind": "transformer", "model": "tiny", "layers": "all", "gpu": 1},
        ]
    },
    "sequence_models": [
        {"name": "bilstm", "extractor": "mediapipe", "hidden_size": 8, "epochs": 5},
    ],
    "finetuned_models": [
        {
            "name": "tuned",
            "untrained": {"hidden_size": 16, "layers": 1, "heads": 2},
            "epochs": 150,  # some seconds of training, to be stopped in the midst of
            "gpu": 1,
        }
    ],
    "fusions": [
        {"name": "speech+face", "posteriors": ["acoustic-logistic", "face-logistic"]},
    ],
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
PROFILE = "workflow/profiles/slurm/config.yaml"
SHARED = ["extract_action_units: faces", "faces: 8"]  # lines of the profile that wait as comments
# An array of three tasks, of which the second fails after the others.
ARRAY = """\
rule all:
    input:
        expand("{n}.txt", n=range(3)),
rule make:
    output:
        "{n}.txt",
    resources:
        mem_mb=100,
        runtime=5,
    shell:
        "[ $SLURM_ARRAY_TASK_ID != 2 ] || {{ sleep 8; exit 1; }}; touch {output}"
"""
# Python reads it when it starts. It writes down what GPUs each job of the cluster sees.
SITECUSTOMIZE = """\
import os
job = os.environ.get("SLURM_JOB_ID")
if job:
    with open(f"gpus-of-{job}.txt", "w") as file:
        file.write(os.environ.get("CUDA_VISIBLE_DEVICES", "none"))
"""


FACES = "faces_extract_action_units"


def slurm(*command: str) -> str:
    """Return what a command of SLURM prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def jobs_of_the_cluster() -> dict[str, dict[str, str]]:
    """Return what SLURM knows of all its jobs, by their numbers."""
    shown = slurm("scontrol", "show", "job", "--oneliner")
    pairs = [dict(re.findall(r"(\w+)=(\S*)", line)) for line in shown.splitlines()]
    return {job["JobId"]: job for job in pairs if "JobId" in job}


def unfinished() -> list[dict[str, str]]:
    """Return the jobs that are in the queue or at work."""
    states = {"PENDING", "RUNNING", "COMPLETING"}
    return [job for job in jobs_of_the_cluster().values() if job["JobState"] in states]


def at_work(wanted: str) -> str | None:
    """Return the number of the job that is at work on a rule, with some wildcards."""
    jobs = (job for job in jobs_of_the_cluster().values() if job["JobState"] == "RUNNING")
    return next((job["JobId"] for job in jobs if job["Comment"] == f"rule_{wanted}"), None)


def processes_of(number: str, script: str) -> list[psutil.Process]:
    """Return the processes that run a script as a job of the cluster."""
    return [
        process
        for process in psutil.process_iter(["cmdline", "environ"])
        if any(part.endswith(f".{script}.py") for part in process.info["cmdline"] or [])
        and process.info["environ"].get("SLURM_JOB_ID") == number
    ]


def cancel(wanted: str) -> None:
    """Cancel a job as soon as it is at work, which on a busy machine is late."""
    slurm("scancel", wait_for(lambda: at_work(wanted), seconds=600))


def halt_midway(project: Project, fold: int) -> str:
    """Let a fine-tuning stand still after its first checkpoint, and return its job's number."""
    wait_for((project.results / f"checkpoints/tuned/fold{fold}/checkpoint.pt").is_file, 600)
    job = at_work(f"finetune_speech_wildcards_tuned_{fold}")
    assert job, "the fine-tuning ended before it was halted"
    for process in processes_of(job, "finetune_speech"):
        process.suspend()
    return job


def disturb(project: Project) -> None:
    """Cancel an embedding, what shares a job, and a fine-tuning; have another reach its limit.

    Each on its own, as the queue decides which of them comes first.
    """
    embedding = "embed_speech_wildcards_acoustic_part-0000-of-8-clips"
    with ThreadPoolExecutor() as threads:
        disturbances = [
            threads.submit(cancel, embedding),
            threads.submit(cancel, FACES),
            threads.submit(lambda: slurm("scancel", halt_midway(project, fold=0))),
            threads.submit(lambda: halt_midway(project, fold=1)),
        ]
        for disturbance in disturbances:
            disturbance.result()


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> tuple[Project, Project]:
    """The same run, for reading only: on this computer and, with disturbances, on the cluster."""
    here = new_project(tmp_path_factory.mktemp("here") / "Größe & zwei Wörter")
    (here.folder / "mini.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    torch.manual_seed(1)
    Wav2Vec2Model(TINY).save_pretrained(here.folder / "tiny")
    Wav2Vec2FeatureExtractor().save_pretrained(here.folder / "tiny")
    there = here.copy(tmp_path_factory.mktemp("there") / "Größe & zwei Wörter")
    (there.folder / "src" / "sitecustomize.py").write_text(SITECUSTOMIZE, encoding="utf-8")
    for line in SHARED:
        there.replace(PROFILE, f"# {line}", line)
    # A minute at first, which is the shortest limit, and an hour for the second attempt.
    limits = ["--set-resources", "finetune_speech:runtime=60 ** (attempt - 1)"]
    with ThreadPoolExecutor() as threads:
        runs = [
            threads.submit(here.run),
            threads.submit(there.run, *limits, place=ON_THE_CLUSTER),
        ]
        disturb(there)
        for run in runs:
            assert run.result().code == 0, run.result().output
    return here, there


@pytest.fixture(scope="module")
def here(both) -> Project:
    """The run on this computer."""
    return both[0]


@pytest.fixture(scope="module")
def there(both) -> Project:
    """The run on the cluster."""
    return both[1]


@pytest.fixture(scope="module")
def attempts(there) -> dict[str, list[dict[str, str]]]:
    """The attempts at each job of the run on the cluster, by what it was submitted for."""
    attempts = defaultdict(list)
    for job in jobs_of_the_cluster().values():
        if str(there.folder).startswith(job["WorkDir"]):  # which is cut at its first space
            attempts[job["Comment"].removeprefix("rule_")].append(job)
    return attempts


@pytest.fixture
def busy(here, tmp_path) -> Project:
    """A finished project with one more model, which takes a while to train."""
    project = here.copy(tmp_path / "Größe & zwei Wörter")
    project.configure(models=[SLOW], fusions=[], bundle={"system": None})
    return project


def test_the_tables_are_those_of_a_run_on_this_computer(here, there):
    assert_same_tables(here.folder / "results", there.folder / "results")
    assert there.planned() == {}


def test_what_takes_seconds_stays_off_the_queue_or_shares_a_job(attempts):
    assert Counter(job.partition("_wildcards_")[0] for job in attempts) == {
        "make_demo_clips": 2,
        "audio_extract_audio": 1,
        "faces_extract_action_units": 1,
        "pages_draw_action_units": 1,
        "embed_speech": 4,
        "train_static": 2,
        "train_sequence": 2,
        "finetune_speech": 2,
        "train_bundle": 1,
    }


def test_a_gpu_is_asked_for_by_what_uses_it_and_by_nothing_else(there, attempts):
    for name, jobs in attempts.items():
        job = jobs[-1]
        seen = (there.folder / f"gpus-of-{job['JobId']}.txt").read_text(encoding="utf-8")
        uses_gpu = re.search("embed_speech_wildcards_tiny|finetune_speech", name)
        assert ("gres:gpu" in job.get("TresPerJob", "")) == bool(uses_gpu), job
        assert seen in ({"0", "1"} if uses_gpu else {"none"}), job


def test_a_cancelled_job_is_sent_again_with_more_time(attempts):
    first, second = attempts["embed_speech_wildcards_acoustic_part-0000-of-8-clips"]
    assert (first["JobState"], first["TimeLimit"]) == ("CANCELLED", "04:00:00")
    assert (second["JobState"], second["TimeLimit"]) == ("COMPLETED", "08:00:00")


def test_jobs_that_share_one_ask_for_the_cores_and_memory_of_one_and_the_time_of_all(attempts):
    asked = ("NumCPUs", "MinMemoryNode", "TimeLimit", "JobState")
    first, second = ([job[key] for key in asked] for job in attempts[FACES])
    assert first == ["1", "2000M", "08:00:00", "CANCELLED"]
    assert second == ["1", "2000M", "16:00:00", "COMPLETED"]
    (sound,) = ([job[key] for key in asked] for job in attempts["audio_extract_audio"])
    assert sound == ["1", "1000M", "02:00:00", "COMPLETED"]


def test_what_the_node_said_of_a_failed_job_lies_where_the_documents_say(there, attempts):
    logs = there.folder / ".snakemake/slurm_logs"
    embedding = "embed_speech_wildcards_acoustic_part-0000-of-8-clips"
    for name, folder in {
        FACES: f"group_{FACES}",
        embedding: "rule_embed_speech/acoustic_part-0000-of-8-clips",
    }.items():
        failed, _ = attempts[name]
        log = logs / folder / f"{failed['JobId']}.log"
        assert "CANCELLED" in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(("fold", "state"), [(0, "CANCELLED"), (1, "TIMEOUT")])
def test_a_fine_tuning_that_was_stopped_goes_on_and_ends_with_the_same_weights(
    here, there, attempts, fold, state
):
    states = [job["JobState"] for job in attempts[f"finetune_speech_wildcards_tuned_{fold}"]]
    assert states == [state, "COMPLETED"]
    log = there.folder / f"logs/finetune_speech/mini/tuned-fold{fold}.log"
    assert re.search(r"resumed after epoch \d+", log.read_text(encoding="utf-8"))
    weights = f"models/tuned/fold{fold}/model.safetensors"
    assert (there.results / weights).read_bytes() == (here.results / weights).read_bytes()


def test_an_interrupted_run_cancels_its_jobs(busy):
    run = busy.start(place=ON_THE_CLUSTER)
    wait_for((busy.folder / "logs/train_static/mini/slow.log").is_file)
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=60)
    assert run.returncode != 0
    wait_for(lambda: not unfinished())


def test_a_run_waits_for_the_jobs_that_a_killed_one_left_on_the_cluster(busy):
    log = busy.folder / "logs/train_static/mini/slow.log"
    killed = busy.start(place=ON_THE_CLUSTER)
    wait_for(log.is_file)
    jobs = processes_of(at_work("train_static_wildcards_slow"), "train_static")
    for job in jobs:
        job.suspend()
    killed.kill()
    killed.wait(timeout=60)
    assert unfinished()
    small = {"n_estimators": 2}
    busy.configure(models=[SLOW | {"parameters": small}])

    last = busy.start()
    assert any("Waiting for jobs" in line for line in last.stdout)
    for job in jobs:
        job.resume()
    output, _ = last.communicate(timeout=600)
    assert last.returncode == 0, output
    for table in (busy.results / "posteriors" / "slow").glob("*.parquet"):
        _, metadata = open_parquet(table)
        assert metadata["provenance"]["parameters"]["classifier"]["parameters"] == small


def test_a_failed_task_of_a_job_array_still_removes_what_the_first_one_made(tmp_path):
    """Why docs/cluster.md warns of job arrays: once this fails, they can be tried again."""
    (tmp_path / "Snakefile").write_text(ARRAY, encoding="utf-8")
    command = [sys.executable, "-m", "snakemake", "--executor", "slurm", "--jobs", "9"]
    command += ["--slurm-array-jobs", "all", "--slurm-init-seconds-before-status-checks", "1"]
    command += ["--slurm-status-command", "squeue", "--keep-going", "--latency-wait", "30"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300
    )
    assert re.search(r"Submitted array job .* task IDs are 1-3", done.stderr)
    assert len([*tmp_path.glob("*.txt")]) == 1
