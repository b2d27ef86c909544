"""The lines that a run ends with."""

import pandas as pd
import pytest

from emofold.__main__ import main
from emofold.evaluation.schemas import COMPARISON, FAILURES, METRICS
from emofold.report.summary import summarise_run
from emofold.tables import write_table


def metrics(systems):
    rows = [
        {"system": name, "kind": "model", "modality": "face", "fold": None, "accuracy": accuracy}
        for name, accuracy in systems.items()
    ]
    frame = pd.DataFrame(rows).assign(
        corpus=None,
        protocol="nested",
        normalised_by="none",
        n=50,
        uar=40.0,
        macro_f1=39.0,
    )
    wald = frame.assign(ci_method="wald", ci_low=frame["accuracy"] - 3, ci_high=frame["accuracy"])
    spread = {"ci_low": frame["accuracy"] - 5, "ci_high": frame["accuracy"] + 5}
    by_speakers = frame.assign(ci_method="speaker_bootstrap", **spread)
    return pd.concat([wald, by_speakers]).astype({"fold": "Int64"})


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "results/mine"
    table = metrics({"worse": 50.0, "better": 60.0})
    write_table(table, folder / "evaluation/metrics.parquet", METRICS, {"note": "Made of code."})
    return folder


def write_failures(folder, count):
    rows = [{"clip": f"c{i}", "speaker": "a", "step": "embed_speech"} for i in range(count)]
    frame = pd.DataFrame(rows).assign(reason="Found: no sound. Expected: one.")
    write_table(frame, folder / "failures.parquet", FAILURES)


def test_the_systems_are_listed_the_best_first_with_intervals_by_speakers_below_the_note(run):
    note, _, header, first, second = [*summarise_run(run)][1:]
    assert note == "Made of code."
    assert header.split()[0] == "system"
    assert first.split() == [
        "better",
        "face",
        "nested",
        "none",
        "50",
        "60.00",
        "55.0",
        "to",
        "65.0",
        "40.00",
    ]
    assert second.split()[0] == "worse"


def test_many_systems_are_cut_and_counted(run):
    table = metrics({f"s{number}": float(number) for number in range(35)})
    write_table(table, run / "evaluation/metrics.parquet", METRICS)
    lines = [*summarise_run(run)]
    assert lines[-1].startswith("and 5 more: emofold show ")


def test_failed_clips_are_named_with_their_reasons(run):
    write_failures(run, 12)
    lines = [*summarise_run(run)]
    assert "12 clips failed:" in lines
    assert "  c0 (embed_speech): Found: no sound. Expected: one." in lines
    assert lines[-1].startswith("  and 2 more: ")


def test_what_was_reported_is_compared_in_one_line(run):
    rows = {"system": ["a", "b"], "reported": 60.0, "measured": [60.0, 59.5]}
    frame = pd.DataFrame(rows).assign(difference=[0.0, -0.5], source="Table 2")
    write_table(frame, run / "evaluation/comparison.parquet", COMPARISON)
    assert [*summarise_run(run)][-1] == (
        "2 accuracies compared with what was reported; the largest difference is -0.50 points (b)."
    )


def test_the_report_is_named_when_it_is_there(run):
    (run / "report.html").touch()
    assert [*summarise_run(run)][-1] == f"The report: {run / 'report.html'}"


def test_show_prints_the_summary_of_a_run(run, capsys):
    assert main(["show", str(run)]) == 0
    assert capsys.readouterr().out.splitlines() == [*summarise_run(run)]


def test_show_refuses_a_folder_that_no_run_has_left_anything_in(tmp_path, capsys):
    assert main(["show", str(tmp_path)]) == 1
    assert "no result of a run in" in capsys.readouterr().err
