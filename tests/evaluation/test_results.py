"""The table of results: in groups that can be compared, beside what others published."""

import pandas as pd
import pytest

from emofold.evaluation.comparisons import read_reported
from emofold.evaluation.metrics import MEAN_OF_CORPORA
from emofold.evaluation.results import list_results_by_corpus, results_table
from emofold.models.schemas import LEAVE_ONE_CORPUS_OUT
from measured import measured

LITERATURE = [
    {"system": "theirs", "accuracy": 90.0, "protocol": "one split", "source": "Doe 2020"},
    {
        **{"system": "humans", "accuracy": 67.0, "protocol": "rating", "source": "Roe 2018"},
        **{"modality": "speech", "uar": 66.0},
    },
]


def calibrated(**errors):
    """The calibration table of systems that are too sure by so many points, in one bin each."""
    return pd.DataFrame(
        [(name, 9, 100, 95.0, 95.0 - error) for name, error in errors.items()],
        columns=["system", "bin", "n", "confidence", "accuracy"],
    )


def table_of(*systems, literature=(), **errors):
    calibration = calibrated(**errors or {"mlp": 5.0})
    return results_table(pd.concat(systems, ignore_index=True), calibration, literature)


def test_a_row_says_how_good_a_system_is_and_how_it_was_made():
    table = table_of(measured("mlp", 60.0, "face"), mlp=7.5)
    assert table.to_dict("records") == [
        {
            **{"system": "mlp", "modality": "face", "protocol": "nested", "sees": "one clip"},
            **{"accuracy": 60.0, "uar": 59.0, "interval": "51.0 to 69.0", "ece": 7.5},
            "source": "this run",
        }
    ]


def test_the_interval_is_the_one_by_speakers_and_of_all_folds():
    low, high = table_of(measured("mlp", 60.04, "face"))["interval"].item().split(" to ")
    assert (low, high) == ("51.0", "69.0")


def test_a_system_that_is_normalised_by_speaker_sees_all_clips_of_a_speaker():
    table = table_of(measured("mlp", 60.0), measured("normalised", 70.0, normalised_by="speaker"))
    assert dict(zip(table["system"], table["sees"], strict=True)) == {
        "mlp": "one clip",
        "normalised": "all clips of a speaker",
    }


def test_the_calibration_error_is_that_of_the_system():
    table = table_of(measured("mlp", 60.0), measured("svc", 70.0), svc=1.0, mlp=2.0)
    assert table.set_index("system")["ece"].to_dict() == pytest.approx({"mlp": 2.0, "svc": 1.0})


def test_what_can_be_compared_stands_together_the_strictest_first():
    table = table_of(
        measured("zero-r", 99.0, None, kind="baseline"),
        measured("paper", 95.0, protocol="paper"),
        measured("paper-normalised", 96.0, protocol="paper", normalised_by="speaker"),
        measured("cross", 80.0, protocol="cross-fitted"),
        measured("normalised-bad", 61.0, normalised_by="speaker"),
        measured("normalised-good", 71.0, normalised_by="speaker"),
        measured("bad", 50.0),
        measured("good", 60.0),
        literature=LITERATURE,
    )
    assert table["system"].tolist() == [
        *["good", "bad", "normalised-good", "normalised-bad"],
        *["cross", "paper", "paper-normalised"],
        "zero-r",
        *["theirs", "humans"],
    ]
    assert table.index.tolist() == list(range(10))


def test_what_others_published_stands_as_they_reported_it():
    table = table_of(measured("mlp", 60.0), literature=LITERATURE).set_index("system")
    reported = ["modality", "accuracy", "uar", "protocol", "source"]
    assert table.loc["humans", reported].tolist() == ["speech", 67.0, 66.0, "rating", "Roe 2018"]
    unknown = table.loc["theirs", ["modality", "sees", "uar", "interval", "ece"]]
    assert unknown.isna().all()
    assert table.loc["mlp", ["sees", "interval", "ece"]].tolist() == ["one clip", "51.0 to 69.0", 5]


def test_numbers_stay_numbers_beside_those_of_others():
    table = table_of(measured("mlp", 60.0), literature=LITERATURE[:1])
    assert set(table.select_dtypes("float")) == {"accuracy", "uar", "ece"}


def test_literature_comes_from_the_file_of_reported_numbers(tmp_path):
    file = tmp_path / "reported.yaml"
    file.write_text(
        "literature:\n- {system: theirs, accuracy: 90, protocol: p, source: s}\n", encoding="utf-8"
    )
    found = read_reported([str(file)])["literature"]
    table = table_of(measured("mlp", 60.0), literature=found)
    assert table["system"].tolist() == ["mlp", "theirs"]
    assert list(table_of(measured("mlp", 60.0))) == list(table)


def of_corpora(system, protocol, **accuracies):
    """The rows of a system on some corpora, and those of their mean."""
    mean = measured(system, sum(accuracies.values()) / len(accuracies), protocol=protocol)
    rows = [mean.assign(corpus=MEAN_OF_CORPORA)]
    rows += [
        measured(system, accuracy, protocol=protocol).assign(corpus=corpus)
        for corpus, accuracy in accuracies.items()
    ]
    return pd.concat([table[table["fold"].isna()] for table in rows])


def test_corpora_that_are_left_out_have_a_row_for_their_mean():
    left_out = of_corpora("mlp", LEAVE_ONE_CORPUS_OUT, a=30.0, b=50.0)
    own = of_corpora("mlp", "nested", a=70.0, b=50.0)
    table = table_of(measured("mlp", 65.0), own, left_out, mlp=7.5)
    assert table[["protocol", "accuracy", "interval"]].to_numpy().tolist() == [
        [LEAVE_ONE_CORPUS_OUT, 40.0, "31.0 to 49.0"],
        ["nested", 65.0, "56.0 to 74.0"],
    ]
    assert pd.isna(table["ece"][0])
    assert table["ece"][1] == 7.5


def test_results_by_corpus_have_the_best_system_of_the_strictest_protocol_first():
    table = list_results_by_corpus(
        pd.concat(
            [
                measured("mlp", 65.0),
                of_corpora("mlp", "nested", a=70.0, b=50.0),
                of_corpora("mlp", LEAVE_ONE_CORPUS_OUT, a=20.0, b=50.0),
                of_corpora("svc", LEAVE_ONE_CORPUS_OUT, a=30.0, b=50.0),
            ]
        )
    )
    assert table[["system", "corpus", "accuracy"]].to_numpy().tolist() == [
        *(["svc", "a", 30.0], ["svc", "b", 50.0], ["svc", MEAN_OF_CORPORA, 40.0]),
        *(["mlp", "a", 20.0], ["mlp", "b", 50.0], ["mlp", MEAN_OF_CORPORA, 35.0]),
        *(["mlp", "a", 70.0], ["mlp", "b", 50.0], ["mlp", MEAN_OF_CORPORA, 60.0]),
    ]
    assert list_results_by_corpus(measured("mlp", 65.0)).empty
