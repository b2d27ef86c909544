"""Trained scikit-learn estimators, built anew from their checked parameters and arrays.

scikit-learn trusts what it has trained: a tree whose children lie outside of it or run in circles,
or fewer support vectors than a model says, end or hang the interpreter. What comes out of a file is
therefore never used itself. Of each estimator what it needs to predict is taken, where that has the
right shape, and put into a new one of the same class.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from emofold.models.static import CLASSIFIERS, SCALERS, class_scores, make_classifier

LINEAR = {"coef_": ("DF",), "intercept_": ("D", "")}
SUPPORT_VECTORS = {
    "support_": ("S",),
    "support_vectors_": ("SF",),
    "_n_support": ("C",),
    "dual_coef_": ("OS",),
    "_dual_coef_": ("OS",),
    "intercept_": ("P",),
    "_intercept_": ("P",),
    "_probA": ("P", "0"),
    "_probB": ("P", "0"),
    "_gamma": ("",),
}
# The shapes that an array may have: a letter for each dimension, whose size `_sizes` says
SHAPES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "minmax": {"min_": ("F",), "scale_": ("F",)},
    "standard": {"mean_": ("F",), "scale_": ("F",), "var_": ("F",)},
    "svc": SUPPORT_VECTORS,
    "nu_svc": SUPPORT_VECTORS,
    "linear_svc": LINEAR,
    "logistic_regression": LINEAR,
    "perceptron": LINEAR,
    "ridge": {**LINEAR, "coef_": ("DF", "F")},
    "nearest_centroid": {
        "centroids_": ("CF",),
        "class_prior_": ("C",),
        "within_class_std_dev_": ("F",),
    },
}
KERNELS = {"linear", "poly", "rbf", "sigmoid"}
LEAF = -1
MOST_FEATURES = 10**7


def rebuild_pipeline(found: Any) -> Any:
    """Return a new pipeline that predicts as the one that was read.

    Parameters
    ----------
    found
        What a file holds; none of its methods is called.

    Raises
    ------
    ValueError
        When it is not a scaler and a classifier of emofold, or a classifier, as training leaves
        them.
    """
    from sklearn.pipeline import Pipeline, make_pipeline  # noqa: PLC0415

    if type(found) is not Pipeline:
        raise ValueError(f"a {type(found).__name__}, which is no pipeline")
    *before, classifier = [step for _, step in vars(found)["steps"]]
    if len(before) > 1:
        raise ValueError(f"a pipeline of {len(before) + 1} steps")
    features, classes = vars(classifier)["n_features_in_"], len(vars(classifier)["classes_"])
    if not (isinstance(features, int) and 0 < features <= MOST_FEATURES):
        raise ValueError(f"{features!r} features")
    scalers = {name: make_classifier("ridge", name, {}, 0)[0] for name in SCALERS}
    classifiers = {name: make_classifier(name, "none", {}, 0)[-1] for name in CLASSIFIERS}
    steps = [_rebuild(one, scalers, features, classes) for one in before]
    steps.append(_rebuild(classifier, classifiers, features, classes))
    pipeline = make_pipeline(*steps)
    scores, _ = class_scores(pipeline, np.zeros((1, features)))
    if scores.shape != (1, classes):
        raise ValueError(f"scores of the shape {scores.shape} for {classes} classes")
    return pipeline


def _rebuild(found: Any, untrained: Mapping[str, Any], features: int, classes: int) -> Any:
    names = [name for name, model in untrained.items() if type(model) is type(found)]
    if not names:
        raise ValueError(f"a {type(found).__name__} in its place")
    (name,) = names
    content, built = vars(found), untrained[name]
    parameters = {key: content[key] for key in built.get_params(deep=False)}
    if not all(map(_is_plain, parameters.values())):
        raise ValueError(f"parameters of {name} that are no numbers or words")
    built.set_params(**parameters)
    built.n_features_in_, built.classes_ = features, np.arange(classes)
    if name in SHAPES:
        _take_arrays(built, content, SHAPES[name], _sizes(content, features, classes))
    if name in COMPLETE:
        COMPLETE[name](built, content, features, classes)
    return built


def _is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_is_plain, [*value, *value.values()]))
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | int | float)


def _sizes(content: Mapping[str, Any], features: int, classes: int) -> dict[str, int]:
    return {
        "0": 0,
        "F": features,
        "C": classes,
        "O": classes - 1,
        "D": classes if classes > 2 else 1,  # decisions
        "P": classes * (classes - 1) // 2,  # pairs
        "S": len(content.get("support_", ())),
    }


def _take_arrays(
    built: Any,
    content: Mapping[str, Any],
    shapes: Mapping[str, tuple[str, ...]],
    sizes: Mapping[str, int],
) -> None:
    for name, choices in shapes.items():
        allowed = [tuple(sizes[letter] for letter in shape) for shape in choices]
        setattr(built, name, _checked(content[name], name, allowed))


def _checked(array: Any, name: str, shapes: list[tuple[int, ...]]) -> Any:
    """Return an array, or a number, if it has one of some shapes and finite numbers."""
    if not isinstance(array, np.ndarray | np.number | int | float):
        raise ValueError(f"`{name}` of the type {type(array).__name__}")
    if np.shape(array) not in shapes or np.asarray(array).dtype.kind not in "iuf":
        raise ValueError(f"`{name}` of the shape {np.shape(array)}, not {shapes[0]}")
    if not np.isfinite(array).all():
        raise ValueError(f"`{name}` with values that are no finite numbers")
    return array


def _complete_support_vectors(
    built: Any, content: Mapping[str, Any], features: int, classes: int
) -> None:
    counts = built._n_support
    if (counts < 0).any() or counts.sum() != len(built.support_) or (built.support_ < 0).any():
        raise ValueError("other numbers of support vectors than there are")
    if built.kernel not in KERNELS:
        raise ValueError(f"the kernel {built.kernel!r}")
    built._effective_probability = bool(len(built._probA) and len(built._probB))
    built._sparse, built.fit_status_, built.shape_fit_ = False, 0, (len(built.support_), features)
    built.class_weight_ = np.ones(classes)


def _complete_ridge(built: Any, content: Mapping[str, Any], features: int, classes: int) -> None:
    from sklearn.preprocessing import LabelBinarizer  # noqa: PLC0415

    built._label_binarizer = LabelBinarizer(neg_label=-1).fit(built.classes_)


def _complete_neighbours(
    built: Any, content: Mapping[str, Any], features: int, classes: int
) -> None:
    """Let the neighbours be learned anew, which takes no time and gives the same."""
    labels = content["_y"]
    _checked(labels, "_y", [(len(labels),)])
    if not np.array_equal(np.unique(labels), np.arange(classes)) or built.n_neighbors > len(labels):
        raise ValueError("neighbours of other classes, or too few of them")
    built.fit(_checked(content["_fit_X"], "_fit_X", [(len(labels), features)]), labels)


def _complete_tree(built: Any, content: Mapping[str, Any], features: int, classes: int) -> None:
    built.tree_ = _check_tree(content["tree_"], features, classes)
    built.n_outputs_, built.n_classes_, built.max_features_ = 1, np.int64(classes), features


def _complete_forest(built: Any, content: Mapping[str, Any], features: int, classes: int) -> None:
    from sklearn.tree import DecisionTreeClassifier  # noqa: PLC0415

    built.estimators_ = []
    for one in content["estimators_"]:
        tree = DecisionTreeClassifier()
        tree.n_features_in_, tree.classes_ = features, np.arange(classes, dtype="float64")
        _complete_tree(tree, vars(one), features, classes)
        built.estimators_.append(tree)
    built.n_outputs_, built.n_classes_ = 1, classes
    built.n_jobs = None  # scores that threads add up are not the same each time


def _check_tree(tree: Any, features: int, classes: int) -> Any:
    """Return a tree, if its children come after their parents and its features are there."""
    from sklearn.tree._tree import Tree  # noqa: PLC0415

    if type(tree) is not Tree or not 0 < tree.node_count <= tree.capacity:
        raise ValueError("a tree without nodes")
    state = tree.__getstate__()
    nodes, values = state["nodes"], state["values"]
    left, right = nodes["left_child"], nodes["right_child"]
    numbers, is_inner = np.arange(len(nodes)), left != LEAF
    children = np.stack([left, right])[:, is_inner]
    tested = nodes["feature"][is_inner]
    if (
        (right[~is_inner] != LEAF).any()
        or (children <= numbers[is_inner]).any()
        or (children >= len(nodes)).any()
        or (tested < 0).any()
        or (tested >= features).any()
        or not np.isfinite(nodes["threshold"]).all()
    ):
        raise ValueError("a tree whose nodes are not those of a tree")
    _checked(values, "values", [(len(nodes), 1, classes)])
    return tree


def _complete_perceptron_of_layers(
    built: Any, content: Mapping[str, Any], features: int, classes: int
) -> None:
    from sklearn.preprocessing import LabelBinarizer  # noqa: PLC0415

    built.n_outputs_ = classes if classes > 2 else 1
    built.out_activation_ = "softmax" if classes > 2 else "logistic"
    weights, biases = content["coefs_"], content["intercepts_"]
    sizes = [features, *(len(bias) for bias in biases)]
    if len(weights) != len(biases) or sizes[-1] != built.n_outputs_:
        raise ValueError("layers that do not follow each other")
    for index, pair in enumerate(zip(weights, biases, strict=True)):
        _checked(pair[0], "coefs_", [(sizes[index], sizes[index + 1])])
        _checked(pair[1], "intercepts_", [(sizes[index + 1],)])
    built.coefs_, built.intercepts_, built.n_layers_ = weights, biases, len(sizes)
    built._label_binarizer = LabelBinarizer().fit(built.classes_)


COMPLETE: Mapping[str, Any] = {
    "svc": _complete_support_vectors,
    "nu_svc": _complete_support_vectors,
    "ridge": _complete_ridge,
    "knn": _complete_neighbours,
    "decision_tree": _complete_tree,
    "random_forest": _complete_forest,
    "mlp": _complete_perceptron_of_layers,
}
