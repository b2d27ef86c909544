"""A run that is killed goes on with the same command, and ends as if nothing had happened."""

import os
import signal

import pytest

import miniature
from emofold.tables import open_parquet
from workflow_project import assert_same_tables, jobs_of, wait_for

pytestmark = pytest.mark.workflow

SLOW = miniature.model("slow", "random_forest", parameters={"n_estimators": 4000})


def test_a_killed_job_and_a_killed_snakemake_lose_nothing(project, tmp_path):
    project.configure(models=[*project.config["models"], SLOW])
    undisturbed = project.copy(tmp_path / "undisturbed")

    first = project.start()
    job = wait_for(lambda: jobs_of(first.pid, "train_static"))[0]
    job.kill()
    first.communicate(timeout=120)
    assert first.returncode != 0

    second = project.start()
    wait_for(lambda: jobs_of(second.pid, "train_static"))
    os.kill(second.pid, signal.SIGKILL)
    second.wait(timeout=60)
    assert second.returncode == -signal.SIGKILL
    assert not (project.results / "evaluation").exists()

    last = project.run()
    assert last.code == 0, last.output
    assert undisturbed.run().code == 0
    assert_same_tables(project.results, undisturbed.results)


def test_a_job_that_outlives_its_run_does_not_overwrite_the_next_one(project):
    project.configure(models=[SLOW], fusions=[])
    first = project.start()
    wait_for(lambda: jobs_of(first.pid, "train_static"))
    wait_for((project.folder / "logs/train_static/mini/slow.log").is_file)
    first.kill()
    first.wait(timeout=60)
    small = {"n_estimators": 2}
    project.configure(models=[SLOW | {"parameters": small}])

    last = project.run()
    assert last.code == 0, last.output
    assert "Waiting for jobs" in last.output
    for table in (project.results / "posteriors" / "slow").glob("*.parquet"):
        _, metadata = open_parquet(table)
        assert metadata["provenance"]["parameters"]["classifier"]["parameters"] == small
    assert project.planned() == {}


def test_a_second_run_in_the_same_folder_is_refused(project):
    project.configure(models=[SLOW], fusions=[])
    first = project.start()
    wait_for(lambda: jobs_of(first.pid, "train_static"))
    second = project.run()
    assert second.code != 0
    assert "another run at work" in second.output
    first.communicate(timeout=120)
    assert first.returncode == 0
