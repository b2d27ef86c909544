"""A run that is killed goes on with the same command, and ends as if nothing had happened."""

import os
import signal

import pytest

import miniature
from workflow_project import assert_same_tables, jobs_of, wait_for

pytestmark = pytest.mark.workflow

SLOW = miniature.model("svc", "random_forest", parameters={"n_estimators": 1000})


def test_a_run_whose_jobs_and_snakemake_were_killed_ends_as_if_nothing_had_happened(
    finished_once, project
):
    config = project.config
    project.configure(models=[SLOW], fusions=[])

    first = project.start()
    wait_for(lambda: jobs_of(first.pid, "train_static"))[0].kill()
    first.communicate(timeout=120)
    assert first.returncode != 0

    log = project.folder / "logs/train_static/mini/svc.log"
    log.unlink(missing_ok=True)
    second = project.start()
    wait_for(log.is_file)
    (job,) = jobs_of(second.pid, "train_static")
    job.suspend()
    another = project.run()
    assert another.code != 0
    assert "another run at work" in another.output
    os.kill(second.pid, signal.SIGKILL)
    second.wait(timeout=60)
    assert second.returncode == -signal.SIGKILL
    assert not (project.results / "evaluation/metrics.parquet").exists()

    # The job of the killed run goes on alone, and must not overwrite what the next run makes.
    project.configure(**config)
    last = project.start()
    assert any("Waiting for jobs" in line for line in last.stdout)
    job.resume()
    output, _ = last.communicate(timeout=120)
    assert last.returncode == 0, output
    assert_same_tables(project.results, finished_once.results)
    assert project.planned() == {}
