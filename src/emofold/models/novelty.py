"""Novelty: how far clips lie from what a model learned from, and what that does to its confidence.

A model answers whatever it is asked, and is as sure of recordings unlike any that it knows. How
unlike they are shows in its features: by the distance of Mahalanobis from the training clips, whose
covariance is shrunk towards that of independent features (Ledoit & Wolf 2004, doi
10.1016/S0047-259X(03)00096-4). What is far is told by clips of speakers that were held out.
"""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from scipy.linalg import cholesky, solve_triangular

from emofold.models.normalisation import standardised

MOST_FEATURES = 1024
LEAST_SHRINKAGE = 1e-3  # so that a feature that repeats another does no harm
PERCENTILES = (50, 95, 99)  # of the distances of held-out clips
SMALLEST = 1e-12
USUAL, FAR = 1, 2  # which of these begins to soften the confidence, and which is remarked on


@dataclass(frozen=True)
class Distribution:
    """Where the training clips of a model lie in the space of its features.

    Of many features only some are looked at, evenly chosen: all directions in which clips vary show
    in them too, while the leading principal components miss those in which other corpora differ.

    Attributes
    ----------
    chosen
        The places of these features; shape (chosen,).
    mean, variance
        Of each of them.
    factor
        The lower triangular factor of their correlations, by Cholesky; shape (chosen, chosen).
    """

    chosen: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    factor: np.ndarray

    @classmethod
    def of(cls, X: np.ndarray) -> Self:
        """Estimate the distribution of training clips; shape (clips, features)."""
        chosen = np.unique(np.linspace(0, X.shape[1] - 1, min(X.shape[1], MOST_FEATURES)).round())
        seen = X[:, chosen.astype("int64")]
        mean, variance = seen.mean(axis=0), seen.var(axis=0)
        Z = standardised(seen, mean, variance)
        products = Z.T @ Z / len(Z)
        shrinkage = max(_ledoit_wolf_shrinkage(Z, products), LEAST_SHRINKAGE)
        usual = np.trace(products) / len(products) or 1.0
        shrunk = (1 - shrinkage) * products + shrinkage * usual * np.eye(len(products))
        factor = cholesky(shrunk, lower=True).astype("float32")
        return cls(chosen.astype("int64"), mean, variance, factor)

    @property
    def width(self) -> int:
        """How many features there are, the last of which is always looked at."""
        return int(self.chosen[-1]) + 1

    def distances(self, X: np.ndarray) -> np.ndarray:
        """Return how far clips lie from the training clips, by feature; shape (clips,)."""
        Z = standardised(X[:, self.chosen], self.mean, self.variance)
        whitened = solve_triangular(self.factor.astype("float64"), Z.T, lower=True)
        return np.sqrt((whitened**2).mean(axis=0))


class Judgement(NamedTuple):
    """How new clips are to a model, and what follows from it.

    Attributes
    ----------
    novelty
        The distance relative to that within which 99 % of held-out clips lie; shape (clips,).
    temperature
        What log probabilities are divided by: 1 for the nearest 95 % of held-out clips, and beyond
        them as many times as far as they lie, to the power of the exponent.
    familiarity
        How far what held-out clips have taught holds for these: 1 for the nearest 95 %, falling to
        0 for clips that are further than 99 %.
    """

    novelty: np.ndarray
    temperature: np.ndarray
    familiarity: np.ndarray


@dataclass(frozen=True)
class Novelty:
    """What a model takes for new.

    Attributes
    ----------
    distribution
        Where its training clips lie.
    sizes
        How many held-out clips were given together and normalised by one another, in ascending
        order; a single 1 for a model that does not normalise.
    percentiles
        The :data:`PERCENTILES` of the distances of held-out clips, at each of these sizes; shape
        (sizes, percentiles).
    exponent
        How fast the confidence softens with the distance.
    """

    distribution: Distribution
    sizes: np.ndarray
    percentiles: np.ndarray
    exponent: float = 1.0

    def judge(self, X: np.ndarray, size: int) -> Judgement:
        """Return how new clips are to the model.

        Parameters
        ----------
        X
            What the model sees of clips; shape (clips, features).
        size
            How many clips they are normalised by.
        """
        distances = self.distribution.distances(X)
        usual, far = (self._percentile(index, size) for index in (USUAL, FAR))
        return Judgement(
            distances / far,
            np.maximum(1.0, distances / usual) ** self.exponent,
            np.clip((far - distances) / max(far - usual, SMALLEST), 0.0, 1.0),
        )

    def _percentile(self, index: int, size: int) -> float:
        found = np.interp(np.log(max(size, 1)), np.log(self.sizes), self.percentiles[:, index])
        return max(float(found), SMALLEST)


def _ledoit_wolf_shrinkage(Z: np.ndarray, products: np.ndarray) -> float:
    """Return how far the covariance of centred features is to be shrunk, from 0 to 1."""
    features, squared = len(products), float((products**2).sum())
    spread = squared - np.trace(products) ** 2 / features
    error = (((Z**2).sum(axis=1) ** 2).mean() - squared) / len(Z)
    return float(np.clip(error / spread, 0, 1)) if spread > 0 else 1.0
