"""Static models whose every choice is made by inner folds of the training speakers.

When a fold is tested, each other fold is an inner one: a model trained on what is left scores it.
These out-of-fold scores decide between the candidates, and a fusion learns from them, so that
neither has seen a clip of the test speakers, nor a score of a clip that its model was trained on.
The model without two folds serves both of them, once as the inner fold and once as the tested one.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from emofold.errors import InputError, counted, listing
from emofold.models.candidates import Candidate
from emofold.models.corpora import corpora_of, weigh_corpora
from emofold.models.logistic import Fitting
from emofold.models.normalisation import Grouping, Population, draw_batches, normalise
from emofold.models.splits import labels_of_fold, labels_without
from emofold.models.static import make_classifier, train_fold
from emofold.pooling import fit_weights
from emofold.scores import log_loss, score_columns
from emofold.tables import check_same_clips

Scored = tuple[pd.DataFrame, str]
Normalised = tuple[pd.DataFrame, Population | None]
FEWEST_CLIPS = 2


@dataclass(frozen=True)
class Fitted:
    """A trained model, and the population that its features were shrunk towards, if they were."""

    model: Any
    candidate: Candidate
    population: Population | None


class Trainings:
    """The trainings of one model in all folds, each done once.

    Parameters
    ----------
    features
        The features of every clip, indexed by clip.
    clips
        The columns clip, speaker, emotion and fold, and where there are several, corpus. Each
        corpus weighs the same in the trainings, and in what chooses among candidates.
    emotions
        The emotions that are told apart, in order. Clips of others are neither trained on nor
        scored: they only say what is usual in the group that they are normalised with.
    normalise_by
        ``none``, ``speaker`` or ``corpus``; see :class:`emofold.models.normalisation.Grouping`.
    shrink
        Whether the statistics of a group shrink towards those of the training clips.
    seed, threads
        As of :func:`emofold.models.static.make_classifier`.
    """

    def __init__(
        self,
        features: pd.DataFrame,
        clips: pd.DataFrame,
        emotions: Sequence[str],
        normalise_by: str,
        shrink: bool,
        *,
        seed: int,
        threads: int = 1,
    ) -> None:
        check_same_clips(features.index, clips["clip"], "the features and the list of clips")
        self.emotions = emotions
        self.normalise_by, self.shrink = normalise_by, shrink
        in_order = clips.set_index("clip").loc[features.index]
        is_told_apart = in_order["emotion"].isin([*emotions])
        self.features = features if is_told_apart.all() else features[is_told_apart]
        self.clips = in_order[is_told_apart].reset_index()
        self.folds = sorted(self.clips["fold"].unique())
        self.seed, self.threads = seed, threads
        self._corpora = corpora_of(self.clips)
        self._grouped, self._grouping = features, Grouping(normalise_by, in_order)
        if normalise_by != "none" and not shrink:
            _check_sizes(self._grouping.groups(self.folds), normalise_by)
        self._scored: dict[tuple[frozenset[int], str], Scored] = {}
        self._fitting = Fitting()
        self._last_normalised: tuple[frozenset[int], Normalised] | None = None

    def as_in_paper(self, fold: int, candidate: Candidate) -> Scored:
        """Return the posteriors of one fold, and their scale; training clips are scored too."""
        posteriors, scale = self._trained_without({fold}, candidate)
        return posteriors.assign(fold=fold), scale

    def nested(
        self, fold: int, candidates: Sequence[Candidate]
    ) -> tuple[pd.DataFrame, str, pd.DataFrame]:
        """Return the posteriors of one fold, by the candidate that its inner folds prefer.

        Returns
        -------
        posteriors : pandas.DataFrame
            The columns of a posteriors table; the scores of training clips are out-of-fold.
        scale : str
            The scale of the scores.
        tried : pandas.DataFrame
            Per candidate: candidate, n, log_loss, accuracy and chosen. The lowest log loss is
            preferred, and of equals the earlier candidate.

        Raises
        ------
        InputError
            When fewer than two inner folds are left.
        """
        tried = self._tried(fold, candidates)
        chosen = _chosen(candidates, tried)
        tested, scale = self._trained_without({fold}, chosen)
        posteriors = self._labels(fold)
        scores = score_columns(self.emotions)
        posteriors[scores] = tested[scores]
        posteriors.loc[self._is_training({fold}), scores] = self._out_of_fold(fold, chosen)[0]
        return posteriors, scale, tried

    def fitted(self, fold: int, candidates: Sequence[Candidate]) -> Fitted:
        """Return the model of one fold, by the candidate that its inner folds prefer."""
        return self._fit({fold}, _chosen(candidates, self._tried(fold, candidates)))

    def fitted_on_all(self, candidate: Candidate) -> Fitted:
        """Return a candidate trained on all clips."""
        return self._fit(set(), candidate)

    def population(self, held_out: Collection[int] = ()) -> Population | None:
        """Return what the training clips teach of groups to come; None where none is normalised."""
        if self.normalise_by == "none":
            return None
        return self._grouping.population(self.features[self._is_training(held_out)])

    def training_features(self, held_out: Collection[int], candidate: Candidate) -> np.ndarray:
        """Return what a model without some folds sees of its training clips."""
        seen = candidate.see(self._normalised_without(held_out)[0])
        return seen.to_numpy()[self._is_training(held_out)]

    def held_out_features(
        self, held_out: Collection[int], candidate: Candidate, sizes: Sequence[int]
    ) -> Iterator[np.ndarray]:
        """Yield what a model sees of held-out clips when so many of a group are given together."""
        features = self.features[~self._is_training(held_out)]
        groups = self._grouping.groups(held_out).loc[features.index]
        population = self.population(held_out)
        for size in sizes:
            seen = features
            if population is not None:
                seen = normalise(features, draw_batches(groups, size, self.seed, size), population)
            yield candidate.see(seen).to_numpy()

    def usual_group_size(self, held_out: Collection[int]) -> int:
        """Return how many held-out clips are normalised together: the median of the groups."""
        if self.normalise_by == "none":
            return 1
        groups = self._grouping.groups(held_out).loc[self.features.index]
        return int(groups[~self._is_training(held_out)].value_counts().median())

    def of_clips(self, clips: pd.DataFrame, emotions: Sequence[str]) -> "Trainings":
        """Return the trainings of some of the clips, which may be in other folds."""
        return Trainings(
            self._grouped.loc[clips["clip"]],
            clips,
            emotions,
            self.normalise_by,
            self.shrink,
            seed=self.seed,
            threads=self.threads,
        )

    def _tried(self, fold: int, candidates: Sequence[Candidate]) -> pd.DataFrame:
        for other in self._inner_folds(fold):
            for one in candidates:  # one after the other, as they share what they are trained on
                self._trained_without({fold, other}, one)
        inner = {one.name: self._out_of_fold(fold, one) for one in candidates}
        is_training = self._is_training({fold})
        truth = self._labels(fold)["emotion"][is_training]
        weights = weigh_corpora(self._corpora[is_training])
        table = pd.DataFrame(
            [
                (name, *_verdict(*scored, truth, self.emotions, weights))
                for name, scored in inner.items()
            ],
            columns=["candidate", "n", "log_loss", "accuracy"],
        )
        return table.assign(chosen=np.arange(len(table)) == int(table["log_loss"].argmin()))

    def _out_of_fold(self, fold: int, candidate: Candidate) -> tuple[np.ndarray, str]:
        """Return the scores of the training clips, each by a model without its fold."""
        scores = np.full((len(self.clips), len(self.emotions)), np.nan)
        for other in self._inner_folds(fold):
            scored, scale = self._trained_without({fold, other}, candidate)
            rows = (self.clips["fold"] == other).to_numpy()
            scores[rows] = scored[score_columns(self.emotions)].to_numpy()[rows]
        return scores[self._is_training({fold})], scale

    def _inner_folds(self, fold: int) -> list[int]:
        others = [other for other in self.folds if other != fold]
        if len(others) < 2:
            raise InputError(
                f"{len(self.folds)} folds under the protocol `nested`",
                "three at least: one to test, one to choose by, one to train on",
                "make more folds, or write `protocol: paper`",
            )
        return others

    def _trained_without(self, held_out: set[int], candidate: Candidate) -> Scored:
        key = frozenset(held_out), candidate.name
        if key not in self._scored:
            self._fit(held_out, candidate)
        return self._scored[key]

    def _fit(self, held_out: set[int], candidate: Candidate) -> Fitted:
        """Train a model without some folds, and keep the scores that it gives all clips."""
        labels = labels_without(self.clips, held_out)
        normalised, population = self._normalised_without(held_out)
        features = candidate.see(normalised)
        model = make_classifier(
            candidate.classifier, candidate.scaling, candidate.parameters, self.seed, self.threads
        )
        scored = train_fold(
            model,
            features,
            labels,
            self.emotions,
            corpora=self._corpora,
            fitting=self._fitting,
        )
        self._scored[frozenset(held_out), candidate.name] = scored
        return Fitted(model, candidate, population)

    def _normalised_without(self, held_out: Collection[int]) -> Normalised:
        """Return what models without some folds see of all clips; the last answer is kept."""
        without = frozenset(held_out)
        if self._last_normalised is None or self._last_normalised[0] != without:
            population = self.population(held_out) if self.shrink else None
            self._last_normalised = without, (self._normalise(held_out, population), population)
        return self._last_normalised[1]

    def _normalise(self, held_out: Collection[int], population: Population | None) -> pd.DataFrame:
        if self.normalise_by == "none":
            return self.features
        if self.normalise_by == "speaker" and population is None:
            return self._normalised_by_speaker
        groups = self._grouping.groups(held_out)
        return normalise(self._grouped, groups, population).loc[self.features.index]

    @cached_property
    def _normalised_by_speaker(self) -> pd.DataFrame:
        return normalise(self._grouped, self._grouping.groups(())).loc[self.features.index]

    def _labels(self, fold: int) -> pd.DataFrame:
        return labels_of_fold(self.clips, fold)

    def _is_training(self, held_out: Collection[int]) -> np.ndarray:
        return ~self.clips["fold"].isin(list(held_out)).to_numpy()


def _chosen(candidates: Sequence[Candidate], tried: pd.DataFrame) -> Candidate:
    return candidates[int(tried["chosen"].argmax())]


def _verdict(
    scores: np.ndarray,
    scale: str,
    truth: pd.Series,
    emotions: Sequence[str],
    weights: np.ndarray,
) -> tuple[int, float, float]:
    indices = truth.map({emotion: index for index, emotion in enumerate(emotions)}).to_numpy()
    accuracy = 100 * float((scores.argmax(axis=1) == indices).mean())
    if scale == "logit":  # decision scores are on a scale of their own, which must not decide
        centred = scores - scores.mean(axis=1, keepdims=True)
        centred /= centred.std() or 1.0
        scores = centred * fit_weights([centred], indices, weights)[0]
    return len(scores), log_loss(scores, scale, indices, weights), accuracy


def _check_sizes(groups: pd.Series, normalise_by: str) -> None:
    counts = groups.value_counts()
    alone = sorted(counts.index[counts < FEWEST_CLIPS])
    if alone:
        what = "speaker" if normalise_by == "speaker" else "tested group"
        raise InputError(
            f"{counted(len(alone), what)} with a single clip under `normalise_by: {normalise_by}`: "
            f"{listing(alone)}",
            "several clips of each, whose mean and deviation can be taken",
            "add `shrink: true`, or leave these clips out",
        )
