"""Corpora left out: each one tested by what is learned from the others alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

FEWEST_EMOTIONS = 2
FEWEST_FOLDS = 2  # of other corpora with clips of an emotion: an inner fold, and one to train on


@dataclass(frozen=True)
class Tested:
    """What is trained and tested in one fold.

    Attributes
    ----------
    clips
        The table of clips.
    emotions
        The emotions that are told apart, in order.
    fold
        The fold that is tested.
    """

    clips: pd.DataFrame
    emotions: list[str]
    fold: int


def without_shared_speakers(clips: pd.DataFrame, corpus: str) -> pd.DataFrame:
    """Return the clips without those of other corpora whose speakers are in a corpus as well."""
    is_left_out = clips["corpus"] == corpus
    return clips[is_left_out | ~clips["speaker"].isin(clips["speaker"][is_left_out])]


def refold(clips: pd.DataFrame, corpus: str) -> pd.DataFrame:
    """Return the clips with a corpus in a fold of its own, the last, and nobody of it in others."""
    kept = without_shared_speakers(clips, corpus)
    return kept.assign(fold=kept["fold"].mask(kept["corpus"] == corpus, clips["fold"].max() + 1))


def leave_out(clips: pd.DataFrame, corpus: str, emotions: Sequence[str]) -> Tested:
    """Return what a corpus is tested by: a fold of its own, and the folds of the other corpora.

    Who speaks in the corpus is not trained on, in whatever corpus.

    Parameters
    ----------
    clips
        The table of clips.
    corpus
        The corpus that is left out.
    emotions
        The emotions of all corpora, in order. Those are told apart that the other corpora teach,
        whichever of their folds is an inner one; the clips of others are left out.
    """
    refolded = refold(clips, corpus)
    others = refolded[refolded["corpus"] != corpus]
    folds = others.groupby("emotion")["fold"].nunique()
    taught = [emotion for emotion in emotions if folds.get(emotion, 0) >= FEWEST_FOLDS]
    return Tested(refolded[refolded["emotion"].isin(taught)], taught, int(clips["fold"].max()) + 1)


def list_corpora_to_leave_out(clips: pd.DataFrame, emotions: Sequence[str]) -> list[str]:
    """Return the corpora whose emotions the others teach, two of them at least.

    Examples
    --------
    >>> emotions = ["calm", "sad"]
    >>> clips = pd.DataFrame(
    ...     [(x, f"{x}/1", emotion, fold) for x in "ab" for emotion in emotions for fold in (0, 1)],
    ...     columns=["corpus", "speaker", "emotion", "fold"],
    ... )
    >>> list_corpora_to_leave_out(clips, emotions)
    ['a', 'b']
    """
    corpora = sorted(clips["corpus"].dropna().unique())
    shared = {corpus: leave_out(clips, corpus, emotions).clips for corpus in corpora}
    return [
        corpus
        for corpus, taken in shared.items()
        if taken.loc[taken["corpus"] == corpus, "emotion"].nunique() >= FEWEST_EMOTIONS
    ]
