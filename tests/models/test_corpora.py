"""Several corpora in one training weigh the same, and one corpus changes nothing."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from emofold.fusion import fuse_fold
from emofold.models.candidates import list_candidates
from emofold.models.corpora import corpora_of, weigh_corpora
from emofold.models.nested import Trainings
from emofold.models.static import CLASSIFIERS, make_classifier, train_fold
from emofold.pooling import fit_weights
from emofold.scores import score_columns

EMOTIONS = ["calm", "happy", "sad"]
WITHOUT_WEIGHTS = {"knn", "nearest_centroid"}


@pytest.fixture
def clips():
    """Six speakers of a large corpus and three of a small one, where emotions show otherwise."""
    rows = [
        (
            f"{corpus}-{speaker}-{emotion}-{take}",
            corpus,
            f"{corpus}/{speaker}",
            emotion,
            speaker % 3,
        )
        for corpus, speakers, takes in (("large", 6, 4), ("small", 3, 2))
        for speaker in range(speakers)
        for emotion in EMOTIONS
        for take in range(takes)
    ]
    return pd.DataFrame(rows, columns=["clip", "corpus", "speaker", "emotion", "fold"])


@pytest.fixture
def features(clips):
    generator = np.random.default_rng(1)
    told = np.eye(3)[clips["emotion"].map(EMOTIONS.index)]
    told[clips["corpus"] == "small"] = np.roll(told[clips["corpus"] == "small"], 1, axis=1)
    return pd.DataFrame(told + generator.normal(0, 0.7, told.shape), clips["clip"])


def labels_of(clips):
    split = np.where(clips["fold"] == 0, "test", "train")
    return clips[["clip", "fold", "emotion"]].assign(split=split)


def test_each_corpus_weighs_the_same():
    corpora = pd.Series(["a"] * 6 + ["b"] * 3 + ["c"])
    weights = weigh_corpora(corpora)
    assert pd.Series(weights).groupby(corpora).sum().tolist() == pytest.approx([10 / 3] * 3)


def test_the_weights_are_those_that_scikit_learn_takes(clips, features):
    model = make_classifier("logistic_regression", "none", {}, 1)
    posteriors, _ = train_fold(
        model, features, labels_of(clips), EMOTIONS, corpora=corpora_of(clips)
    )
    train = clips[clips["fold"] != 0]
    weights = np.where(train["corpus"] == "large", 60 / 2 / 48, 60 / 2 / 12)
    by_hand = LogisticRegression(random_state=1).fit(
        features.loc[train["clip"]].to_numpy(), train["emotion"], sample_weight=weights
    )
    assert posteriors[score_columns(EMOTIONS)].to_numpy() == pytest.approx(
        by_hand.predict_proba(features.to_numpy())
    )


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_every_classifier_that_takes_weights_gets_them(clips, features, classifier):
    parameters = {"max_iter": 1000} if classifier == "mlp" else {}
    given = []
    for corpora in (None, corpora_of(clips)):
        model = make_classifier(classifier, "standard", parameters, 1)
        given.append(train_fold(model, features, labels_of(clips), EMOTIONS, corpora=corpora)[0])
    unweighted, weighted = (table[score_columns(EMOTIONS)].to_numpy() for table in given)
    assert np.array_equal(unweighted, weighted) == (classifier in WITHOUT_WEIGHTS)


def test_one_corpus_gives_what_none_does(clips, features):
    alone = clips[clips["corpus"] == "large"]
    tables = []
    for of_corpus in (alone, alone.drop(columns="corpus"), alone.assign(corpus=None)):
        trainings = Trainings(
            features.loc[alone["clip"]], of_corpus, EMOTIONS, "none", False, seed=1
        )
        candidates = list_candidates("logistic_regression", "none", "all", {}, {"C": [0.1, 1]})
        tables.append(trainings.nested(0, candidates)[0])
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0], check_exact=True)


def test_a_small_corpus_decides_as_much_among_candidates_as_a_large_one(clips, features):
    trainings = Trainings(features, clips, EMOTIONS, "none", False, seed=1)
    candidates = list_candidates("logistic_regression", "none", "all", {}, {"C": [0.01, 1]})
    posteriors, _, tried = trainings.nested(0, candidates)
    rows = posteriors[posteriors["split"] == "train"]
    right = rows[score_columns(EMOTIONS)].to_numpy()[
        np.arange(len(rows)), rows["emotion"].map(EMOTIONS.index)
    ]
    corpus = rows["clip"].map(corpora_of(clips))
    by_corpus = pd.Series(-np.log(right), rows.index).groupby(corpus).mean()
    assert tried.loc[tried["chosen"], "log_loss"].item() == pytest.approx(by_corpus.mean())


def test_a_pool_is_fitted_to_both_corpora_alike():
    generator = np.random.default_rng(2)
    targets = generator.integers(0, 3, 120)
    corpora = pd.Series(["large"] * 100 + ["small"] * 20)
    good_at_large = 2 * np.eye(3)[targets] * (corpora == "large").to_numpy()[:, None]
    good_at_small = 2 * np.eye(3)[targets] * (corpora == "small").to_numpy()[:, None]
    logs = [scores + generator.normal(0, 1, (120, 3)) for scores in (good_at_large, good_at_small)]
    repeated = np.r_[np.arange(100), np.tile(np.arange(100, 120), 5)]
    expected = fit_weights([log[repeated] for log in logs], targets[repeated])
    assert fit_weights(logs, targets, weigh_corpora(corpora)) == pytest.approx(expected, rel=1e-3)
    assert fit_weights(logs, targets)[1] < expected[1]


@pytest.mark.parametrize("method", ["log_linear", "logistic_regression"])
def test_a_fusion_is_fitted_to_both_corpora_alike(clips, features, method):
    generator = np.random.default_rng(3)
    posteriors = {}
    for name, heard in (("a", "large"), ("b", "small")):
        told = 2 * np.eye(3)[clips["emotion"].map(EMOTIONS.index)]
        told *= (clips["corpus"] == heard).to_numpy()[:, None]
        table = labels_of(clips)
        table[score_columns(EMOTIONS)] = told + generator.normal(0, 1, told.shape)
        table.attrs["scale"] = "logit"
        posteriors[name] = table
    options = {"scaling": "none", "parameters": {}, "seed": 1}
    even = fuse_fold(posteriors, EMOTIONS, method, **options, corpora=corpora_of(clips))
    uneven = fuse_fold(posteriors, EMOTIONS, method, **options)
    is_small = (clips["corpus"] == "small").to_numpy()
    right = clips["emotion"].map(EMOTIONS.index).to_numpy()
    scores = [
        one.posteriors[score_columns(EMOTIONS)].to_numpy()[np.arange(len(clips)), right]
        for one in (even, uneven)
    ]
    assert scores[0][is_small].mean() > scores[1][is_small].mean()
