"""Fusions and branches that decide by calibrated probabilities."""

import numpy as np
import pandas as pd
import pytest

from emofold.errors import InputError
from emofold.fusion import fuse_fold
from emofold.prediction.systems import fit_system, out_of_fold
from emofold.scores import score_columns

EMOTIONS = ["calm", "happy", "sad"]
METHODS = ["log_linear", "average", "logistic_regression"]
OPTIONS = {"scaling": "minmax", "parameters": {"C": 1.0}}


def posteriors(seed, sureness=1.0, clips=300):
    """Probabilities that are right more often than not, and as sure of it as is asked for."""
    rng = np.random.default_rng(seed)
    indices = np.arange(clips) % 3
    logits = rng.normal(0, 1, size=(clips, 3))
    logits[np.arange(clips), indices] += 1
    scores = np.exp(sureness * logits)
    table = pd.DataFrame(
        scores / scores.sum(axis=1, keepdims=True), columns=score_columns(EMOTIONS)
    )
    table.insert(0, "clip", [f"clip-{number}" for number in range(clips)])
    table["fold"] = np.arange(clips) // 3 % 5
    table["split"], table["emotion"] = "test", np.array(EMOTIONS)[indices]
    table.attrs = {"scale": "probability"}
    return table


def scores_of(tables):
    return {
        name: (table[score_columns(EMOTIONS)].to_numpy(), "probability")
        for name, table in tables.items()
    }


@pytest.mark.parametrize("method", METHODS)
def test_a_system_decides_as_the_fusion_of_all_clips(method):
    tables = {"a": posteriors(1), "b": posteriors(2)}
    system = fit_system("speech+face", tables, EMOTIONS, {"method": method, **OPTIONS}, seed=0)
    train = {name: table.assign(split="train") for name, table in tables.items()}
    fused = fuse_fold(train, EMOTIONS, method, **OPTIONS, seed=0).posteriors
    probabilities = system.probabilities(scores_of(tables))
    expected = fused[score_columns(EMOTIONS)].to_numpy().argmax(axis=1)
    assert np.array_equal(probabilities.argmax(axis=1), expected)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)


@pytest.mark.parametrize("sureness", [0.3, 1.0, 4.0])
def test_the_confidence_is_right_however_sure_a_model_is_of_itself(sureness):
    tables = {"a": posteriors(1, sureness)}
    system = fit_system("speech", tables, EMOTIONS, {"method": "average", **OPTIONS}, seed=0)
    probabilities = system.probabilities(scores_of(tables))
    truth = np.arange(300) % 3
    accuracy = (probabilities.argmax(axis=1) == truth).mean()
    assert probabilities.max(axis=1).mean() == pytest.approx(accuracy, abs=0.06)


def test_the_order_of_clips_does_not_matter():
    tables = {"a": posteriors(1), "b": posteriors(2)}
    fusion = {"method": "log_linear", **OPTIONS}
    system = fit_system("speech+face", tables, EMOTIONS, fusion, seed=0)
    shuffled = {"a": tables["a"], "b": tables["b"].sample(frac=1, random_state=3)}
    again = fit_system("speech+face", shuffled, EMOTIONS, fusion, seed=0)
    assert again.weights == pytest.approx(system.weights, rel=1e-4)


def test_out_of_fold_scores_are_those_of_the_fold_that_tests_a_clip():
    table = posteriors(1)
    folds = []
    for fold in range(5):
        one = table.assign(fold=fold, split=np.where(table["fold"] == fold, "test", "train"))
        one["score_calm"] = float(fold)
        one.attrs = {"scale": "logit"}
        folds.append(one)
    collected = out_of_fold(folds)
    assert sorted(collected["clip"]) == sorted(table["clip"])
    assert (collected["score_calm"] == collected["fold"]).all()
    assert collected.attrs["scale"] == "logit"


def test_a_single_fold_teaches_nothing_of_others_and_is_refused():
    table = posteriors(0)
    alone = table[table["fold"] == 2]
    alone.attrs = table.attrs
    with pytest.raises(InputError, match="the clips of 1 fold to fit the speech on"):
        fit_system("speech", {"a": alone}, EMOTIONS, {"method": "log_linear", **OPTIONS}, seed=1)
