"""How far clips lie from what a model learned from."""

import numpy as np
import pytest

from emofold.models.novelty import MOST_FEATURES, Distribution, Novelty


def clips(number, features=30, seed=0):
    """Correlated features, of which the second nearly repeats the first."""
    generator = np.random.default_rng(seed)
    mixed = np.random.default_rng(9).normal(size=(features, features))
    values = generator.normal(size=(number, features)) @ mixed
    values[:, 1] = values[:, 0] + 0.3 * generator.normal(size=number)
    return values


def novelty(**changes):
    known = Distribution.of(clips(400))
    percentiles = np.percentile(known.distances(clips(400, seed=1)), (50, 95, 99))
    row = {"sizes": np.array([1]), "percentiles": percentiles[None]}
    return Novelty(known, **{**row, **changes})


def test_clips_of_the_same_kind_lie_as_far_as_a_standard_normal():
    distances = Distribution.of(clips(2000)).distances(clips(500, seed=1))
    assert distances.mean() == pytest.approx(1.0, abs=0.1)


def test_the_scale_of_a_feature_does_not_matter():
    scale = np.geomspace(1e-3, 1e3, 30)
    plain = Distribution.of(clips(400)).distances(clips(50, seed=1))
    scaled = Distribution.of(clips(400) * scale).distances(clips(50, seed=1) * scale)
    assert np.allclose(plain, scaled, rtol=1e-4)


def test_what_never_varied_is_not_looked_at():
    known, new = clips(400), clips(50, seed=1)
    known[:, 5] = 1.0
    distances = Distribution.of(known).distances
    moved = new.copy()
    moved[:, 5] = 7.0
    assert np.array_equal(distances(new), distances(moved))


def test_a_direction_in_which_clips_hardly_vary_counts_as_much_as_others():
    """Principal components would leave it out, and there other corpora lie apart."""
    known, new = clips(400), clips(400, seed=1)
    moved = new.copy()
    moved[:, 1] += new[:, 0].std()  # which nearly repeats the feature before it
    far = Distribution.of(known)
    assert np.median(far.distances(moved)) > 1.1 * np.median(far.distances(new))


def test_of_many_features_only_some_are_kept():
    known = np.random.default_rng(1).normal(size=(30, 3 * MOST_FEATURES))
    kept = Distribution.of(known)
    assert kept.factor.shape == (MOST_FEATURES, MOST_FEATURES)
    assert {0, 3 * MOST_FEATURES - 1} <= {*kept.chosen}
    assert np.isfinite(kept.distances(known)).all()


def test_one_in_a_hundred_held_out_clips_is_new_and_one_in_twenty_is_softened():
    new, temperature, familiarity = novelty().judge(clips(4000, seed=2), 1)
    assert (new > 1).mean() == pytest.approx(0.01, abs=0.02)
    assert (temperature > 1).mean() == pytest.approx(0.05, abs=0.03)
    assert ((familiarity < 1) == (temperature > 1)).all()
    assert ((familiarity == 0) == (new >= 1)).all()


def test_the_farther_the_softer():
    far = 5 * clips(50, seed=2)
    new, temperature, familiarity = novelty().judge(far, 1)
    assert (new > 1).all()
    assert (familiarity == 0).all()
    assert np.array_equal(np.argsort(new), np.argsort(temperature))
    assert np.allclose(novelty(exponent=2.0).judge(far, 1).temperature, temperature**2)
    assert (novelty(exponent=0.0).judge(far, 1).temperature == 1).all()


def test_what_is_far_depends_on_how_many_clips_are_given_together():
    percentiles = np.array([[1.0, 2.0, 2.5], [1.0, 4.0, 5.0]])
    by_size = novelty(sizes=np.array([1, 100]), percentiles=percentiles)
    far = 5 * clips(20, seed=2)
    alone, ten, hundred, thousand = (
        by_size.judge(far, size).novelty for size in (1, 10, 100, 1000)
    )
    assert np.allclose(alone, 2 * hundred)
    assert np.allclose(ten, alone * 2.5 / 3.75)
    assert np.array_equal(hundred, thousand)
