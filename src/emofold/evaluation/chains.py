"""A fusion and its static models, made anew from features under the protocol ``nested``.

On emotions that are shuffled within each speaker there is nothing to find, and a chain that finds
something is not to be trusted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emofold.corpora.schemas import clips_schema
from emofold.fusion import fuse_fold
from emofold.models.candidates import list_candidates
from emofold.models.corpora import corpora_of
from emofold.models.features import read_features
from emofold.models.nested import Fitted, Trainings
from emofold.scores import score_columns
from emofold.tables import failures_of, read_table, without_failed


@dataclass(frozen=True)
class Member:
    """A static model of a fusion: its features, and what decides its numbers."""

    features: pd.DataFrame
    normalise_by: str
    shrink: bool
    classifier: Mapping[str, Any]


class Chain:
    """A fusion whose models can be trained in any fold.

    Parameters
    ----------
    members
        The models, by their name.
    fusion
        The `method` of the fusion, its `scaling` and its `parameters`.
    clips
        The columns clip, speaker, emotion and fold, and where there are several, corpus.
    emotions
        The emotions of the corpus, in order.
    seed, threads
        As of :class:`emofold.models.nested.Trainings`.
    """

    def __init__(
        self,
        members: Mapping[str, Member],
        fusion: Mapping[str, Any],
        clips: pd.DataFrame,
        emotions: Sequence[str],
        *,
        seed: int,
        threads: int,
    ) -> None:
        self.fusion, self.emotions, self.seed = fusion, emotions, seed
        self.folds = sorted(clips["fold"].unique())
        self.corpora = corpora_of(clips)
        self.candidates = {
            name: list_candidates(**member.classifier) for name, member in members.items()
        }
        self.trainings = {
            name: Trainings(
                member.features,
                clips,
                emotions,
                member.normalise_by,
                member.shrink,
                seed=seed,
                threads=threads,
            )
            for name, member in members.items()
        }

    def posteriors(self, fold: int) -> dict[str, pd.DataFrame]:
        """Return the posteriors of each model in one fold, with their scale in ``attrs``."""
        tables = {}
        for name, trainings in self.trainings.items():
            table, scale, _ = trainings.nested(fold, self.candidates[name])
            table.attrs["scale"] = scale
            tables[name] = table
        return tables

    def fitted(self, fold: int) -> dict[str, Fitted]:
        """Return each model of one fold."""
        return {
            name: trainings.fitted(fold, self.candidates[name])
            for name, trainings in self.trainings.items()
        }

    def tested(self, posteriors: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """Return the test clips of a fold with their emotion and the one that is `predicted`."""
        fused = fuse_fold(
            posteriors, self.emotions, **self.fusion, seed=self.seed, corpora=self.corpora
        ).posteriors
        rows = fused[fused["split"] == "test"]
        best = rows[score_columns(self.emotions)].to_numpy().argmax(axis=1)
        return rows[["clip", "emotion"]].assign(predicted=np.asarray(self.emotions)[best])

    def accuracy(self, posteriors: Mapping[str, pd.DataFrame]) -> float:
        """Return the accuracy on the test clips of a fold, in percent."""
        rows = self.tested(posteriors)
        return 100 * float((rows["predicted"] == rows["emotion"]).mean())

    def mean_accuracy(self) -> float:
        """Return the mean accuracy of the folds, in percent."""
        return float(np.mean([self.accuracy(self.posteriors(fold)) for fold in self.folds]))


def shuffle_emotions(clips: pd.DataFrame, draw: int, seed: int) -> pd.DataFrame:
    """Return the clips with the emotions of each speaker's clips in another order.

    Each speaker keeps as many clips of each emotion, so that nothing but the link between what a
    clip shows and its emotion is cut.

    Examples
    --------
    >>> clips = pd.DataFrame({"speaker": list("aab"), "emotion": ["sad", "calm", "happy"]})
    >>> sorted(shuffle_emotions(clips, 0, seed=1)["emotion"][:2])
    ['calm', 'sad']
    """
    generator = np.random.default_rng([seed, draw])
    shuffled = clips.copy()
    for _, rows in clips.groupby("speaker", sort=True).groups.items():
        shuffled.loc[rows, "emotion"] = generator.permutation(clips.loc[rows, "emotion"].to_numpy())
    return shuffled


def read_members(
    clips_file: Path, models: Mapping[str, Mapping[str, Any]], emotions: Sequence[str]
) -> tuple[dict[str, Member], pd.DataFrame]:
    """Return the models of a fusion and the list of clips, without clips that failed anywhere.

    Parameters
    ----------
    clips_file
        The list of clips.
    models
        The feature `tables` of each model, its `normalise_by`, `shrink` and
        `classifier`, by its name.
    emotions
        The emotions of the corpus, in order.
    """
    clips = read_table(clips_file, clips_schema(emotions))
    tables = {name: read_features(*map(Path, row["tables"])) for name, row in models.items()}
    failures = failures_of([clips.attrs, *(table.attrs for table in tables.values())])
    failed = [*{failure.clip for failure in failures}]
    members = {
        name: Member(
            tables[name].drop(index=failed, errors="ignore"),
            row["normalise_by"],
            row["shrink"],
            row["classifier"],
        )
        for name, row in models.items()
    }
    return members, without_failed(clips, failures)
