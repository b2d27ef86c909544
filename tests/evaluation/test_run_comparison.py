"""Two runs against one another."""

import pytest

from emofold.errors import InputError
from emofold.evaluation.run_comparison import (
    best_of_each,
    check_pairs,
    common_clips,
    on_other_footing,
    paired_tests,
    shared_systems,
    side_by_side,
)
from emofold.evaluation.runs import Run
from small_runs import clip_names, write_run


@pytest.fixture
def run_of(tmp_path):
    """Write a run and read it."""
    return lambda name, systems, **more: Run.read(write_run(tmp_path / name, systems, **more))


def test_a_system_of_both_runs_has_one_row_with_the_difference_in_points(run_of):
    a, b = run_of("a", {"svc": "++++--"}), run_of("b", {"svc": "+++++-"})
    row = side_by_side(a, b).set_index("system").loc["svc"]
    assert row["accuracy_a"] == pytest.approx(400 / 6)
    assert row["accuracy_b"] == pytest.approx(500 / 6)
    assert row["difference"] == pytest.approx(100 / 6)
    assert row["uar_difference"] == pytest.approx(row["uar_b"] - row["uar_a"])
    assert row["protocol"] == "nested"
    assert row["normalised_by"] == "none"


def test_the_accuracy_is_the_mean_of_the_folds(run_of):
    a = run_of("a", {"svc": "+++---"}, folds="000001")
    row = side_by_side(a, a).set_index("system").loc["svc"]
    assert row["accuracy_a"] == pytest.approx((60 + 0) / 2)


def test_a_system_of_one_run_has_an_empty_side(run_of):
    a, b = (
        run_of("a", {"svc": "++++--", "knn": "+-----"}),
        run_of("b", {"svc": "++++--", "mlp": "++----"}),
    )
    table = side_by_side(a, b).set_index("system")
    assert list(table.index) == ["svc", "knn", "mlp", "zero-r"]
    assert table.loc["knn", ["accuracy_b", "difference", "uar_b", "uar_difference"]].isna().all()
    assert table.loc["mlp", ["accuracy_a", "difference", "uar_a", "uar_difference"]].isna().all()
    assert table.loc["mlp", "accuracy_b"] == pytest.approx(200 / 6)
    assert table.loc["knn", "protocol"] == "nested"


def test_rows_of_another_protocol_or_normalisation_are_not_on_the_same_footing(run_of):
    a = run_of("a", {"svc": "++++--", "mlp": "++++--"}, protocol="paper")
    b = run_of("b", {"svc": "++++--", "mlp": "++++--"}, normalised_by="speaker")
    rows = side_by_side(a, b).set_index("system").loc["svc"]
    assert rows[["protocol", "normalised_by"]].tolist() == ["paper | nested", "none | speaker"]
    pairs = shared_systems(a, b)
    assert on_other_footing(a, b, pairs) == {
        "protocol paper in A, nested in B; normalised_by none in A, speaker in B": ["svc", "mlp"]
    }
    assert on_other_footing(a, a, pairs) == {}


def test_tests_are_made_clip_by_clip_whatever_the_order_of_the_rows(run_of):
    a, b = run_of("a", {"svc": "++++++--"}), run_of("b", {"svc": "-----+++"})
    tests = paired_tests(a, b, [("svc", "svc")], clip_names(8))
    assert tests.to_dict("records") == [
        {
            **{"system_a": "svc", "system_b": "svc", "n": 8},
            **{"only_a_right": 5, "only_b_right": 2},
            **{"p_value": pytest.approx(2 * (1 + 7 + 21) / 2**7)},
            **{"p_holm": pytest.approx(2 * (1 + 7 + 21) / 2**7)},
        }
    ]


def test_folds_that_differ_between_the_runs_do_not_mix_up_the_clips(run_of):
    a = run_of("a", {"svc": "++++++--"})
    b = run_of("b", {"svc": "-----+++"}, folds="00112233")
    test = paired_tests(a, b, [("svc", "svc")], clip_names(8)).iloc[0]
    assert test[["n", "only_a_right", "only_b_right"]].tolist() == [8, 5, 2]


def test_only_the_clips_that_are_asked_for_are_tested(run_of):
    a, b = run_of("a", {"svc": "++++++--"}), run_of("b", {"svc": "-----+++"})
    test = paired_tests(a, b, [("svc", "svc")], ["clip-0", "clip-7"]).iloc[0]
    assert test[["n", "only_a_right", "only_b_right"]].tolist() == [2, 1, 1]


def test_holm_corrects_for_the_pairs_of_the_comparison_alone(run_of):
    a = run_of("a", {"svc": "+" * 8, "mlp": "+" * 8, "knn": "+" * 8})
    b = run_of("b", {"svc": "-" * 8, "mlp": "-" * 7 + "+"})
    tests = paired_tests(a, b, [("mlp", "mlp"), ("svc", "svc")], clip_names(8))
    assert tests["p_value"].tolist() == pytest.approx([2 / 2**7, 2 / 2**8])
    assert tests["p_holm"].tolist() == pytest.approx([2 / 2**7, 2 * 2 / 2**8])
    alone = paired_tests(a, b, [("mlp", "mlp")], clip_names(8))
    assert alone["p_holm"].tolist() == alone["p_value"].tolist()


def test_systems_of_other_names_can_be_tested_and_so_can_the_baseline(run_of):
    a, b = run_of("a", {"svc": "++++++"}), run_of("b", {"both": "++++--"}, kind="fusion")
    tests = paired_tests(a, b, [("svc", "both"), ("zero-r", "both")], clip_names(6))
    assert tests["system_a"].tolist() == ["svc", "zero-r"]
    assert tests["system_b"].tolist() == ["both", "both"]
    assert tests.loc[0, "only_a_right"] == 2
    assert tests.loc[1, ["n", "only_a_right", "only_b_right"]].tolist() == [6, 0, 2]


def test_the_baseline_is_not_tested_against_itself(run_of):
    a, b = run_of("a", {"svc": "+-", "knn": "+-"}), run_of("b", {"svc": "+-", "mlp": "+-"})
    assert shared_systems(a, b) == [("svc", "svc")]


def test_the_best_of_each_are_the_most_accurate_and_never_the_baseline(run_of):
    a = run_of("a", {"svc": "+-----", "knn": "++++--"})
    b = run_of("b", {"mlp": "------"})
    assert best_of_each(a, b) == [("knn", "mlp")]


def test_common_clips_failed_in_neither_run(run_of):
    a = run_of("a", {"svc": "++++++"}, failed=["clip-1"])
    b = run_of("b", {"svc": "++++++++"}, failed=["clip-4"])
    clips = common_clips(a, b)
    assert clips.alike == ["clip-0", "clip-2", "clip-3", "clip-5"]
    assert clips.relabelled == []


def test_a_clip_whose_emotion_differs_is_named_and_not_alike(run_of):
    a = run_of("a", {"svc": "++++++"})
    b = run_of("b", {"svc": "++++++"}, emotions={"clip-2": "sad"})
    clips = common_clips(a, b)
    assert clips.relabelled == ["clip-2"]
    assert clips.alike == ["clip-0", "clip-1", "clip-3", "clip-4", "clip-5"]


def test_folds_of_other_numbers_are_the_same_folds(run_of):
    a, turned = run_of("a", {"svc": "++++++"}), run_of("b", {"svc": "++++++"}, folds="101010")
    assert common_clips(a, turned).same_folds
    others = run_of("c", {"svc": "++++++"}, folds="000111")
    assert not common_clips(a, others).same_folds
    parts_of_folds = run_of("d", {"svc": "++++++"}, folds="012121")
    assert not common_clips(a, parts_of_folds).same_folds
    assert not common_clips(parts_of_folds, a).same_folds


@pytest.mark.parametrize(
    ("pair", "found"),
    [
        (("svm", "mlp"), "no system `svm` in .*a, perhaps `svc`"),
        (("svc", "svc"), "no system `svc` in .*b"),
    ],
)
def test_a_pair_names_a_system_of_each_run(run_of, pair, found):
    a, b = run_of("a", {"svc": "+-"}), run_of("b", {"mlp": "+-"})
    check_pairs(a, b, [("svc", "mlp"), ("zero-r", "mlp")])
    with pytest.raises(InputError, match=found):
        check_pairs(a, b, [("svc", "mlp"), pair])


def test_a_folder_without_metrics_is_no_run(tmp_path):
    with pytest.raises(InputError, match=r"no evaluation/metrics.parquet in .*nothing here"):
        Run.read(tmp_path / "nothing here")


def test_decisions_come_from_the_folds_of_the_metrics_and_not_from_older_files(run_of):
    a = run_of("a", {"svc": "++++--"}, folds="012012")
    b = run_of("a", {"svc": "+++---"}, folds="010101")
    assert (a.folder / "posteriors/svc/fold2.parquet").is_file()
    decided = b.decisions("svc")
    assert decided["fold"].tolist() == [0, 1, 0, 1, 0, 1]
    assert (decided["predicted"] == decided["emotion"]).tolist() == [True] * 3 + [False] * 3


def test_posteriors_of_other_clips_than_the_metrics_are_refused(run_of):
    a, b = run_of("a", {"svc": "++++--"}), run_of("b", {"svc": "++++----"})
    for fold in ("fold0.parquet", "fold1.parquet"):
        (b.folder / "posteriors/svc" / fold).replace(a.folder / "posteriors/svc" / fold)
    with pytest.raises(InputError, match="2 clips not expected: clip-6, clip-7, in the test clips"):
        a.decisions("svc")


def test_a_table_of_metrics_that_names_no_emotions_is_refused(tmp_path):
    folder = write_run(tmp_path / "a", {"svc": "+-"}, made={"parameters": {}})
    with pytest.raises(InputError, match="no emotions in the provenance of"):
        Run.read(folder)


def test_the_numbers_beside_one_another_stay_numbers(run_of):
    a, b = run_of("a", {"svc": "++++--"}), run_of("b", {"mlp": "+++++-"})
    numbers = set(side_by_side(a, b).select_dtypes("float"))
    assert numbers == {
        *("accuracy_a", "accuracy_b", "difference", "uar_a", "uar_b", "uar_difference")
    }


def test_clips_of_the_same_name_by_other_speakers_are_other_clips(run_of):
    a, b = run_of("a", {"svc": "++++"}), run_of("b", {"svc": "++++"}, cast="actor")
    assert common_clips(a, b).alike == []
