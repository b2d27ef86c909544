"""Features standardised by group: what is left of them says less of who speaks, or in what room.

A group are the clips of a speaker, or those of a corpus, which also differs from others in its
microphones and its language. No label is looked at, but all the clips of a group are, so that the
result is transductive.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

FEWEST_GROUPS = 3


@dataclass(frozen=True)
class Population:
    """What is known of the features of a group before the first clip of it is heard.

    Attributes
    ----------
    mean
        The mean over groups of the means of their clips; shape (features,).
    variance
        The variance of the clips of a group, pooled over groups.
    clips_worth_of_mean, clips_worth_of_variance
        How many clips of a new group weigh as much as the population does.
    """

    mean: np.ndarray
    variance: np.ndarray
    clips_worth_of_mean: np.ndarray
    clips_worth_of_variance: np.ndarray

    @classmethod
    def of(cls, features: pd.DataFrame, groups: pd.Series) -> "Population":
        """Estimate a population from the clips of groups, by the method of moments.

        A group's mean is taken as drawn from a normal distribution around the population's, and
        a group's variance from a scaled inverse chi-squared distribution: the model of
        empirical Bayes (Efron & Morris 1975, doi 10.1080/01621459.1975.10479864; for variances
        Smyth 2004, doi 10.2202/1544-6115.1027). The more alike the groups are, the more clips
        the population is worth. Of fewer than three groups nothing is known of how they differ,
        and the population is all that counts.

        Parameters
        ----------
        features
            Indexed by clip; shape (clips, features).
        groups
            The group of each clip, such as its speaker, indexed by clip.
        """
        by_group = features.groupby(groups.loc[features.index].to_numpy(), sort=True)
        counts = by_group.size().to_numpy()[:, None]
        means, variances = by_group.mean().to_numpy(), by_group.var(ddof=1).fillna(0).to_numpy()
        freedom = np.maximum(counts - 1, 0)
        within = (freedom * variances).sum(axis=0) / max(freedom.sum(), 1)
        between = means.var(axis=0, ddof=1) if len(means) >= FEWEST_GROUPS else 0 * within
        between = np.maximum(between - within * (1 / counts).mean(), 0)
        is_known = freedom[:, 0] > 0
        spread = _relative_variance(variances[is_known], within)
        spread -= (2 / freedom[is_known]).mean() if is_known.any() else 0
        with np.errstate(divide="ignore", invalid="ignore"):
            return cls(
                means.mean(axis=0),
                within,
                np.where(between > 0, within / between, np.inf),
                np.where(spread > 0, 2 + 2 / spread, np.inf),
            )

    @classmethod
    def of_corpora(
        cls, features: pd.DataFrame, corpora: pd.Series, speakers: pd.Series
    ) -> "Population":
        """Estimate what is known of another corpus, from one or several.

        Corpora differ at least as much as the speakers within them do. Where fewer than three
        corpora are known, the differences between speakers say how far another corpus may lie.

        Parameters
        ----------
        features
            Indexed by clip; shape (clips, features).
        corpora, speakers
            Those of each clip, indexed by clip.
        """
        population, of_speakers = cls.of(features, corpora), cls.of(features, speakers)
        return cls(
            population.mean,
            population.variance,
            np.minimum(population.clips_worth_of_mean, of_speakers.clips_worth_of_mean),
            np.minimum(population.clips_worth_of_variance, of_speakers.clips_worth_of_variance),
        )

    def statistics(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean and the variance of a group of which these clips are known."""
        clips = len(features)
        weight = _share(clips, self.clips_worth_of_mean)
        mean = self.mean + weight * (features.mean(axis=0) - self.mean)
        if clips == 1:
            return mean, self.variance
        weight = _share(clips - 1, self.clips_worth_of_variance)
        own = features.var(axis=0, ddof=1)
        return mean, self.variance + weight * (own - self.variance)


@dataclass(frozen=True)
class Grouping:
    """Which clips are normalised together.

    Attributes
    ----------
    normalise_by
        ``speaker``: all the clips of a speaker. ``corpus``: those of a corpus; of a fold that is
        held out, these are a group of their own, as other recordings are that are given together.
    clips
        Indexed by clip: the columns speaker and fold, and where there are several, corpus.
    """

    normalise_by: str
    clips: pd.DataFrame

    @property
    def corpora(self) -> pd.Series:
        """The corpus of each clip, indexed by clip."""
        return self.clips.get("corpus", pd.Series("", self.clips.index)).fillna("")

    def groups(self, held_out: Collection[int]) -> pd.Series:
        """Return the group of each clip, indexed by clip, for a model without some folds."""
        if self.normalise_by == "speaker":
            return self.clips["speaker"]
        folds = self.clips["fold"].where(self.clips["fold"].isin(list(held_out)), "training")
        return self.corpora + " " + folds.astype("str")

    def population(self, features: pd.DataFrame) -> Population:
        """Return what some clips teach of a group that is to come."""
        if self.normalise_by == "speaker":
            return Population.of(features, self.clips["speaker"])
        return Population.of_corpora(features, self.corpora, self.clips["speaker"])


def normalise(
    features: pd.DataFrame, groups: pd.Series, population: Population | None = None
) -> pd.DataFrame:
    """Standardise the features of each group by what the group's own clips show.

    Parameters
    ----------
    features
        Indexed by clip; shape (clips, features).
    groups
        The group of each clip, such as its speaker, indexed by clip.
    population
        What the mean and the variance of each group shrink towards, the more the fewer clips
        there are. Without it they are those of the group's clips, which takes some dozens.

    Returns
    -------
    pandas.DataFrame
        Of the same shape. A feature that does not vary is 0.
    """
    values = features.to_numpy(dtype="float64")
    of_clip = groups.loc[features.index].to_numpy()
    normalised = np.empty_like(values)
    for group in dict.fromkeys(of_clip):
        rows = of_clip == group
        own = values[rows]
        mean, variance = (
            population.statistics(own) if population else (own.mean(axis=0), own.var(axis=0))
        )
        normalised[rows] = standardised(own, mean, variance)
    return pd.DataFrame(normalised, features.index, features.columns)


def draw_batches(groups: pd.Series, size: int, *seeds: int) -> pd.Series:
    """Return a batch of each clip, indexed by clip, as if so many of a group were known at a time.

    The clips of a group are drawn at random; its last batch may have fewer.
    """
    generator = np.random.default_rng(seeds)
    batch_of: dict[str, str] = {}
    for group in sorted(groups.unique()):
        clips = generator.permutation(groups.index[groups == group].to_numpy())
        batch_of |= {clip: f"{group} {index // size}" for index, clip in enumerate(clips)}
    return pd.Series(batch_of).loc[groups.index]


def standardised(values: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return how many standard deviations each value lies above the mean; 0 where there is none."""
    scale = np.sqrt(variance)
    varies = scale > 1e-9 * np.maximum(1, np.abs(mean))
    return np.where(varies, (values - mean) / np.where(varies, scale, 1), 0.0)


def _relative_variance(variances: np.ndarray, mean: np.ndarray) -> np.ndarray:
    if len(variances) < FEWEST_GROUPS:
        return np.zeros_like(mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(variances.var(axis=0, ddof=1) / mean**2)


def _share(clips: int, worth: np.ndarray) -> np.ndarray:
    return clips / (clips + worth)
