"""Novelty: how far clips lie from what a model learned from, and what that does to its confidence.

A model answers whatever it is asked, and is as sure of recordings unlike any that it knows. How
unlike they are shows in its features: by the distance of Mahalanobis from the training clips, whose
covariance is shrunk towards that of independent features (Ledoit & Wolf 2004, doi
10.1016/S0047-259X(03)00096-4) and kept as its leading components and one variance for all else, as
in probabilistic principal component analysis (Tipping & Bishop 1999, doi 10.1111/1467-9868.00196).
What is far is told by clips of speakers that were held out.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.linalg import eigh

from emofold.models.normalisation import standardised

COMPONENTS = 100
PERCENTILES = (50, 95, 99)  # of the distances of held-out clips
USUAL, FAR = 1, 2  # which of these begins to soften the confidence, and which is remarked on


@dataclass(frozen=True)
class Distribution:
    """Where the training clips of a model lie in the space of its features.

    Attributes
    ----------
    mean, variance
        Of each feature; shape (features,).
    components
        The leading principal components of the standardised features; (components, features).
    component_variances
        The variance along each of them.
    other_variance
        The variance along all other directions.
    """

    mean: np.ndarray
    variance: np.ndarray
    components: np.ndarray
    component_variances: np.ndarray
    other_variance: np.ndarray

    @classmethod
    def of(cls, X: np.ndarray) -> Self:
        """Estimate the distribution of training clips; shape (clips, features)."""
        clips, features = X.shape
        mean, variance = X.mean(axis=0), X.var(axis=0)
        Z = standardised(X, mean, variance)
        is_wide = features > clips
        products = (Z @ Z.T if is_wide else Z.T @ Z) / clips
        rank = len(products)
        kept = min(COMPONENTS, rank)
        variances, vectors = eigh(products, subset_by_index=[rank - kept, rank - 1])
        variances, vectors = np.maximum(variances, 0.0), vectors.T
        if is_wide:
            vectors = vectors @ Z / np.sqrt(np.maximum(clips * variances, 1e-12))[:, None]
        total, mean_variance = np.trace(products), np.trace(products) / features
        shrinkage = _ledoit_wolf_shrinkage(Z, (products**2).sum(), mean_variance)
        left = (total - variances.sum()) / max(features - kept, 1)
        return cls(
            mean,
            variance,
            vectors.astype("float32"),
            (1 - shrinkage) * variances + shrinkage * mean_variance,
            np.array(max((1 - shrinkage) * left + shrinkage * mean_variance, 1e-6)),
        )

    def distances(self, X: np.ndarray) -> np.ndarray:
        """Return how far clips lie from the training clips, by feature; shape (clips,)."""
        Z = standardised(X, self.mean, self.variance)
        along = Z @ self.components.T.astype("float64")
        others = np.maximum((Z**2).sum(axis=1) - (along**2).sum(axis=1), 0)
        squared = (along**2 / np.maximum(self.component_variances, 1e-6)).sum(axis=1)
        return np.sqrt((squared + others / self.other_variance) / Z.shape[1])


@dataclass(frozen=True)
class Novelty:
    """What a model takes for new.

    Attributes
    ----------
    distribution
        Where its training clips lie.
    sizes
        How many held-out clips of a group were given together, in ascending order: the more there
        are, the better their features are normalised, and the nearer they lie.
    percentiles
        The :data:`PERCENTILES` of the distances of held-out clips, of each of these sizes; shape
        (sizes, percentiles).
    exponent
        How fast the confidence softens with the distance.
    """

    distribution: Distribution
    sizes: np.ndarray
    percentiles: np.ndarray
    exponent: float = 1.0

    def judge(self, X: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Return how new clips are to the model, and the temperature of their confidence.

        Parameters
        ----------
        X
            What the model sees of clips; shape (clips, features).
        size
            How many clips they are normalised by.

        Returns
        -------
        novelty : numpy.ndarray
            The distance relative to that within which 99 % of held-out clips lie; shape (clips,).
        temperature : numpy.ndarray
            What log probabilities are divided by: 1 for the nearest 95 % of held-out clips, and
            beyond them as many times as far as they lie, to the power of the exponent.
        """
        distances = self.distribution.distances(X)
        usual, far = (self._percentile(index, size) for index in (USUAL, FAR))
        return distances / far, np.maximum(1.0, distances / usual) ** self.exponent

    def _percentile(self, index: int, size: int) -> float:
        found = np.interp(np.log(max(size, 1)), np.log(self.sizes), self.percentiles[:, index])
        return max(float(found), 1e-6)


def _ledoit_wolf_shrinkage(Z: np.ndarray, squared_norm: float, mean_variance: float) -> float:
    """Return how far the covariance of centred features is to be shrunk, from 0 to 1."""
    clips, features = Z.shape
    spread = squared_norm - features * mean_variance**2
    error = (((Z**2).sum(axis=1) ** 2).mean() - squared_norm) / clips
    return float(np.clip(error / spread, 0, 1)) if spread > 0 else 1.0
