"""Two real runs against one another, of which the second was made with another parameter."""

import pytest

from emofold.__main__ import main

pytestmark = pytest.mark.workflow


def test_a_run_with_another_parameter_differs_in_what_it_decides(finished_once, finished, capsys):
    models = finished.config["models"]
    svc = next(model for model in models if model["name"] == "svc")
    svc.update(parameters={"C": 0.1, "gamma": 1000})
    finished.configure(models=models)
    outcome = finished.run("--keep-going", "results/mini/evaluation/metrics.parquet")
    assert outcome.code == 0, outcome.output

    folders = [str(project.results) for project in (finished_once, finished)]
    assert main(["compare", *folders]) == 0
    runs, _, metrics, _, tests, changes = capsys.readouterr().out.rstrip("\n").split("\n\n")
    assert "96 clips in both" in runs.splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in metrics.splitlines()}
    assert float(rows["svc"][4]) < -10
    assert [rows[name][4] for name in ("knn", "bilstm", "zero-r")] == ["0.00"] * 3
    tested = {line.split()[0]: line.split()[2:] for line in tests.splitlines()}
    assert tested["knn"] == ["96", "0", "0", "1.0000", "1.0000"]
    assert tested["svc"][0] == "96"
    assert int(tested["svc"][1]) > 10
    assert changes.splitlines() == [
        "What differs between A and B:",
        "Parameters",
        "  classifier.parameters.C: 1 -> 0.1 (posteriors/svc)",
        "  classifier.parameters.gamma: not set -> 1000 (posteriors/svc)",
    ]


def test_a_run_of_another_place_is_the_same_run(finished_once, finished, capsys):
    assert main(["compare", str(finished_once.results), str(finished.results)]) == 0
    assert "Nothing differs in what the tables say" in capsys.readouterr().out
