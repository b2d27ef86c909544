"""Every table that a run made is made again when it is gone, and a failed job is not forgotten."""

import re

import pytest

pytestmark = pytest.mark.workflow

ONE_OF_EACH_RULE = {
    "clips.parquet": "list_clips",
    "failures.parquet": "collect_failures",
    "face/means/published.parquet": "import_published_means",
    "posteriors/bilstm/fold1.parquet": "import_published_posteriors",
    "posteriors/svc/fold2.parquet": "train_static",
    "posteriors/knn/fold0.parquet": "train_static_fold",
    "fusion/both/fold0.parquet": "fuse",
    "evaluation/speakers.parquet": "evaluate",
    "evaluation/comparison.parquet": "compare_with_reported",
    "evaluation/clip_facts.parquet": "describe_data",
    "evaluation/oddities.parquet": "find_oddities",
    "report/results.html": "write_results_page",
    "report/data.html": "write_data_page",
}


def targets(project):
    """Return the files that a run is for."""
    output = project.run("--dry-run", "--forcerun", "all").output
    (files,) = re.findall(r"^rule all:\n +input: (.+)$", output, flags=re.MULTILINE)
    return set(files.split(", "))


@pytest.mark.parametrize("run", ["finished_demo", "finished"])
def test_every_table_of_a_run_is_a_target(run, request):
    project = request.getfixturevalue(run)
    folders = (project.results, project.folder / "results/media")
    whole_folders = {project.results / name for name in ("model", "predictions", "playable")}
    tables = {
        path.relative_to(project.folder).as_posix()
        for folder in folders
        for path in folder.rglob("*.parquet")
        if whole_folders.isdisjoint(path.parents)
    }
    assert len(tables) > 20
    assert tables - targets(project) == set()


def test_tables_that_are_gone_are_planned_again(finished):
    for table in ONE_OF_EACH_RULE:
        (finished.results / table).unlink()
    outcome = finished.run("--dry-run")
    missing = " ".join(re.findall("Missing output files: ([^;\\n]+)", outcome.output))
    for table, rule in ONE_OF_EACH_RULE.items():
        assert f"results/mini/{table}" in missing
        assert rule in outcome.jobs


def test_a_fusion_that_fails_fails_again(finished):
    (fusion,) = finished.config["fusions"]
    finished.configure(fusions=[fusion | {"parameters": {"C": -1.0}}])
    for _ in range(2):
        outcome = finished.run()
        assert outcome.code != 0, outcome.output
        assert "C" in outcome.output
    assert finished.planned()["fuse"] == 1
