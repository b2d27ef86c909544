"""Features standardised by speaker: what is left of them says less of who speaks.

No label is looked at, but all the clips of a speaker are, so that the result is transductive.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

FEWEST_SPEAKERS = 3


@dataclass(frozen=True)
class Population:
    """What is known of a speaker's features before the first clip is heard.

    Attributes
    ----------
    mean
        The mean over speakers of the means of their clips; shape (features,).
    variance
        The variance of the clips of a speaker, pooled over speakers.
    clips_worth_of_mean, clips_worth_of_variance
        How many clips of a new speaker weigh as much as the population does.
    """

    mean: np.ndarray
    variance: np.ndarray
    clips_worth_of_mean: np.ndarray
    clips_worth_of_variance: np.ndarray

    @classmethod
    def of(cls, features: pd.DataFrame, speakers: pd.Series) -> "Population":
        """Estimate a population from the clips of speakers, by the method of moments.

        A speaker's mean is taken as drawn from a normal distribution around the population's, and
        a speaker's variance from a scaled inverse chi-squared distribution: the model of
        empirical Bayes (Efron & Morris 1975, doi 10.1080/01621459.1975.10479864; for variances
        Smyth 2004, doi 10.2202/1544-6115.1027). The more alike the speakers are, the more clips
        the population is worth. Of fewer than three speakers nothing is known of how they differ,
        and the population is all that counts.

        Parameters
        ----------
        features
            Indexed by clip; shape (clips, features).
        speakers
            The speaker of each clip, indexed by clip.
        """
        groups = features.groupby(speakers.loc[features.index].to_numpy(), sort=True)
        counts = groups.size().to_numpy()[:, None]
        means, variances = groups.mean().to_numpy(), groups.var(ddof=1).fillna(0).to_numpy()
        freedom = np.maximum(counts - 1, 0)
        within = (freedom * variances).sum(axis=0) / max(freedom.sum(), 1)
        between = means.var(axis=0, ddof=1) if len(means) >= FEWEST_SPEAKERS else 0 * within
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

    def statistics(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean and the variance of a speaker of whom these clips are known."""
        clips = len(features)
        weight = _share(clips, self.clips_worth_of_mean)
        mean = self.mean + weight * (features.mean(axis=0) - self.mean)
        if clips == 1:
            return mean, self.variance
        weight = _share(clips - 1, self.clips_worth_of_variance)
        own = features.var(axis=0, ddof=1)
        return mean, self.variance + weight * (own - self.variance)


def normalise(
    features: pd.DataFrame, speakers: pd.Series, population: Population | None = None
) -> pd.DataFrame:
    """Standardise the features of each speaker by what the speaker's own clips show.

    Parameters
    ----------
    features
        Indexed by clip; shape (clips, features).
    speakers
        The speaker of each clip, indexed by clip.
    population
        What the mean and the variance of each speaker shrink towards, the more the fewer clips
        there are. Without it they are those of the speaker's clips, which takes some dozens.

    Returns
    -------
    pandas.DataFrame
        Of the same shape. A feature that does not vary is 0.
    """
    values = features.to_numpy(dtype="float64")
    of_speaker = speakers.loc[features.index].to_numpy()
    normalised = np.empty_like(values)
    for speaker in dict.fromkeys(of_speaker):
        rows = of_speaker == speaker
        own = values[rows]
        mean, variance = (
            population.statistics(own) if population else (own.mean(axis=0), own.var(axis=0))
        )
        normalised[rows] = standardised(own, mean, variance)
    return pd.DataFrame(normalised, features.index, features.columns)


def standardised(values: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return how many standard deviations each value lies above the mean; 0 where there is none."""
    scale = np.sqrt(variance)
    varies = scale > 1e-9 * np.maximum(1, np.abs(mean))
    return np.where(varies, (values - mean) / np.where(varies, scale, 1), 0.0)


def _relative_variance(variances: np.ndarray, mean: np.ndarray) -> np.ndarray:
    if len(variances) < FEWEST_SPEAKERS:
        return np.zeros_like(mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(variances.var(axis=0, ddof=1) / mean**2)


def _share(clips: int, worth: np.ndarray) -> np.ndarray:
    return clips / (clips + worth)
