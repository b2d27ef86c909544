"""Accuracy, unweighted average recall and macro F1, by fold, emotion and speaker; in percent."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.metrics import f1_score, recall_score
from statsmodels.stats.proportion import proportion_confint

from emofold.models.schemas import DESCRIPTION

SYSTEM = ["system", *DESCRIPTION]
MEAN_OF_CORPORA = "mean of corpora"


def fold_metrics(decisions: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return each system's metrics in each fold, with Wald intervals of the accuracy.

    Parameters
    ----------
    decisions
        The decisions of any number of systems.
    confidence
        The coverage of the intervals, such as 0.95.

    Returns
    -------
    pandas.DataFrame
        The columns of the metrics table; UAR and macro F1 go over the emotions that the fold holds.
    """
    rows = []
    in_order = decisions.sort_values("fold", kind="stable")
    for keys, group in in_order.groupby([*SYSTEM, "fold"], sort=False, dropna=False):
        truth, predicted = group["emotion"], group["predicted"]
        present = sorted(set(truth))
        options = {"labels": present, "average": "macro", "zero_division": 0.0}
        accuracy = float((truth == predicted).mean())
        low, high = wald_interval(accuracy, len(group), confidence)
        rows.append(
            dict(zip([*SYSTEM, "fold"], keys, strict=True))
            | {
                "corpus": None,
                "n": len(group),
                "accuracy": 100 * accuracy,
                "uar": 100 * recall_score(truth, predicted, **options),
                "macro_f1": 100 * f1_score(truth, predicted, **options),
                "ci_low": 100 * low,
                "ci_high": 100 * high,
                "ci_method": "wald",
            }
        )
    return pd.DataFrame(rows)


def mean_metrics(
    folds: pd.DataFrame, decisions: pd.DataFrame, confidence: float, draws: int, seed: int
) -> pd.DataFrame:
    """Return the mean over the folds, twice a system: with a Wald and a speaker-bootstrap interval.

    Parameters
    ----------
    folds
        What :func:`fold_metrics` returned.
    decisions
        The decisions that it was made from.
    confidence
        The coverage of the intervals.
    draws, seed
        How often the bootstrap draws, and from which seed.

    Returns
    -------
    pandas.DataFrame
        The columns of the metrics table, ``fold`` empty. The Wald interval takes all clips as
        independent, as the paper does; the bootstrap over speakers does not.
    """
    means = folds.groupby(SYSTEM, sort=False, as_index=False, dropna=False).agg(
        n=("n", "sum"),
        accuracy=("accuracy", "mean"),
        uar=("uar", "mean"),
        macro_f1=("macro_f1", "mean"),
    )
    low, high = wald_interval(means["accuracy"] / 100, means["n"], confidence)
    wald = means.assign(ci_low=100 * low, ci_high=100 * high, ci_method="wald")
    intervals = speaker_bootstrap(decisions, confidence, draws, seed)
    bootstrap = means.merge(intervals, on="system").assign(ci_method="speaker_bootstrap")
    both = pd.concat([wald, bootstrap], ignore_index=True)
    return both.assign(corpus=None, fold=_no_fold(both))


def corpus_metrics(
    decisions: pd.DataFrame, corpora: pd.Series, confidence: float, draws: int, seed: int
) -> pd.DataFrame:
    """Return each system's metrics on each of several corpora, and their means over the corpora.

    Parameters
    ----------
    decisions
        The decisions of any number of systems.
    corpora
        The corpus of each clip, indexed by clip.
    confidence, draws, seed
        As of :func:`mean_metrics`.

    Returns
    -------
    pandas.DataFrame
        The columns of the metrics table, ``fold`` empty: all the clips of a corpus count alike,
        whichever fold tests them.
    """
    by_corpus = decisions.assign(fold=decisions["clip"].map(corpora))
    of_each = fold_metrics(by_corpus, confidence)
    means = mean_metrics(of_each, by_corpus, confidence, draws, seed)
    return pd.concat(
        [
            means.assign(corpus=MEAN_OF_CORPORA),
            of_each.assign(corpus=of_each["fold"], fold=_no_fold(of_each)),
        ],
        ignore_index=True,
    )


def means_of_folds(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the means of the folds, of whichever corpus their clips are."""
    return metrics[metrics["fold"].isna() & metrics["corpus"].isna()]


def means_with_intervals(metrics: pd.DataFrame, ci_method: str) -> pd.DataFrame:
    """Return the rows of the means of the folds with one kind of intervals, one for each system."""
    means = means_of_folds(metrics)
    return means[means["ci_method"] == ci_method]


def rank_systems(metrics: pd.DataFrame, ci_method: str = "wald") -> pd.DataFrame:
    """Return the mean rows with one kind of intervals, the best system first, the baseline last."""
    means = means_with_intervals(metrics, ci_method)
    is_baseline = means["kind"] == "baseline"
    order = means.assign(is_baseline=is_baseline).sort_values(
        ["is_baseline", "accuracy"], ascending=[True, False], kind="stable"
    )
    return order.drop(columns="is_baseline")


def wald_interval(share: ArrayLike, n: ArrayLike, confidence: float) -> np.ndarray:
    """Return the lower and the upper bounds of the Wald interval of shares, within 0 and 1.

    Examples
    --------
    >>> low, high = wald_interval(0.867, 1440, 0.95)
    >>> round(100 * float(high - low) / 2, 2)
    1.75
    """
    hits, trials = np.asarray(share) * np.asarray(n), np.asarray(n)
    return np.asarray(proportion_confint(hits, trials, 1 - confidence, method="normal"))


def speaker_bootstrap(
    decisions: pd.DataFrame, confidence: float, draws: int, seed: int
) -> pd.DataFrame:
    """Return percentile intervals of the mean fold accuracy, with speakers drawn with replacement.

    A clip weighs what it weighs in the mean of the fold accuracies, so that the original speakers
    give exactly that mean.

    Returns
    -------
    pandas.DataFrame
        The columns system, ci_low and ci_high, in percent.
    """
    folds = decisions["fold"].nunique()
    fold_size = decisions.groupby(["system", "fold"])["clip"].transform("size")
    weighted = decisions.assign(
        weight=1 / (folds * fold_size),
        hit=(decisions["predicted"] == decisions["emotion"]) / (folds * fold_size),
    )
    by_speaker = weighted.pivot_table(
        index="system", columns="speaker", values=["weight", "hit"], aggfunc="sum", sort=True
    )
    hits, weights = by_speaker["hit"].to_numpy(), by_speaker["weight"].to_numpy()
    speakers = decisions["speaker"].nunique()
    times_drawn = np.random.default_rng(seed).multinomial(
        speakers, np.full(speakers, 1 / speakers), size=draws
    )
    accuracies = 100 * (hits @ times_drawn.T) / (weights @ times_drawn.T)
    tail = 50 * (1 - confidence)
    low, high = np.percentile(accuracies, [tail, 100 - tail], axis=1)
    return pd.DataFrame({"system": by_speaker.index, "ci_low": low, "ci_high": high})


def recall_by_emotion(
    decisions: pd.DataFrame, emotions: list[str], confidence: float
) -> pd.DataFrame:
    """Return how many of each emotion's clips each system found, with Wald intervals."""
    keys = ["system", "emotion"]
    shown = [emotion for emotion in emotions if (decisions["emotion"] == emotion).any()]
    order = pd.MultiIndex.from_product([decisions["system"].unique(), shown], names=keys)
    recall = _share_right(decisions, keys).set_index(keys).loc[order].reset_index()
    recall = recall.rename(columns={"right": "recall"})
    low, high = wald_interval(recall["recall"] / 100, recall["n"], confidence)
    return recall.assign(ci_low=100 * low, ci_high=100 * high)


def accuracy_by_speaker(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return each system's accuracy on each speaker's clips."""
    right = _share_right(decisions, ["system", "speaker", "fold"])
    return right.rename(columns={"right": "accuracy"})


def confusion_matrices(decisions: pd.DataFrame, emotions: list[str]) -> pd.DataFrame:
    """Return how often each emotion was taken for each other: by fold, and over all folds."""
    keys = ["system", "fold", "emotion", "predicted"]
    counted = decisions.groupby(keys).size()
    every_cell = pd.MultiIndex.from_product(
        [decisions["system"].unique(), sorted(decisions["fold"].unique()), emotions, emotions],
        names=keys,
    )
    by_fold = counted.reindex(every_cell, fill_value=0).rename("clips").reset_index()
    pooled = by_fold.groupby(["system", "emotion", "predicted"], sort=False, as_index=False)
    return pd.concat(
        [by_fold.astype({"fold": "Int64"}), pooled["clips"].sum().assign(fold=None)],
        ignore_index=True,
    ).astype({"fold": "Int64"})


def _no_fold(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(None, rows.index, dtype="Int64")


def _share_right(decisions: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    marked = decisions.assign(right=100.0 * (decisions["predicted"] == decisions["emotion"]))
    return marked.groupby(keys, sort=False, as_index=False).agg(
        n=("clip", "size"), right=("right", "mean")
    )
