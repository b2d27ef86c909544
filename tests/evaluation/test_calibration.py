"""How sure and how right systems are, bin by bin."""

import numpy as np
import pandas as pd
import pytest

from emofold.evaluation.calibration import calibration_bins, expected_calibration_errors
from emofold.evaluation.schemas import CALIBRATION
from emofold.tables import read_table, write_table


def decided(confidences, right, system="mlp"):
    """Decisions of a confidence each, right where there is a `+`."""
    return pd.DataFrame(
        {
            "system": system,
            "clip": [f"clip-{number}" for number in range(len(right))],
            "emotion": "calm",
            "predicted": ["calm" if sign == "+" else "sad" for sign in right],
            "confidence": confidences,
        }
    )


def errors(*decisions, bins=10):
    return expected_calibration_errors(calibration_bins(pd.concat(decisions), bins)).to_dict()


def test_a_bin_says_how_sure_and_how_right_its_clips_were():
    bins = calibration_bins(decided([0.61, 0.63, 0.69, 0.95], "+-++"))
    assert bins["bin"].tolist() == [6, 9]
    assert bins["n"].tolist() == [3, 1]
    assert bins["confidence"].tolist() == pytest.approx([100 * 1.93 / 3, 95])
    assert bins["accuracy"].tolist() == pytest.approx([100 * 2 / 3, 100])


@pytest.mark.parametrize(
    ("confidence", "index"), [(0.0, 0), (0.1, 0), (0.1001, 1), (0.3, 2), (0.9001, 9), (1.0, 9)]
)
def test_a_bin_holds_its_upper_bound(confidence, index):
    assert calibration_bins(decided([confidence], "+"))["bin"].tolist() == [index]


def test_bins_are_as_many_as_are_asked_for():
    assert calibration_bins(decided([0.2, 0.4, 0.6, 0.8], "++++"), bins=2)["n"].tolist() == [2, 2]


def test_a_system_that_is_as_right_as_it_is_sure_has_no_error():
    assert errors(decided([0.75] * 4, "+++-"), decided([0.5] * 4, "+--+", "svc")) == {
        "mlp": 0,
        "svc": 0,
    }


def test_a_bin_counts_for_as_much_as_it_has_clips():
    found = errors(decided([0.95, 0.55, 0.55, 0.55], "-+++"))
    assert found["mlp"] == pytest.approx((95 + 3 * 45) / 4)


def test_too_sure_and_too_unsure_in_one_bin_cancel_out_but_not_across_bins():
    decisions = decided([0.5, 0.5, 0.7, 0.7], "++--")
    assert errors(decisions)["mlp"] == pytest.approx((50 + 70) / 2)
    assert errors(decisions, bins=1)["mlp"] == pytest.approx(60 - 50)


def test_each_system_is_judged_by_its_own_clips():
    apart = errors(decided([0.9], "+")) | errors(decided([0.9], "-", "svc"))
    assert errors(decided([0.9], "-", "svc"), decided([0.9], "+")) == apart
    assert apart == pytest.approx({"mlp": 10, "svc": 90})


def test_the_table_fits_its_schema_and_loses_no_clip(tmp_path):
    rng = np.random.default_rng(0)
    signs = rng.choice(["+", "-"], 500)
    decisions = pd.concat([decided(rng.random(500), signs, name) for name in ("svc", "mlp")])
    bins = calibration_bins(decisions)
    write_table(bins, tmp_path / "calibration.parquet", CALIBRATION)
    kept = read_table(tmp_path / "calibration.parquet", CALIBRATION)
    assert kept["system"].tolist() == ["mlp"] * 10 + ["svc"] * 10
    assert kept.groupby("system")["n"].sum().to_dict() == {"mlp": 500, "svc": 500}
