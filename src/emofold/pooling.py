"""Log-linear pooling: one decision from posteriors of several models, with a weight per model.

The pooled log probability of an emotion is the weighted sum of the models' log probabilities, up
to a constant (Genest & Zidek 1986, doi 10.1214/ss/1177013825). A weight below one tones down a
model that is too sure of itself.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax


def fit_weights(
    log_probabilities: Sequence[np.ndarray],
    targets: np.ndarray,
    weights_of_clips: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Return the non-negative weight of each model under which the truth is the most likely.

    The likelihood is concave in the weights, so that there are no others as good.

    Parameters
    ----------
    log_probabilities
        Those of each model; shape (clips, emotions) each, the same clips in all.
    targets
        The index of the right emotion of each clip; shape (clips,).
    weights_of_clips
        How much each clip counts, 1 in the mean; shape (clips,).

    Returns
    -------
    numpy.ndarray
        Shape (models,).

    Examples
    --------
    >>> sure = np.log([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.1, 0.9]])
    >>> idle = np.log(np.full((4, 2), 0.5))
    >>> weights = fit_weights([sure, idle], np.array([0, 0, 1, 0]))
    >>> bool(0 < weights[0] < 1)
    True
    """
    stacked = np.stack(log_probabilities)
    rows = np.arange(len(targets))
    counts = np.broadcast_to(weights_of_clips, rows.shape)

    def mean_loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        pooled = log_softmax(np.tensordot(weights, stacked, axes=1), axis=1)
        error = np.exp(pooled)
        error[rows, targets] -= 1
        error *= counts[:, None]
        gradient = (stacked * error).sum(axis=(1, 2)) / len(targets)
        return -float((counts * pooled[rows, targets]).mean()), gradient

    models = len(stacked)
    found = minimize(
        mean_loss, np.ones(models), jac=True, method="L-BFGS-B", bounds=[(0, None)] * models
    )
    return np.asarray(found.x)


def pool(log_probabilities: Sequence[np.ndarray], weights: Sequence[float]) -> np.ndarray:
    """Return the pooled probabilities; shape (clips, emotions).

    Examples
    --------
    >>> pool([np.log([[0.8, 0.2]]), np.log([[0.5, 0.5]])], [1.0, 1.0]).round(2).tolist()
    [[0.8, 0.2]]
    """
    weighted = np.tensordot(np.asarray(weights), np.stack(log_probabilities), axes=1)
    return np.asarray(np.exp(log_softmax(weighted, axis=1)))
