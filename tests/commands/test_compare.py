"""The command ``emofold compare``."""

import pytest

from emofold.__main__ import main
from small_runs import EMOTIONS, write_run

HEADER = "system protocol normalised_by accuracy_a accuracy_b difference uar_a uar_b uar_difference"
TESTS = "system_a system_b n only_a_right only_b_right p_value p_holm"


@pytest.fixture
def compare(tmp_path, monkeypatch, capsys):
    """Write runs below results/, compare them and return the blocks of what is printed."""

    def compare(a, b, *options):
        monkeypatch.chdir(tmp_path)
        for name, given in (("Größe a", a), ("b", b)):
            write_run(tmp_path / "results" / name, **given)
        assert main(["compare", "results/Größe a", "results/b", *options]) == 0
        return capsys.readouterr().out.rstrip("\n").split("\n\n")

    return compare


def made_with(**parameters):
    return {"parameters": {"emotions": EMOTIONS, **parameters}}


def words(table):
    return [line.split() for line in table.splitlines()]


def test_two_runs_are_printed_side_by_side_with_tests_and_what_was_changed(compare):
    runs, title, metrics, title_of_tests, tests, changes = compare(
        {"systems": {"svc": "++++++++--"}, "made": made_with(C=0.05)},
        {"systems": {"svc": "--++++++++"}, "made": made_with(C=0.1)},
    )
    assert runs.splitlines() == [
        "A: results/Größe a, 10 clips",
        "B: results/b, 10 clips",
        "10 clips in both",
    ]
    assert title == "Means of the folds in percent, differences (B - A) in points:"
    header, svc, baseline = words(metrics)
    assert header == HEADER.split()
    assert svc[:6] == ["svc", "nested", "none", "80.00", "80.00", "0.00"]
    assert baseline[0] == "zero-r"
    assert title_of_tests == (
        "McNemar's exact tests on 10 common clips; p_holm is corrected for their number:"
    )
    assert words(tests) == [
        TESTS.split(),
        ["svc", "svc", "10", "2", "2", "1.0000", "1.0000"],
    ]
    assert changes.splitlines()[:2] == ["What differs between A and B:", "Parameters"]
    assert changes.splitlines()[2].startswith("  C: 0.05 -> 0.1 (clips, ")


def test_runs_that_were_made_alike_are_said_to_be_so(compare):
    *_, last = compare({"systems": {"svc": "++--"}}, {"systems": {"svc": "++--"}})
    assert last == ("Nothing differs in what the tables say of how they were made.")


def test_failed_clips_and_notes_are_said_of_their_run(compare):
    runs, *_ = compare(
        {"systems": {"svc": "++++--"}, "failed": ["clip-1", "clip-2"], "note": "Acted."},
        {"systems": {"svc": "++++--"}, "note": "Acted."},
    )
    assert runs.splitlines() == [
        "A: results/Größe a, 4 clips",
        "   Acted.",
        "   2 clips failed: clip-1, clip-2",
        "B: results/b, 6 clips",
        "   Acted.",
        "4 clips in both",
        "The means are over the clips of each run, the tests over those of both.",
    ]


def test_clips_of_a_synthetic_corpus_are_not_those_of_a_real_one_whatever_their_names(compare):
    runs, *others = compare(
        {"systems": {"svc": "++++--"}},
        {"systems": {"svc": "++++--"}, "note": "Synthetic corpus."},
    )
    assert "0 clips in both" in runs
    assert "The corpora are not the same, even where their clips have the same names." in runs
    assert any("Nothing to test" in block for block in others)


def test_a_clip_of_another_emotion_is_named_and_left_out_of_the_tests(compare):
    runs, *_, tests, _ = compare(
        {"systems": {"svc": "++++--"}},
        {"systems": {"svc": "+++---"}, "emotions": {"clip-3": "calm"}},
    )
    assert runs.splitlines()[-1] == ("1 clip of another emotion in A than in B, in no test: clip-3")
    assert words(tests)[1][2:5] == ["5", "0", "0"]


def test_other_folds_are_said(compare):
    runs, *_ = compare(
        {"systems": {"svc": "++++--"}}, {"systems": {"svc": "+" * 6}, "folds": "000111"}
    )
    assert runs.splitlines()[-1] == "The folds divide these clips in other ways in A than in B."


def test_other_emotions_are_said(compare):
    runs, *_ = compare(
        {"systems": {"svc": "++++--"}},
        {"systems": {"svc": "++++--"}, "told_apart": ["calm", "happy", "sad", "angry"]},
    )
    assert runs.splitlines()[-1] == (
        "The emotions differ: calm, happy, sad in A, calm, happy, sad, angry in B"
    )


def test_another_footing_is_said_below_the_metrics(compare):
    blocks = compare(
        {"systems": {"svc": "++++--"}, "protocol": "paper"}, {"systems": {"svc": "+++---"}}
    )
    assert blocks[3] == "Not on the same footing (protocol paper in A, nested in B): svc"
    assert words(blocks[2])[1][:5] == ["svc", "paper", "|", "nested", "none"]


def test_without_a_name_in_common_the_best_of_each_are_tested(compare):
    *_, tests, note, _ = compare(
        {"systems": {"svc": "++----", "knn": "++++--"}},
        {"systems": {"mlp": "+++++-", "tree": "+-----"}},
    )
    assert [row[:5] for row in words(tests)[1:]] == [["knn", "mlp", "6", "0", "1"]]
    assert note.startswith("No system has the same name in both runs: these are the most accurate")


def test_pairs_that_are_named_are_tested_alone(compare):
    given = ["--pair", "svc", "mlp", "--pair", "zero-r", "svc"]
    *_, tests, _ = compare(
        {"systems": {"svc": "++----"}}, {"systems": {"svc": "++++--", "mlp": "+++++-"}}, *given
    )
    assert [row[:2] for row in words(tests)[1:]] == [["svc", "mlp"], ["zero-r", "svc"]]


def test_what_differs_between_the_systems_of_a_pair_is_said(compare):
    a, b = {"systems": {"svc": "++++--"}}, {"systems": {"mlp": "+++++-"}}
    *_, changes = compare(a | {"made": made_with(C=1)}, b | {"made": made_with(C=10)})
    assert "  C: 1 -> 10 (clips, evaluation/metrics and 2 more)" in changes.splitlines()


def test_runs_of_other_clips_cannot_be_tested(compare):
    everything = [f"clip-{place}" for place in range(4)]
    blocks = compare(
        {"systems": {"svc": "++++--"}, "failed": everything},
        {"systems": {"svc": "++++--"}, "failed": ["clip-4", "clip-5"]},
    )
    assert "0 clips in both" in blocks[0].splitlines()
    assert blocks[3].startswith("Nothing to test: no clip in both")


def test_a_folder_that_is_no_run_is_explained(tmp_path, capsys):
    write_run(tmp_path / "a", {"svc": "+-"})
    (tmp_path / "b").mkdir()
    assert main(["compare", str(tmp_path / "a"), str(tmp_path / "b")]) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert f"no evaluation/metrics.parquet in {tmp_path / 'b'}" in error


def test_a_run_is_not_compared_with_itself(tmp_path, capsys):
    folder = write_run(tmp_path / "a", {"svc": "+-"})
    (tmp_path / "again").symlink_to(folder)
    assert main(["compare", str(folder), str(tmp_path / "again")]) == 1
    assert "which are the same folder" in capsys.readouterr().err


def test_an_unknown_system_of_a_pair_is_explained(tmp_path, capsys):
    folders = [str(write_run(tmp_path / name, {"svc": "+-"})) for name in "ab"]
    assert main(["compare", *folders, "--pair", "svc", "svm"]) == 1
    assert f"no system `svm` in {folders[1]}, perhaps `svc`" in capsys.readouterr().err
