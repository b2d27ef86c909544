"""scikit-learn pipelines without pickle."""

import json
import zipfile
from zipfile import ZIP_DEFLATED

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KDTree
from sklearn.pipeline import make_pipeline
from sklearn.tree._tree import Tree
from skops.io import dump

from emofold.errors import InputError
from emofold.models.static import CLASSIFIERS, class_scores, make_classifier
from emofold.prediction.sklearn_files import load_pipeline, save_pipeline

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(60, 5)), np.repeat([0, 1, 2], 20)


@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_every_classifier_scores_as_before(classifier, tmp_path):
    pipeline = make_classifier(classifier, "standard", {}, seed=0).fit(X, Y)
    save_pipeline(pipeline, tmp_path / "model.skops")
    again = load_pipeline(tmp_path / "model.skops", 3)
    for before, after in zip(class_scores(pipeline, X), class_scores(again, X), strict=True):
        assert np.array_equal(before, after)


def test_a_file_that_names_a_foreign_type_is_refused(tmp_path):
    path = tmp_path / "model.skops"
    save_pipeline(make_classifier("knn", "none", {}, seed=0).fit(X, Y), path)
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(files["schema.json"])
    text = json.dumps(schema).replace('"sklearn.neighbors._kd_tree"', '"os"')
    assert text != json.dumps(schema)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (files | {"schema.json": text.encode()}).items():
            archive.writestr(name, content)
    with pytest.raises(InputError, match=r"os\.KDTree"):
        load_pipeline(path, 3)


def change_tree(tree, **columns):
    """Replace numbers of the nodes of a tree, as a file can have them."""
    state = tree.__getstate__()
    for column, (node, value) in columns.items():
        state["nodes"][column][node] = value
    changed = Tree(X.shape[1], np.array([3]), 1)
    changed.__setstate__(state)
    return changed


@pytest.mark.parametrize("classifier", ["decision_tree", "random_forest"])
@pytest.mark.parametrize(
    "columns",
    [
        {"left_child": (0, 10**9)},
        {"left_child": (0, -2)},
        {"right_child": (0, 0)},
        {"right_child": (1, 0)},
        {"left_child": (0, -1)},
        {"feature": (0, 5)},
        {"feature": (0, -2)},
        {"threshold": (0, np.nan)},
    ],
)
def test_a_tree_that_leads_elsewhere_or_round_and_round_is_refused(classifier, columns, tmp_path):
    pipeline = make_classifier(classifier, "none", {}, seed=0).fit(X, Y)
    tree = pipeline[-1] if classifier == "decision_tree" else pipeline[-1].estimators_[7]
    tree.tree_ = change_tree(tree.tree_, **columns)
    save_pipeline(pipeline, tmp_path / "model.skops")
    with pytest.raises(InputError, match="nodes are not those of a tree"):
        load_pipeline(tmp_path / "model.skops", 3)


@pytest.mark.parametrize(
    ("classifier", "attribute", "value"),
    [
        ("svc", "_n_support", np.array([40, 40, 40], "int32")),
        ("svc", "_n_support", np.array([-20, 40, 40], "int32")),
        ("svc", "support_vectors_", np.zeros((3, 5))),
        ("svc", "support_vectors_", np.full((60, 5), np.inf)),
        ("svc", "_dual_coef_", np.zeros((1, 60))),
        ("svc", "_intercept_", np.zeros(1)),
        ("svc", "_probA", np.zeros(2)),
        ("svc", "kernel", "precomputed"),
        ("knn", "_y", np.array([0, 1, 2, 3] * 15)),
        ("knn", "_fit_X", np.zeros((59, 5))),
        ("knn", "n_neighbors", 61),
        ("mlp", "coefs_", [np.zeros((5, 100)), np.zeros((99, 3))]),
        ("mlp", "intercepts_", [np.zeros(100)]),
        ("logistic_regression", "coef_", np.zeros((3, 4))),
        ("logistic_regression", "coef_", np.array([["a"] * 5] * 3)),
        ("logistic_regression", "classes_", np.arange(4)),
        ("ridge", "intercept_", np.zeros(2)),
        ("nearest_centroid", "centroids_", np.zeros((2, 5))),
        ("random_forest", "estimators_", []),
        ("logistic_regression", "n_features_in_", 10**9),
        ("decision_tree", "n_features_in_", 10**9),
    ],
)
def test_arrays_that_do_not_fit_each_other_are_refused(classifier, attribute, value, tmp_path):
    pipeline = make_classifier(classifier, "none", {}, seed=0).fit(X, Y)
    setattr(pipeline[-1], attribute, value)
    save_pipeline(pipeline, tmp_path / "model.skops")
    with pytest.raises(InputError, match="cannot be read as a model"):
        load_pipeline(tmp_path / "model.skops", 3)


def test_a_scaler_of_other_features_is_refused(tmp_path):
    pipeline = make_classifier("ridge", "standard", {}, seed=0).fit(X, Y)
    pipeline[0].mean_ = np.zeros(4)
    save_pipeline(pipeline, tmp_path / "model.skops")
    with pytest.raises(InputError, match="`mean_` of the shape"):
        load_pipeline(tmp_path / "model.skops", 3)


def test_what_a_file_puts_in_the_place_of_a_method_is_left_there(tmp_path):
    pipeline = make_classifier("logistic_regression", "none", {}, seed=0).fit(X, Y)
    expected = pipeline.predict_proba(X)
    pipeline[-1].predict_proba = np.add
    save_pipeline(pipeline, tmp_path / "model.skops")
    assert np.array_equal(load_pipeline(tmp_path / "model.skops", 3).predict_proba(X), expected)


def test_neighbours_are_looked_for_in_a_tree_of_their_own(tmp_path):
    pipeline = make_classifier("knn", "none", {"algorithm": "kd_tree"}, seed=0).fit(X, Y)
    expected = pipeline.predict_proba(X)
    pipeline[-1]._tree = KDTree(np.zeros((2, 5)))
    save_pipeline(pipeline, tmp_path / "model.skops")
    assert np.array_equal(load_pipeline(tmp_path / "model.skops", 3).predict_proba(X), expected)


def test_an_estimator_that_emofold_does_not_train_is_refused(tmp_path):
    save_pipeline(make_pipeline(GaussianNB()).fit(X, Y), tmp_path / "model.skops")
    with pytest.raises(InputError, match="a GaussianNB in its place"):
        load_pipeline(tmp_path / "model.skops", 3)


def test_content_that_unpacks_to_more_than_the_file_is_refused(tmp_path):
    path = tmp_path / "model.skops"
    dump(make_classifier("ridge", "none", {}, seed=0).fit(X, Y), path, compression=ZIP_DEFLATED)
    with pytest.raises(InputError, match="packed content"):
        load_pipeline(path, 3)


def test_a_model_of_other_classes_is_refused(tmp_path):
    save_pipeline(make_classifier("ridge", "none", {}, seed=0).fit(X, Y), tmp_path / "model.skops")
    with pytest.raises(InputError, match="3 classes, not 8"):
        load_pipeline(tmp_path / "model.skops", 8)


def test_a_file_that_is_none_is_refused(tmp_path):
    (tmp_path / "model.skops").write_bytes(b"no zip")
    with pytest.raises(InputError, match="cannot be read as a model"):
        load_pipeline(tmp_path / "model.skops", 3)
