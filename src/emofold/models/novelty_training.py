"""What a model takes for new, learned from held-out clips: of speakers, and of corpora."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize_scalar

from emofold.corpora.left_out import without_shared_speakers
from emofold.models.candidates import Candidate
from emofold.models.corpora import corpora_of
from emofold.models.nested import Trainings
from emofold.models.novelty import PERCENTILES, Distribution, Novelty
from emofold.pooling import pool
from emofold.scores import as_log_probabilities, log_loss, score_columns

GROWTH = 4  # from one number of clips given together to the next
FEWEST_CORPORA, FEWEST_EMOTIONS, FEWEST_FOLDS = 2, 2, 2
LEFT_OUT = 1
LARGEST_EXPONENT = 4.0

Scored = tuple[np.ndarray, np.ndarray, np.ndarray]


def fit_novelty(trainings: Trainings, candidate: Candidate) -> Novelty:
    """Learn what a model takes for new that is trained on all clips.

    What is far, clips of the fold say that another training leaves out. How fast the confidence
    softens beyond that, each corpus says that is left out, where there are several; where there is
    one, the temperature is the distance itself.

    Parameters
    ----------
    trainings
        The trainings of the model.
    candidate
        The candidate that is kept.
    """
    novelty = calibrate(trainings, candidate)
    left_out = [*score_left_out_corpora(trainings, candidate)]
    return replace(novelty, exponent=fit_exponent(left_out)) if left_out else novelty


def calibrate(trainings: Trainings, candidate: Candidate) -> Novelty:
    """Learn from the clips of held-out speakers what is far."""
    sizes = list_sizes(trainings)
    distances: list[list[np.ndarray]] = [[] for _ in sizes]
    for fold in trainings.folds:
        known = Distribution.of(trainings.training_features({fold}, candidate))
        held_out = trainings.held_out_features({fold}, candidate, sizes)
        for of_size, seen in zip(distances, held_out, strict=True):
            of_size.append(known.distances(seen))
    return Novelty(
        Distribution.of(trainings.training_features((), candidate)),
        np.array(sizes),
        np.array([np.percentile(np.concatenate(of_size), PERCENTILES) for of_size in distances]),
    )


def calibrate_states(states: np.ndarray, folds: Iterable[tuple[np.ndarray, np.ndarray]]) -> Novelty:
    """Learn what a network takes for new, of the states that it makes its scores of.

    Each training has states of its own; how far clips lie is compared, not where. With no training
    that leaves a corpus out, the temperature is the distance itself.

    Parameters
    ----------
    states
        Those of the network that is trained on all clips; shape (clips, size).
    folds
        Of each network that is trained without a fold, the states of its training clips and those
        of the clips of the fold.
    """
    distances = [Distribution.of(known).distances(held_out) for known, held_out in folds]
    percentiles = np.percentile(np.concatenate(distances), PERCENTILES)
    return Novelty(Distribution.of(states), np.array([1]), percentiles[None])


def list_sizes(trainings: Trainings) -> list[int]:
    """Return numbers of clips to try together: each alone, up to all of a usual group."""
    largest = trainings.usual_group_size(trainings.folds)
    sizes = [1]
    while sizes[-1] * GROWTH < largest:
        sizes.append(sizes[-1] * GROWTH)
    return [*sizes, largest] if largest > 1 else sizes


def score_left_out_corpora(trainings: Trainings, candidate: Candidate) -> Iterator[Scored]:
    """Yield what models say of each corpus that they were trained without.

    Models and truth are of the emotions that the corpus shares with the others; a corpus that
    shares fewer than two is passed over. Who speaks in it is not trained on.

    Yields
    ------
    log_probabilities : numpy.ndarray
        Of the clips of the corpus; shape (clips, emotions).
    targets : numpy.ndarray
        The index of the right emotion; shape (clips,).
    temperatures : numpy.ndarray
        The temperature of an exponent of 1; shape (clips,).
    """
    corpora = sorted(corpora_of(trainings.clips).dropna().unique())
    if len(corpora) < FEWEST_CORPORA:
        return
    for corpus in corpora:
        clips = without_shared_speakers(trainings.clips, corpus)
        is_left_out = clips["corpus"] == corpus
        shared = {*clips["emotion"][is_left_out]} & {*clips["emotion"][~is_left_out]}
        emotions = [emotion for emotion in trainings.emotions if emotion in shared]
        others = trainings.of_clips(clips[~is_left_out], emotions)
        if len(emotions) < FEWEST_EMOTIONS or len(others.folds) < FEWEST_FOLDS:
            continue
        fold = {LEFT_OUT}
        split = trainings.of_clips(clips.assign(fold=np.where(is_left_out, LEFT_OUT, 0)), emotions)
        posteriors, scale = split.as_in_paper(LEFT_OUT, candidate)
        tested = posteriors[posteriors["split"] == "test"]
        (seen,) = split.held_out_features(fold, candidate, [len(clips)])
        yield (
            as_log_probabilities(tested[score_columns(emotions)].to_numpy(), scale),
            tested["emotion"].map(emotions.index).to_numpy(),
            calibrate(others, candidate).judge(seen, split.usual_group_size(fold)).temperature,
        )


def fit_exponent(left_out: list[Scored]) -> float:
    """Return the exponent under which the truth of left-out corpora is the most likely.

    Each corpus weighs as much as any other.
    """

    def mean_loss(exponent: float) -> float:
        losses = [
            log_loss(pool([logs / temperature[:, None] ** exponent], [1.0]), "probability", targets)
            for logs, targets, temperature in left_out
        ]
        return float(np.mean(losses))

    found = minimize_scalar(mean_loss, bounds=(0.0, LARGEST_EXPONENT), method="bounded")
    return float(found.x)
