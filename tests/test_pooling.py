"""Log-linear pooling: one weight per model, under which the truth is the most likely."""

from itertools import product

import numpy as np
import pytest
from scipy.special import log_softmax

from emofold.pooling import fit_weights, pool

CLIPS, EMOTIONS = 1500, 4


def drawn(seed=0, noise=1.0, clips=CLIPS):
    """Emotions, and a model that is exactly as sure of each of them as it is right."""
    rng = np.random.default_rng(seed)
    logs = log_softmax(rng.normal(0, 1 / noise, size=(clips, EMOTIONS)), axis=1)
    targets = np.array([rng.choice(EMOTIONS, p=row) for row in np.exp(logs)])
    return logs, targets


def guess(seed=9, clips=CLIPS):
    """A model whose opinions have nothing to do with the emotions."""
    return np.log(np.random.default_rng(seed).dirichlet(np.ones(EMOTIONS), size=clips))


def about(targets, seed, noise):
    """A model that sees each emotion through noise, and does not know how much of it."""
    rng = np.random.default_rng(seed)
    return log_softmax(
        3 * np.eye(EMOTIONS)[targets] + rng.normal(0, noise, (len(targets), 4)), axis=1
    )


def log_likelihood(weights, models, targets):
    return np.log(pool(models, weights)[np.arange(len(targets)), targets]).mean()


def test_a_model_that_is_as_right_as_it_is_sure_keeps_its_probabilities():
    logs, targets = drawn()
    assert fit_weights([logs], targets) == pytest.approx([1], abs=0.1)
    assert pool([logs], [1.0]) == pytest.approx(np.exp(logs))


@pytest.mark.parametrize("sharpness", [0.5, 2.0, 5.0])
def test_a_model_is_toned_down_as_much_as_it_is_too_sure_of_itself(sharpness):
    logs, targets = drawn()
    (plain,) = fit_weights([logs], targets)
    (weight,) = fit_weights([log_softmax(sharpness * logs, axis=1)], targets)
    assert weight == pytest.approx(plain / sharpness, rel=1e-3)


def test_a_model_that_guesses_gets_hardly_any_weight():
    logs, targets = drawn()
    useful, useless = fit_weights([logs, guess()], targets)
    assert useful == pytest.approx(1, abs=0.1)
    assert useless == pytest.approx(0, abs=0.06)


def test_a_model_that_is_worse_than_guessing_gets_none_rather_than_a_negative_one():
    logs, targets = drawn()
    weights = fit_weights([logs, log_softmax(-logs + 0.3 * guess(), axis=1)], targets)
    assert weights[1] == 0
    assert weights[0] == pytest.approx(fit_weights([logs], targets)[0], rel=1e-3)


def test_a_model_without_an_opinion_changes_no_decision():
    logs, targets = drawn()
    idle = np.log(np.full_like(logs, 1 / EMOTIONS))
    weights = fit_weights([logs, idle], targets)
    alone = fit_weights([logs], targets)
    assert pool([logs, idle], weights) == pytest.approx(pool([logs], alone), abs=1e-4)


def test_models_weigh_as_much_as_they_see_of_the_emotions_in_whatever_order_they_come():
    _, targets = drawn()
    good, bad = about(targets, 1, noise=2.0), about(targets, 2, noise=4.0)
    weights = fit_weights([good, bad], targets)
    assert weights == pytest.approx([3 / 2.0**2, 3 / 4.0**2], rel=0.1)
    assert fit_weights([bad, good], targets)[::-1] == pytest.approx(weights, rel=1e-3)


def test_no_other_weights_make_the_truth_more_likely():
    _, targets = drawn(clips=300)
    models = [about(targets, 1, 2.0), about(targets, 2, 4.0), guess(clips=300)]
    found = fit_weights(models, targets)
    highest = log_likelihood(found, models, targets)
    grid = list(product(np.arange(0, 2.01, 0.1), np.arange(0, 1.01, 0.1), np.arange(0, 0.5, 0.1)))
    others = [log_likelihood(weights, models, targets) for weights in grid]
    assert max(others) <= highest
    assert max(others) == pytest.approx(highest, abs=0.01)
    near = found + np.random.default_rng(0).normal(0, 0.02, size=(200, 3))
    assert max(log_likelihood(np.abs(w), models, targets) for w in near) <= highest + 1e-6


def test_the_order_of_the_clips_does_not_matter():
    _, targets = drawn()
    models = [about(targets, 1, 2.0), about(targets, 2, 4.0)]
    order = np.random.default_rng(0).permutation(CLIPS)
    shuffled = fit_weights([model[order] for model in models], targets[order])
    assert shuffled == pytest.approx(fit_weights(models, targets), rel=1e-4)


def test_a_model_that_is_never_wrong_still_gets_a_finite_weight():
    targets = np.arange(40) % EMOTIONS
    right = about(targets, 1, noise=0.1)
    weights = fit_weights([right], targets)
    assert np.isfinite(weights).all()
    assert pool([right], weights)[np.arange(40), targets].min() > 0.99


def test_pooled_probabilities_add_up_to_one_even_for_huge_weights():
    logs, _ = drawn(clips=20)
    pooled = pool([logs, guess(clips=20)], [3000.0, 0.5])
    assert np.isfinite(pooled).all()
    assert pooled.sum(axis=1) == pytest.approx(np.ones(20))
    assert (pooled.argmax(axis=1) == logs.argmax(axis=1)).all()


def test_pooling_by_hand():
    one, other = np.log([[0.8, 0.2]]), np.log([[0.5, 0.5]])
    assert pool([one, other], [0.5, 7.0])[0] == pytest.approx([2 / 3, 1 / 3])
    agreeing = pool([one, np.log([[0.6, 0.4]])], [1.0, 2.0])[0, 0]
    assert agreeing == pytest.approx(0.8 * 0.36 / (0.8 * 0.36 + 0.2 * 0.16))
