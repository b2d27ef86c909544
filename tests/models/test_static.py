"""Static classifiers, trained fold by fold."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from emofold.corpora.published_files import CLIPS_FILE, MEANS_FILE, read_clips
from emofold.corpora.ravdess import EMOTIONS
from emofold.errors import InputError
from emofold.face.published_means import read_means
from emofold.face.schemas import ACTION_UNITS
from emofold.models.splits import labels_of_fold
from emofold.models.static import CLASSIFIERS, make_classifier, train_fold
from emofold.scores import score_columns

PROBABILISTIC = {
    "logistic_regression",
    "knn",
    "decision_tree",
    "random_forest",
    "mlp",
}
SEED = 2020
CLIPS_EACH = 15
PRESET = Path(__file__).parents[2] / "workflow/presets/published.yaml"

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def corpus(emotions, distance=1):
    """Emotions at some distance, features on very different scales, clips in no order at all."""
    rng = np.random.default_rng(0)
    emotion = np.repeat(emotions, CLIPS_EACH)
    places = np.repeat(rng.normal(0, distance, size=(len(emotions), 5)), CLIPS_EACH, axis=0)
    values = (places + rng.normal(0, 1, size=places.shape)) * [0.1, 1, 1, 10, 100]
    names = [f"clip-{number:03d}" for number in rng.permutation(len(emotion))]
    features = pd.DataFrame(values, index=pd.Index(names, name="clip"))
    split = np.where(np.arange(len(emotion)) % 3 == 0, "test", "train")
    labels = pd.DataFrame({"clip": names, "fold": 1, "split": split, "emotion": emotion})
    return features.sample(frac=1, random_state=0), labels.sample(frac=1, random_state=1)


def train(
    classifier, scaling="none", parameters=None, *, emotions=EMOTIONS[:3], seed=SEED, data=None
):
    features, labels = data or corpus(emotions)
    model = make_classifier(classifier, scaling, parameters or {}, seed)
    posteriors, _ = train_fold(model, features, labels, emotions)
    return posteriors


def scores(posteriors):
    return posteriors.set_index("clip").filter(like="score_")


def winners(posteriors, emotions=EMOTIONS):
    best = posteriors[score_columns(emotions)].to_numpy().argmax(axis=1)
    return np.array(emotions)[best]


@pytest.mark.parametrize("emotions", [EMOTIONS, ["calm", "surprised"]], ids=["eight", "two"])
@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_the_highest_score_is_what_the_model_predicts(classifier, emotions):
    features, labels = corpus(emotions)
    model = make_classifier(classifier, "none", {}, SEED)
    posteriors, _ = train_fold(model, features, labels, emotions)
    assert list(posteriors) == ["clip", "fold", "split", "emotion", *score_columns(emotions)]
    predicted = np.array(emotions)[model.predict(features.to_numpy())]
    assert winners(posteriors, emotions).tolist() == predicted.tolist()


@pytest.mark.parametrize(
    "parameters",
    [{"metric": "manhattan"}, {"priors": [*[0.01] * 7, 0.93]}],
    ids=["manhattan", "priors"],
)
def test_the_nearest_centroid_has_the_highest_score(parameters):
    features, labels = corpus(EMOTIONS)
    model = make_classifier("nearest_centroid", "none", parameters, SEED)
    posteriors, _ = train_fold(model, features, labels, EMOTIONS)
    predicted = np.array(EMOTIONS)[model.predict(features.to_numpy())]
    assert winners(posteriors).tolist() == predicted.tolist()


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_the_scores_of_the_nearest_centroid_are_distances(metric):
    emotions = ["calm", "sad"]
    labels = pd.DataFrame({"clip": list("abcde"), "fold": 1, "split": [*["train"] * 4, "test"]})
    labels["emotion"] = ["calm", "calm", "sad", "sad", "calm"]
    features = pd.DataFrame([[0, 0], [1, 2], [9, 0], [10, 2], [4, 5]], index=labels["clip"])
    posteriors = train(
        "nearest_centroid",
        "minmax",
        {"metric": metric},
        emotions=emotions,
        data=(features, labels),
    )
    distances = {"euclidean": [np.hypot(0.35, 2), np.hypot(0.55, 2)], "manhattan": [2.35, 2.55]}
    found = scores(posteriors).loc["e"].tolist()
    assert found == pytest.approx([-distance for distance in distances[metric]])


@pytest.mark.parametrize("classifier", ["svc", "ridge", "perceptron", "nu_svc", "linear_svc"])
def test_two_emotions_get_opposite_scores(classifier):
    emotions = ["calm", "surprised"]
    features, labels = corpus(emotions)
    model = make_classifier(classifier, "none", {}, SEED)
    posteriors, _ = train_fold(model, features, labels, emotions)
    decision = model.decision_function(features.to_numpy())
    assert posteriors["score_surprised"].tolist() == decision.tolist()
    assert posteriors["score_calm"].tolist() == (-decision).tolist()


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_the_scale_says_what_the_scores_are(classifier):
    features, labels = corpus(EMOTIONS)
    model = make_classifier(classifier, "standard", {}, SEED)
    posteriors, scale = train_fold(model, features, labels, EMOTIONS)
    add_up_to_one = np.allclose(scores(posteriors).sum(axis=1), 1)
    assert scale == ("probability" if classifier in PROBABILISTIC else "logit")
    assert add_up_to_one == (scale == "probability")


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_a_classifier_finds_emotions_that_lie_apart(classifier):
    posteriors = train(
        classifier, "standard", emotions=EMOTIONS, data=corpus(EMOTIONS, distance=20)
    )
    tested = posteriors[posteriors["split"] == "test"]
    assert (winners(tested) == tested["emotion"]).mean() > 0.9


@pytest.mark.parametrize("scaling", ["minmax", "standard"])
def test_scaling_is_fitted_on_training_clips_only(scaling):
    features, labels = corpus(EMOTIONS[:3])
    before = train("knn", scaling, data=(features, labels))
    extreme = labels.loc[labels["split"] == "test", "clip"].iloc[0]
    features.loc[extreme] = 1e9
    after = train("knn", scaling, data=(features, labels))
    pd.testing.assert_frame_equal(scores(before).drop(extreme), scores(after).drop(extreme))


@pytest.mark.parametrize(
    ("scaling", "same"), [("minmax", True), ("standard", True), ("none", False)]
)
def test_the_unit_of_a_feature_matters_only_unscaled(scaling, same):
    features, labels = corpus(EMOTIONS[:3])
    before = train("knn", scaling, data=(features, labels))
    after = train("knn", scaling, data=(features * [1024, 1, 1, 1, 1], labels))
    assert before.equals(after) == same


def test_every_clip_is_scored_in_the_order_of_the_features():
    features, labels = corpus(EMOTIONS[:3])
    posteriors = train("svc", data=(features, labels))
    assert posteriors["clip"].tolist() == features.index.tolist()
    assert (posteriors["split"] == "test").sum() == 15
    found = posteriors[["clip", "fold", "split", "emotion"]].sort_values("clip", ignore_index=True)
    assert found.equals(labels.sort_values("clip", ignore_index=True))


def test_the_order_of_the_clips_does_not_matter():
    features, labels = corpus(EMOTIONS[:3])
    turned = train("mlp", data=(features, labels.iloc[::-1]))
    assert train("mlp", data=(features, labels)).equals(turned)


def test_test_clips_are_not_learned_from():
    features, labels = corpus(EMOTIONS[:3])
    other_truth = labels.assign(
        emotion=labels["emotion"].where(labels["split"] == "train", EMOTIONS[0])
    )
    before = train("random_forest", data=(features, labels))
    after = train("random_forest", data=(features, other_truth))
    pd.testing.assert_frame_equal(scores(before), scores(after))


def test_clips_without_features_are_named():
    features, labels = corpus(EMOTIONS[:3])
    missing = features.index[4]
    with pytest.raises(InputError, match=f"1 clip missing: {missing}, in the features"):
        train("svc", data=(features.drop(index=missing), labels))


def test_an_emotion_without_training_clips_is_named():
    features, labels = corpus(EMOTIONS[:3])
    labels.loc[labels["emotion"] == "calm", "split"] = "test"
    with pytest.raises(InputError, match=r"no training clip of calm\. "):
        train("svc", data=(features, labels))


def test_an_unknown_parameter_names_the_nearest():
    with pytest.raises(InputError, match=r"`n_neighbours` .*KNeighbors.* write `n_neighbors`"):
        make_classifier("knn", "none", {"n_neighbours": 3}, SEED)


def test_a_parameter_like_no_other_is_to_be_removed():
    with pytest.raises(InputError, match=r"`xyz` for SVC.* remove it from `parameters`"):
        make_classifier("svc", "none", {"xyz": 3}, SEED)


@pytest.mark.parametrize(
    ("classifier", "parameters"),
    [
        ("svc", {"C": "high"}),
        ("mlp", {"hidden_layer_sizes": "80"}),
        ("nu_svc", {"nu": 7}),
        ("knn", {"n_neighbors": 0}),
        ("knn", {"n_neighbors": 1000}),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_the_classifier(classifier, parameters):
    name = CLASSIFIERS[classifier].rsplit(".", 1)[1]
    with pytest.raises(InputError, match=name):
        train(classifier, parameters=parameters)


@pytest.mark.parametrize("emotions", [EMOTIONS, EMOTIONS[:3]])
def test_scores_of_pairs_of_emotions_are_refused(emotions):
    with pytest.raises(InputError, match="SVC"):
        train("svc", parameters={"decision_function_shape": "ovo"}, emotions=emotions)


def test_the_seed_decides_a_multi_layer_perceptron():
    parameters = {"max_iter": 20}
    first = train("mlp", "minmax", parameters, seed=1)
    assert first.equals(train("mlp", "minmax", parameters, seed=1))
    assert not first.equals(train("mlp", "minmax", parameters, seed=2))


def test_parameters_win_over_seed_and_threads():
    own = {"random_state": 7, "n_jobs": 3}
    model = make_classifier("random_forest", "none", own, seed=1, threads=2)[-1]
    assert (model.random_state, model.n_jobs) == (7, 3)
    model = make_classifier("random_forest", "none", {}, seed=1, threads=2)[-1]
    assert (model.random_state, model.n_jobs) == (1, 2)


@pytest.fixture(scope="module")
def real_means(real_published):
    """The mean Action Units that the authors published, and the labels of each fold."""
    preset = yaml.safe_load(PRESET.read_text(encoding="utf-8"))
    clips = read_clips(real_published / CLIPS_FILE, preset["folds"])
    means = read_means(real_published / MEANS_FILE).set_index("clip")[list(ACTION_UNITS)]
    return means, [labels_of_fold(clips, fold) for fold in range(len(preset["folds"]))]


@pytest.mark.realdata
def test_tied_votes_of_a_support_vector_machine_stay_as_predicted(real_means):
    means, folds = real_means
    ties = 0
    for labels in folds:
        model = make_classifier("svc", "none", {"C": 10}, SEED)
        posteriors, _ = train_fold(model, means, labels, EMOTIONS)
        predicted = model.predict(means.to_numpy())
        assert winners(posteriors).tolist() == np.array(EMOTIONS)[predicted].tolist()
        ties += (model.decision_function(means.to_numpy()).argmax(axis=1) != predicted).sum()
    assert ties > 0


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("trained", "accuracy", "tolerance"),
    [
        (("svc", "minmax", {"C": 1}), 59.93, 0.005),
        (("knn", "none", {"n_neighbors": 40}), 50.20, 0.005),
        (("mlp", "minmax", {"hidden_layer_sizes": [80]}), 60.22, 0.35),
    ],
    ids=["svc", "knn", "mlp"],
)
def test_table_2_of_the_paper(real_means, trained, accuracy, tolerance):
    means, folds = real_means
    of_folds = []
    for labels in folds:
        posteriors = train(*trained, emotions=EMOTIONS, data=(means, labels))
        tested = posteriors[posteriors["split"] == "test"]
        of_folds.append(100 * (winners(tested) == tested["emotion"]).mean())
    assert np.mean(of_folds) == pytest.approx(accuracy, abs=tolerance)
