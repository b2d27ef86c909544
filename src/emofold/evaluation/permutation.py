"""Whether a whole chain of models finds something where there is nothing to find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from emofold.fusion import fuse_fold
from emofold.models.nested import Trainings, candidates
from emofold.tables import score_columns


@dataclass(frozen=True)
class Member:
    """A static model of a fusion: its features, and what decides its numbers."""

    features: pd.DataFrame
    speaker_norm: str
    classifier: Mapping[str, Any]


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

    Parameters
    ----------
    members
        The models, by their name.
    fusion
        The `method` of the fusion, its `scaling` and its `parameters`.
    clips
        The columns clip, speaker, emotion and fold.
    emotions
        The emotions of the corpus, in order.
    seed, threads
        As of :class:`emofold.models.nested.Trainings`.
    """
    trainings = {
        name: Trainings(
            member.features, clips, emotions, member.speaker_norm, seed=seed, threads=threads
        )
        for name, member in members.items()
    }
    accuracies = []
    for fold in sorted(clips["fold"].unique()):
        posteriors = {}
        for name, member in members.items():
            table, scale, _ = trainings[name].nested(fold, candidates(**member.classifier))
            table.attrs["scale"] = scale
            posteriors[name] = table
        fused = fuse_fold(posteriors, emotions, **fusion, seed=seed).posteriors
        tested = fused[fused["split"] == "test"]
        best = tested[score_columns(emotions)].to_numpy().argmax(axis=1)
        accuracies.append((np.asarray(emotions)[best] == tested["emotion"].to_numpy()).mean())
    return 100 * float(np.mean(accuracies))
