"""Whether a whole chain of models finds something where there is nothing to find."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from emofold.evaluation.chains import Chain, Member


def shuffled_emotions(clips: pd.DataFrame, draw: int, seed: int) -> pd.DataFrame:
    """Return the clips with the emotions of each speaker's clips in another order.

    Each speaker keeps as many clips of each emotion, so that nothing but the link between what a
    clip shows and its emotion is cut.

    Examples
    --------
    >>> clips = pd.DataFrame({"speaker": list("aab"), "emotion": ["sad", "calm", "happy"]})
    >>> sorted(shuffled_emotions(clips, 0, seed=1)["emotion"][:2])
    ['calm', 'sad']
    """
    generator = np.random.default_rng([seed, draw])
    shuffled = clips.copy()
    for _, rows in clips.groupby("speaker", sort=True).groups.items():
        shuffled.loc[rows, "emotion"] = generator.permutation(clips.loc[rows, "emotion"].to_numpy())
    return shuffled


def nested_accuracy(
    members: Mapping[str, Member],
    fusion: Mapping[str, Any],
    clips: pd.DataFrame,
    emotions: Sequence[str],
    *,
    seed: int,
    threads: int,
) -> float:
    """Return the mean accuracy of the folds of a fusion, in percent, all made anew from features.

    The parameters are those of :class:`emofold.evaluation.chains.Chain`.
    """
    chain = Chain(members, fusion, clips, emotions, seed=seed, threads=threads)
    return float(np.mean([chain.accuracy(chain.posteriors(fold)) for fold in chain.folds]))
