"""Static classifiers: scikit-learn models on clip-level features, trained fold by fold.

The eleven classifiers are those that the authors of the paper tried (Luna-Jiménez et al. 2021,
sections 3.1 and 3.2).
"""

import difflib
import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from emofold.errors import InputError
from emofold.models.corpora import weigh_corpora
from emofold.models.logistic import Fitting
from emofold.models.splits import check_training_emotions
from emofold.scores import score_columns
from emofold.tables import check_same_clips

CLASSIFIERS = {
    "svc": "sklearn.svm.SVC",
    "logistic_regression": "sklearn.linear_model.LogisticRegression",
    "ridge": "sklearn.linear_model.RidgeClassifier",
    "perceptron": "sklearn.linear_model.Perceptron",
    "nu_svc": "sklearn.svm.NuSVC",
    "linear_svc": "sklearn.svm.LinearSVC",
    "knn": "sklearn.neighbors.KNeighborsClassifier",
    "nearest_centroid": "sklearn.neighbors.NearestCentroid",
    "decision_tree": "sklearn.tree.DecisionTreeClassifier",
    "random_forest": "sklearn.ensemble.RandomForestClassifier",
    "mlp": "sklearn.neural_network.MLPClassifier",
}
SCALERS = {
    "minmax": "sklearn.preprocessing.MinMaxScaler",
    "standard": "sklearn.preprocessing.StandardScaler",
}


def make_classifier(
    classifier: str, scaling: str, parameters: Mapping[str, Any], seed: int, threads: int = 1
) -> Any:
    """Return an untrained scikit-learn pipeline.

    Parameters
    ----------
    classifier
        A key of :data:`CLASSIFIERS`.
    scaling
        ``none``, ``minmax`` or ``standard``; fitted on the training clips.
    parameters
        What the classifier's scikit-learn class accepts.
    seed
        The ``random_state``, where the classifier has one and `parameters` do not set it.
    threads
        The ``n_jobs``, likewise.

    Raises
    ------
    InputError
        When the classifier does not know a parameter.
    """
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415

    model = _load(CLASSIFIERS[classifier])()
    known = model.get_params()
    for name in parameters:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise InputError(
                f"the parameter `{name}` for {type(model).__name__}",
                f"one of {', '.join(sorted(known))}",
                f"write `{near[0]}`" if near else "remove it from `parameters`",
            )
    if parameters.get("decision_function_shape") == "ovo":
        raise InputError(
            f"`decision_function_shape: ovo` for {type(model).__name__}: a score per pair",
            "a score per emotion",
            "remove it from `parameters`; the predictions stay the same",
        )
    defaults = {"random_state": seed, **({"n_jobs": threads} if threads > 1 else {})}
    model.set_params(**{name: value for name, value in defaults.items() if name in known})
    model.set_params(**parameters)
    return make_pipeline(*([] if scaling == "none" else [_load(SCALERS[scaling])()]), model)


def train_fold(
    model: Any,
    features: pd.DataFrame,
    labels: pd.DataFrame,
    emotions: Sequence[str],
    *,
    corpora: pd.Series | None = None,
    fitting: Fitting | None = None,
) -> tuple[pd.DataFrame, str]:
    """Train a classifier on the training clips of one fold, and score every clip.

    Training clips go in the order of `features`, classes in the order of `emotions`: the first
    decides the mini-batches of a multi-layer perceptron, the second its initial weights and the
    ties of a support vector machine.

    Parameters
    ----------
    model
        An untrained scikit-learn pipeline.
    features
        The features of every clip, indexed by clip; shape (clips, features).
    labels
        The columns clip, fold, split and emotion.
    emotions
        The emotions of the corpus, in order.
    corpora
        The corpus of each clip, indexed by clip. Several weigh the same in the training of a
        classifier that takes weights; k-NN and nearest centroid do not.
    fitting
        What fits it, where others are fitted on the same clips.

    Returns
    -------
    posteriors : pandas.DataFrame
        The columns of a posteriors table.
    scale : str
        ``probability``, or ``logit`` for a classifier that only gives decision scores.
    """
    check_same_clips(features.index, labels["clip"], "the features and the labels of the clips")
    rows = labels.set_index("clip").loc[features.index].reset_index()
    is_training = (rows["split"] == "train").to_numpy()
    targets = (
        rows["emotion"].map({emotion: index for index, emotion in enumerate(emotions)}).to_numpy()
    )
    X = features.to_numpy()
    check_training_emotions(rows["emotion"][is_training], emotions)
    try:
        weights = _weights_of(model, rows["clip"][is_training], corpora)
        (fitting or Fitting()).fit(model, X[is_training], targets[is_training], **weights)
        scores, scale = class_scores(model, X)
    except ValueError as error:
        raise InputError(
            f"scikit-learn refuses {model[-1]} ({error})",
            "parameters that fit the classifier and the data",
            "correct `parameters` of the model",
        ) from error
    return rows.join(pd.DataFrame(scores, columns=score_columns(emotions))), scale


def _weights_of(model: Any, clips: pd.Series, corpora: pd.Series | None) -> dict[str, np.ndarray]:
    """Return the weights of training clips as the pipeline takes them, where they differ."""
    from sklearn.utils.validation import has_fit_parameter  # noqa: PLC0415

    name, classifier = model.steps[-1]
    if corpora is None or not has_fit_parameter(classifier, "sample_weight"):
        return {}
    weights = weigh_corpora(corpora.loc[clips])
    return {} if (weights == 1).all() else {f"{name}__sample_weight": weights}


def class_scores(model: Any, X: np.ndarray) -> tuple[np.ndarray, str]:
    """Return a score of each class for each row, and the scale of the scores.

    The class with the highest score is the class that the model predicts. Decision scores do not
    promise that by themselves: those of a support vector machine may differ from its prediction
    where one-vs-one votes tie, and a nearest-centroid classifier predicts by distances, which its
    probabilities do not follow; its scores are the distances, negated.

    Returns
    -------
    scores : numpy.ndarray
        Shape (rows, classes), in the order of ``model.classes_``.
    scale : str
        ``probability`` or ``logit``.
    """
    if hasattr(model[-1], "centroids_"):
        from sklearn.metrics import pairwise_distances  # noqa: PLC0415

        scaled = model[:-1].transform(X) if len(model) > 1 else X
        scores = -pairwise_distances(scaled, model[-1].centroids_, metric=model[-1].metric)
    elif hasattr(model, "predict_proba"):
        return model.predict_proba(X), "probability"
    else:
        scores = model.decision_function(X)
    if scores.ndim == 1:
        scores = np.column_stack([-scores, scores])
    return _prediction_on_top(scores, model.predict(X), model.classes_), "logit"


def _prediction_on_top(
    scores: np.ndarray, predicted: np.ndarray, classes: np.ndarray
) -> np.ndarray:
    """Raise the score of the predicted class just above all others where it is not the highest."""
    row, column = np.arange(len(scores)), np.searchsorted(classes, predicted)
    lost = scores.argmax(axis=1) != column
    lifted = scores.copy()
    lifted[row[lost], column[lost]] = np.nextafter(scores.max(axis=1), np.inf)[lost]
    return lifted


def _load(dotted_name: str) -> Any:
    module, name = dotted_name.rsplit(".", 1)
    return getattr(importlib.import_module(module), name)
