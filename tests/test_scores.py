"""Scores on either of their scales, as probabilities."""

import numpy as np
import pytest
from scipy.special import softmax

from emofold.scores import SMALLEST, as_log_probabilities, as_probabilities, log_loss

SHARES = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8]])


def test_logits_become_the_probabilities_that_they_stand_for():
    logits = np.random.default_rng(0).normal(0, 3, size=(50, 4))
    assert as_probabilities(logits, "logit") == pytest.approx(softmax(logits, axis=1))


def test_probabilities_stay_as_they_are():
    assert as_probabilities(SHARES, "probability").tolist() == SHARES.tolist()


@pytest.mark.parametrize("shift", [0.0, -900.0, 5000.0])
def test_logits_may_lie_anywhere(shift):
    logits = np.log(SHARES) + shift
    assert as_probabilities(logits, "logit") == pytest.approx(SHARES)
    assert as_log_probabilities(logits, "logit") == pytest.approx(np.log(SHARES))


def test_both_scales_have_the_same_logarithms():
    logits = as_log_probabilities(np.log(SHARES) + 2, "logit")
    assert logits == pytest.approx(as_log_probabilities(SHARES, "probability"))


@pytest.mark.parametrize(
    ("scale", "scores"), [("probability", [[1.0, 0.0]]), ("logit", [[0.0, -1e4]])]
)
def test_no_emotion_is_excluded_altogether(scale, scores):
    (logs,) = as_log_probabilities(np.array(scores), scale)
    assert logs.tolist() == pytest.approx([0, np.log(SMALLEST)])


@pytest.mark.parametrize(("scale", "scores"), [("probability", SHARES), ("logit", np.log(SHARES))])
def test_the_log_loss_is_the_mean_over_the_clips(scale, scores):
    targets = np.array([1, 2])
    assert log_loss(scores, scale, targets) == pytest.approx(-(np.log(0.2) + np.log(0.8)) / 2)


def test_an_emotion_that_was_excluded_costs_much_but_not_everything():
    sure = np.array([[1.0, 0.0], [0.5, 0.5]])
    found = log_loss(sure, "probability", np.array([1, 0]))
    assert found == pytest.approx((-np.log(SMALLEST) + np.log(2)) / 2)


def test_scores_are_left_as_they_were():
    for scale in ("probability", "logit"):
        scores = np.array([[1.0, 0.0]])
        as_log_probabilities(scores, scale)
        log_loss(scores, scale, np.array([1]))
        assert scores.tolist() == [[1.0, 0.0]]
