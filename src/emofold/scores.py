"""Scores of emotions on either of their scales, as probabilities."""

from collections.abc import Iterable, Sequence

import numpy as np
from scipy.special import log_softmax

SCORE = "score_"
SMALLEST = 1e-6  # a model that excludes an emotion, such as k-NN, must not decide by that alone


def as_log_probabilities(scores: np.ndarray, scale: str) -> np.ndarray:
    """Return logarithms of probabilities, of which none is below :data:`SMALLEST`.

    Parameters
    ----------
    scores
        Shape (clips, emotions).
    scale
        ``probability`` or ``logit``.

    Examples
    --------
    >>> as_log_probabilities(np.array([[0.5, 0.5]]), "probability").round(3).tolist()
    [[-0.693, -0.693]]
    """
    if scale == "logit":
        return np.maximum(log_softmax(scores, axis=1), np.log(SMALLEST))
    return np.asarray(np.log(np.maximum(scores, SMALLEST)))


def as_probabilities(scores: np.ndarray, scale: str) -> np.ndarray:
    """Return scores of shape (clips, emotions) as probabilities that add up to one.

    Examples
    --------
    >>> as_probabilities(np.array([[0.0, 0.0]]), "logit").tolist()
    [[0.5, 0.5]]
    """
    if scale == "probability":
        return scores
    return np.asarray(np.exp(log_softmax(scores, axis=1)))


def soften(scores: np.ndarray, scale: str, temperatures: np.ndarray) -> tuple[np.ndarray, str]:
    """Return scores that are less sure, and their scale: log probabilities by a temperature.

    Parameters
    ----------
    scores
        Shape (clips, emotions).
    scale
        ``probability`` or ``logit``.
    temperatures
        What the log probabilities of each clip are divided by, 1 or more; shape (clips,).

    Examples
    --------
    >>> softened, scale = soften(np.array([[0.9, 0.1]]), "probability", np.array([2.0]))
    >>> as_probabilities(softened, scale).round(2).tolist()
    [[0.75, 0.25]]
    """
    return as_log_probabilities(scores, scale) / temperatures[:, None], "logit"


def log_loss(
    scores: np.ndarray, scale: str, targets: np.ndarray, weights: np.ndarray | float = 1.0
) -> float:
    """Return the mean negative log probability of the right emotions.

    Parameters
    ----------
    scores
        Shape (clips, emotions).
    scale
        ``probability`` or ``logit``.
    targets
        The index of the right emotion of each clip; shape (clips,).
    weights
        How much each clip counts, 1 in the mean; shape (clips,).

    Examples
    --------
    >>> round(log_loss(np.array([[0.0, 0.0]]), "logit", np.array([1])), 3)
    0.693
    """
    right = as_log_probabilities(scores, scale)[np.arange(len(targets)), targets]
    return float(-(weights * right).mean())


def score_columns(emotions: Sequence[str]) -> list[str]:
    """Return the names of the score columns of a posteriors table, in the order of the emotions.

    Examples
    --------
    >>> score_columns(["calm", "happy"])
    ['score_calm', 'score_happy']
    """
    return [f"{SCORE}{emotion}" for emotion in emotions]


def list_emotions(columns: Iterable[str]) -> list[str]:
    """Return the emotions that columns are the scores of, in order.

    Examples
    --------
    >>> list_emotions(["clip", "score_calm", "score_happy"])
    ['calm', 'happy']
    """
    return [name.removeprefix(SCORE) for name in columns if name.startswith(SCORE)]
