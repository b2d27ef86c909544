"""What a system says of clips that are new to its models."""

from dataclasses import replace

import numpy as np
import pytest

from emofold.prediction.systems import System

SURE, UNSURE = np.array([[0.9, 0.1]]), np.array([[0.4, 0.6]])
SCORES = {"voice": (SURE, "probability"), "face": (UNSURE, "probability")}
POOLED = System("speech+face", ("voice", "face"), "log_linear", {"voice": 1.0, "face": 1.0}, 1.0)


def happy(system, voice=1.0, face=1.0, familiarity=1.0):
    temperatures = {"voice": np.array([voice]), "face": np.array([face])}
    known = dict.fromkeys(SCORES, np.array([familiarity]))
    return system.probabilities(SCORES, temperatures, known)[0, 0]


@pytest.mark.parametrize("method", ["log_linear", "average"])
def test_what_is_new_to_one_model_is_decided_by_the_other(method):
    weights = dict.fromkeys(SCORES, 1.0 if method == "log_linear" else 0.5)
    system = replace(POOLED, method=method, weights=weights)
    assert happy(system, voice=50.0) < 0.5 < happy(system)
    assert happy(system, face=50.0) > happy(system)
    assert happy(system, voice=50.0, face=50.0) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("surer", [{"calibration": 2.0}, {"weights": dict.fromkeys(SCORES, 2.0)}])
def test_what_makes_surer_holds_for_known_clips_alone(surer):
    system = replace(POOLED, **surer)
    plain = happy(POOLED)
    assert happy(system, familiarity=0.0) == pytest.approx(plain)
    assert plain < happy(system, familiarity=0.5) < happy(system)


@pytest.mark.parametrize("less", [{"calibration": 0.5}, {"weights": {"voice": 0.0, "face": 0.5}}])
def test_what_makes_less_sure_holds_for_all_clips(less):
    system = replace(POOLED, **less)
    assert happy(system, familiarity=0.0) == pytest.approx(happy(system))
