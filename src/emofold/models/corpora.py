"""Several corpora in one training: a large one does not drown a small one."""

import numpy as np
import pandas as pd


def corpora_of(clips: pd.DataFrame) -> pd.Series:
    """Return the corpus of each clip, indexed by clip; empty where there is but one.

    Parameters
    ----------
    clips
        The column clip, and where there are several corpora, corpus.
    """
    corpora = clips.get("corpus", pd.Series(None, clips.index, dtype="object"))
    return corpora.set_axis(clips["clip"])


def weigh_corpora(corpora: pd.Series) -> np.ndarray:
    """Return the weight of each clip, so that all corpora weigh the same; their mean is 1.

    Parameters
    ----------
    corpora
        The corpus of each clip; empty where there is but one.

    Examples
    --------
    >>> weigh_corpora(pd.Series(["large", "large", "large", "small"])).round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]
    >>> weigh_corpora(pd.Series([None, None])).tolist()
    [1.0, 1.0]
    """
    counts = corpora.value_counts()
    if len(counts) < 2:
        return np.ones(len(corpora))
    return (len(corpora) / len(counts) / corpora.map(counts)).to_numpy(dtype="float64")
