"""From the scores of models to calibrated probabilities: by a fusion, or by one modality of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from emofold.errors import InputError, counted
from emofold.fusion import fuse_fold, pool_probabilities
from emofold.models.corpora import weigh_corpora
from emofold.models.static import class_scores
from emofold.pooling import fit_weights, pool
from emofold.scores import as_log_probabilities, score_columns, soften

FEWEST_FOLDS = 2
KNOWN: Mapping[str, np.ndarray] = MappingProxyType({})  # clips like those of the training


@dataclass(frozen=True)
class System:
    """What decides on an emotion, from the scores of one or several models.

    Attributes
    ----------
    modality
        ``speech``, ``face`` or ``speech+face``.
    models
        The models, in the order in which they are fused.
    method
        As of :func:`emofold.fusion.fuse_fold`.
    weights
        The weight of each model; empty for a logistic regression.
    calibration
        What the log probabilities are multiplied by: below 1 where the fusion is too sure of
        itself.
    regression
        The scikit-learn pipeline of a logistic regression.
    """

    modality: str
    models: tuple[str, ...]
    method: str
    weights: Mapping[str, float]
    calibration: float
    regression: Any = None

    def probabilities(
        self,
        scores: Mapping[str, tuple[np.ndarray, str]],
        temperatures: Mapping[str, np.ndarray] = KNOWN,
        familiarities: Mapping[str, np.ndarray] = KNOWN,
    ) -> np.ndarray:
        """Return calibrated probabilities, shape (clips, emotions).

        Each model is softened before they are pooled, so that what is new to one of them is decided
        by the others; a regression, which takes scores as they are, by the mean of them after. That
        a weight or the calibration makes surer is learned from known clips, and holds for them.

        Parameters
        ----------
        scores
            The scores of each model, shape (clips, emotions), and their scale.
        temperatures
            What the log probabilities of each model are divided by; shape (clips,). Without it, and
            of models that it does not name, 1.
        familiarities
            How far what was learned of each model holds, from 0 to 1, likewise.
        """
        scored = [scores[model] for model in self.models]
        ones = np.ones(len(scored[0][0]))
        by_model = [temperatures.get(model, ones) for model in self.models]
        known = [familiarities.get(model, ones) for model in self.models]
        if self.method == "logistic_regression":
            fused = class_scores(self.regression, np.column_stack([one for one, _ in scored]))
            fused = soften(*fused, np.mean(by_model, axis=0))
        else:
            weights = [self.weights[model] for model in self.models]
            softened = [
                soften(*one, by * _excess(weight, of))
                for one, by, weight, of in zip(scored, by_model, weights, known, strict=True)
            ]
            fused = pool_probabilities(self.method, softened, weights), "probability"
        fused = soften(*fused, _excess(self.calibration, np.min(known, axis=0)))
        return pool([as_log_probabilities(*fused)], [self.calibration])


def _excess(weight: float, familiarity: np.ndarray) -> np.ndarray:
    """Return what undoes how much surer a weight makes, for clips that are not familiar."""
    holds = min(weight, 1.0) + (weight - min(weight, 1.0)) * familiarity
    return np.divide(weight, holds, out=np.ones_like(familiarity), where=holds > 0)


def fit_system(
    modality: str,
    posteriors: Mapping[str, pd.DataFrame],
    emotions: Sequence[str],
    fusion: Mapping[str, Any],
    *,
    seed: int,
    corpora: pd.Series | None = None,
) -> System:
    """Fit a fusion and its calibration on scores of clips by models that have not seen them.

    The calibration is fitted on fused scores that are out-of-fold as well: a fusion without one
    fold fuses the clips of that fold.

    Parameters
    ----------
    modality
        What the system is.
    posteriors
        The out-of-fold scores of each model, by its name: columns of a posteriors table, every
        clip in the fold that tests it, and the scale in ``attrs``.
    emotions
        The emotions of the corpus, in order.
    fusion
        The `method` of the fusion, its `scaling` and its `parameters`.
    seed
        As of :func:`emofold.fusion.fuse_fold`.
    corpora
        The corpus of each clip, indexed by clip: of several, each weighs the same.
    """

    def fused(tested: int | None) -> Any:
        split = {
            name: table.assign(split=np.where(table["fold"] == tested, "test", "train"))
            for name, table in posteriors.items()
        }
        return fuse_fold(split, emotions, **fusion, seed=seed, corpora=corpora)

    folds = sorted(next(iter(posteriors.values()))["fold"].unique())
    if len(folds) < FEWEST_FOLDS:
        raise InputError(
            f"the clips of {counted(len(folds), 'fold')} to fit the {modality} on",
            f"those of at least {FEWEST_FOLDS}, each tested by what the others teach",
            "leave fewer speakers out (`bundle: held_out_speakers`)",
        )
    by_fold = [fused(fold) for fold in folds]
    tested = pd.concat([one.posteriors.query("split == 'test'") for one in by_fold])
    scores = tested[score_columns(emotions)].to_numpy()
    truth = np.array([emotions.index(emotion) for emotion in tested["emotion"]])
    counts = 1.0 if corpora is None else weigh_corpora(corpora.loc[tested["clip"]])
    (calibration,) = fit_weights([as_log_probabilities(scores, by_fold[0].scale)], truth, counts)
    on_all = fused(None)
    return System(
        modality,
        tuple(posteriors),
        fusion["method"],
        on_all.weights,
        float(calibration),
        on_all.regression,
    )


def out_of_fold(folds: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the scores of every clip by the model of the fold that tests it.

    Parameters
    ----------
    folds
        The posteriors table of each fold, with its scale in ``attrs``.
    """
    tested = pd.concat([table[table["split"] == "test"] for table in folds], ignore_index=True)
    tested.attrs["scale"] = folds[0].attrs["scale"]
    return tested
