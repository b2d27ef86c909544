"""Systems against one another, and against reported numbers."""

from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import yaml

from emofold.errors import InputError
from emofold.evaluation import BASELINE
from emofold.evaluation.comparisons import compare_with_reported, mcnemar_tests, read_reported
from emofold.evaluation.schemas import COMPARISON, MCNEMAR
from emofold.tables import read_table, write_table

WORKFLOW = Path(__file__).parents[2] / "workflow"
PAPER = WORKFLOW / "resources/paper.yaml"


def decisions(**right):
    """Decisions of systems, a mark a clip: ``+`` right, ``-`` wrong."""
    rows = [
        (system, f"clip-{number}", "calm", "calm" if mark == "+" else "sad")
        for system, marks in right.items()
        for number, mark in enumerate(marks)
    ]
    return pd.DataFrame(rows, columns=["system", "clip", "emotion", "predicted"])


@pytest.mark.parametrize(
    ("only_a", "only_b", "p_value"),
    [
        (8, 0, 2 / 2**8),
        (5, 1, 2 * (1 + 6) / 2**6),
        (7, 2, 2 * (1 + 9 + 36) / 2**9),
        (3, 3, 1),
        (0, 0, 1),
    ],
)
def test_p_values_are_those_of_the_exact_binomial(only_a, only_b, p_value):
    made = decisions(a="+" * only_a + "-" * only_b + "++-", b="-" * only_a + "+" * only_b + "++-")
    found = mcnemar_tests(made).iloc[0]
    assert found[["system_a", "system_b"]].tolist() == ["a", "b"]
    assert found[["n", "only_a_right", "only_b_right"]].tolist() == [
        *[only_a + only_b + 3, only_a, only_b]
    ]
    assert found["p_value"] == pytest.approx(p_value)


def test_a_test_does_not_depend_on_which_system_comes_first():
    forth = mcnemar_tests(decisions(a="+++++--+", b="+-----+-")).iloc[0]
    back = mcnemar_tests(decisions(b="+-----+-", a="+++++--+")).iloc[0]
    assert back["system_a"] == "b"
    assert back["only_b_right"] == forth["only_a_right"] == 5
    assert back["only_a_right"] == forth["only_b_right"] == 1
    assert back["p_value"] == forth["p_value"]


def test_systems_are_compared_clip_by_clip():
    made = decisions(a="++++----", b="----++++")
    turned = mcnemar_tests(made.iloc[::-1]).iloc[0]
    assert turned[["only_a_right", "only_b_right"]].tolist() == [4, 4]
    shuffled = pd.concat([made[made["system"] == "a"], made[made["system"] == "b"].iloc[::-1]])
    assert mcnemar_tests(shuffled).equals(mcnemar_tests(made))


def test_holm_corrects_for_the_number_of_pairs():
    tests = mcnemar_tests(decisions(best="++++++++", good="+++++++-", bad="--------"))
    by_pair = tests.set_index(["system_a", "system_b"])
    assert by_pair["p_value"].to_dict() == pytest.approx(
        {("best", "good"): 1, ("best", "bad"): 2 / 2**8, ("good", "bad"): 2 / 2**7}
    )
    assert by_pair["p_holm"].to_dict() == pytest.approx(
        {("best", "good"): 1, ("best", "bad"): 3 * 2 / 2**8, ("good", "bad"): 2 * 2 / 2**7}
    )


def test_a_corrected_p_value_is_never_smaller():
    made = decisions(a="++++++--++", b="+-+-+-+-+-", c="--------++", d="++--++--++")
    tests = mcnemar_tests(made)
    assert len(tests) == 6
    assert (tests["p_holm"] >= tests["p_value"]).all()
    assert (tests["p_holm"] <= 1).all()
    ordered = tests.sort_values("p_value")["p_holm"]
    assert all(smaller <= larger for smaller, larger in pairwise(ordered))


def test_one_system_alone_gives_an_empty_table(tmp_path):
    tests = mcnemar_tests(decisions(a="+-+"))
    write_table(tests, tmp_path / "mcnemar.parquet", MCNEMAR)
    assert read_table(tmp_path / "mcnemar.parquet", MCNEMAR).empty


def metrics(**accuracies):
    """The mean rows of systems, with rows beside them that a comparison has to leave aside."""
    rows = []
    for system, accuracy in accuracies.items():
        rows += [
            {"system": system, "fold": 0, "ci_method": "wald", "accuracy": 1.0},
            {"system": system, "fold": None, "ci_method": "wald", "accuracy": accuracy},
            {"system": system, "fold": None, "ci_method": "speaker_bootstrap", "accuracy": 2.0},
        ]
    return pd.DataFrame(rows).assign(corpus=None)


REPORTED = {
    "rows": [
        {"system": "svc", "reported": 59.93, "source": "Table 2"},
        {"system": "absent", "reported": 50.0, "source": "Table 2"},
        {"system": "mlp", "reported": 60.22, "source": "Table 2"},
        {"system": "svc", "reported": 61.0, "source": "a later paper"},
    ]
}


def test_a_comparison_has_the_systems_of_the_run_in_reported_order():
    comparison = compare_with_reported(metrics(own=70.0, mlp=60.0, svc=60.5), REPORTED)
    assert comparison[["system", "source"]].to_numpy().tolist() == [
        ["svc", "Table 2"],
        ["mlp", "Table 2"],
        ["svc", "a later paper"],
    ]
    assert comparison["measured"].tolist() == [60.5, 60.0, 60.5]


def test_the_difference_is_measured_minus_reported():
    comparison = compare_with_reported(metrics(mlp=60.0, svc=60.5), REPORTED)
    assert comparison["difference"].tolist() == pytest.approx([0.57, -0.22, -0.5])


@pytest.mark.parametrize("files", [[], [str(PAPER)]], ids=["nothing reported", "other systems"])
def test_nothing_to_compare_gives_an_empty_table(files, tmp_path):
    comparison = compare_with_reported(metrics(own=70.0), read_reported(files))
    write_table(comparison, tmp_path / "comparison.parquet", COMPARISON)
    assert read_table(tmp_path / "comparison.parquet", COMPARISON).empty


def test_without_a_file_nothing_is_reported():
    nothing = {"title": "", "human": {}, "rows": [], "literature": []}
    assert read_reported([]) == nothing


def test_a_file_without_human_raters_is_read(tmp_path):
    file = tmp_path / "reported.yaml"
    file.write_text("title: A paper\nrows: [{ system: mlp, reported: 60, source: T1 }]\n")
    reported = read_reported([str(file)])
    assert reported["human"] == {}
    assert compare_with_reported(metrics(mlp=61.0), reported)["difference"].tolist() == [1.0]


def test_the_numbers_of_the_paper_are_percent_and_each_there_once():
    reported = read_reported([str(PAPER)])
    rows = pd.DataFrame(reported["rows"])
    assert list(rows)[:3] == ["system", "reported", "source"]
    assert not rows.duplicated(["system", "source"]).any()
    assert rows["reported"].between(0, 100).all()
    assert reported["human"].keys() == {"speech", "face"}


def test_the_paper_reports_every_system_of_the_published_preset():
    preset = yaml.safe_load((WORKFLOW / "presets/published.yaml").read_text(encoding="utf-8"))
    own = {row["name"] for row in [*preset["models"], *preset["fusions"]]}
    systems = {BASELINE, *preset["published"]["posteriors"], *own}
    reported = {row["system"] for row in read_reported([str(PAPER)])["rows"]}
    assert systems - reported == set()


@pytest.mark.parametrize(
    "literature",
    [
        "5",
        "[HiCMAE]",
        "{ system: HiCMAE }",
        "[{ system: a, accuracy: 1, protocol: p }]",
        "[{ system: a, accuracy: '87', protocol: p, source: s }]",
    ],
)
def test_what_others_published_must_say_how_it_was_made(tmp_path, literature):
    file = tmp_path / "reported.yaml"
    file.write_text(f"literature: {literature}\n")
    with pytest.raises(InputError, match="literature that do not say accuracy, protocol, source"):
        read_reported([str(file)])


def test_a_file_without_literature_is_read(tmp_path):
    file = tmp_path / "reported.yaml"
    file.write_text("literature:\n")
    assert read_reported([str(file)])["literature"] == []
