"""A logistic regression in the space that clips span is that of scikit-learn."""

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from emofold.models import logistic
from emofold.models.logistic import Fitting
from emofold.models.static import make_classifier

CLIPS, FEATURES, CLASSES = 60, 300, 4


@pytest.fixture
def clips():
    """Clips of some classes, with features on very different scales."""
    rng = np.random.default_rng(0)
    targets = np.arange(CLIPS) % CLASSES
    places = rng.normal(size=(CLASSES, FEATURES))
    X = places[targets] + 2 * rng.normal(size=(CLIPS, FEATURES))
    return X * np.geomspace(0.1, 10, FEATURES) + 3, targets


def classifier(scaling="standard", **parameters):
    return make_classifier("logistic_regression", scaling, parameters, seed=0)


@pytest.fixture
def spans(monkeypatch):
    """The spaces that were made."""
    made = []
    plain = logistic.Span.of
    monkeypatch.setattr(logistic.Span, "of", lambda X: made.append(X) or plain(X))
    return made


@pytest.mark.parametrize("scaling", ["none", "minmax", "standard"])
@pytest.mark.parametrize("C", [0.001, 0.1])
def test_weights_and_steps_are_those_of_scikit_learn(clips, scaling, C, spans):
    X, targets = clips
    ours, theirs = (classifier(scaling, C=C, max_iter=500) for _ in range(2))
    Fitting().fit(ours, X, targets)
    assert spans
    theirs.fit(X, targets)
    assert abs(int(ours[-1].n_iter_[0]) - int(theirs[-1].n_iter_[0])) <= 1
    assert ours[-1].coef_ == pytest.approx(theirs[-1].coef_, abs=1e-4)
    assert ours.predict_proba(X) == pytest.approx(theirs.predict_proba(X), abs=1e-4)
    assert ours[-1].classes_.tolist() == theirs[-1].classes_.tolist()
    assert ours[-1].n_features_in_ == FEATURES


def test_it_stops_where_scikit_learn_stops_and_not_later(clips):
    X, targets = clips
    ours, theirs = (classifier(tol=0.1) for _ in range(2))
    Fitting().fit(ours, X, targets)
    theirs.fit(X, targets)
    assert ours[-1].n_iter_ == theirs[-1].n_iter_
    assert ours[-1].coef_ == pytest.approx(theirs[-1].coef_, abs=1e-9)


def test_regressions_on_the_same_clips_share_their_space(clips, spans):
    X, targets = clips
    fitting = Fitting()
    for C in (0.1, 1.0):
        fitting.fit(classifier(C=C), X, targets)
    assert len(spans) == 1
    fitting.fit(classifier(), X[1:], targets[1:])
    fitting.fit(classifier("none"), X[1:], targets[1:])
    assert len(spans) == 3


@pytest.mark.parametrize(
    "parameters", [{"class_weight": "balanced"}, {"solver": "newton-cg"}, {"fit_intercept": False}]
)
def test_other_regressions_are_left_to_scikit_learn(clips, parameters, spans):
    X, targets = clips
    ours, theirs = (classifier(**parameters) for _ in range(2))
    Fitting().fit(ours, X, targets)
    assert np.array_equal(ours[-1].coef_, theirs.fit(X, targets)[-1].coef_)
    assert not spans


def test_so_are_two_classes_few_features_and_other_classifiers(clips, spans):
    X, targets = clips
    Fitting().fit(classifier(), X, targets % 2)
    Fitting().fit(classifier(), X[:, :40], targets)
    Fitting().fit(make_classifier("linear_svc", "none", {}, seed=0), X, targets)
    assert not spans


def test_too_few_iterations_are_told(clips):
    X, targets = clips
    model = classifier(max_iter=2)
    with pytest.warns(ConvergenceWarning, match="in 2 iterations"):
        Fitting().fit(model, X, targets)
    assert isinstance(model[-1], LogisticRegression)
