"""How a system that normalises by speaker does when only a few clips of a speaker are enrolled."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from emofold.evaluation.chains import Chain, Member
from emofold.models.nested import Fitted
from emofold.models.normalisation import draw_batches, normalise
from emofold.models.static import class_scores
from emofold.scores import score_columns

STATISTICS = ("shrunk", "own")


def score_batches(
    fitted: Fitted, features: pd.DataFrame, batches: pd.Series, statistics: str
) -> pd.DataFrame:
    """Return the scores of clips when their batch is all that is known of their speaker.

    Parameters
    ----------
    fitted
        A model, trained on speakers of whom all clips are known.
    features
        The features of every clip.
    batches
        The batch of each clip that is to be scored, indexed by clip.
    statistics
        ``shrunk``: those of the batch, shrunk towards the training speakers' as
        :class:`emofold.models.normalisation.Population` says. ``own``: those of the batch.
        Neither, for a model that does not normalise; to one that normalises by corpus, the batch is
        all that was given together.

    Returns
    -------
    pandas.DataFrame
        Indexed by clip; shape (clips, emotions).
    """
    known = features.loc[batches.index]
    if fitted.population:
        population = fitted.population if statistics == "shrunk" else None
        known = normalise(known, batches, population)
    seen = fitted.candidate.see(known)
    return pd.DataFrame(class_scores(fitted.model, seen.to_numpy())[0], seen.index)


def accuracy_by_enrolled_clips(
    members: Mapping[str, Member],
    fusion: Mapping[str, Any],
    clips: pd.DataFrame,
    emotions: Sequence[str],
    enrolled: Sequence[int],
    *,
    draws: int,
    seed: int,
    threads: int,
) -> pd.DataFrame:
    """Return how a fusion does by how many clips of each tested speaker are known.

    The clips of a tested speaker come in batches, drawn at random, and each batch is all that is
    known of the speaker when its clips are scored. Every clip is scored once a draw. The models
    and the weights of the fusion are those of training speakers of whom all clips are known.

    Parameters
    ----------
    members, fusion, clips, emotions, seed, threads
        As of :class:`emofold.evaluation.chains.Chain`.
    enrolled
        How many clips a batch has; a speaker's last batch may have fewer.
    draws
        How often the batches are drawn.

    Returns
    -------
    pandas.DataFrame
        The columns of the enrolment table but `system`: statistics, enrolled, draw, n, and in
        percent the mean accuracy of the folds.
    """
    shrunk = {name: replace(member, shrink=True) for name, member in members.items()}
    chain = Chain(shrunk, fusion, clips, emotions, seed=seed, threads=threads)
    rows = []
    for fold in chain.folds:
        models = chain.fitted(fold)
        posteriors = chain.posteriors(fold)
        tested = clips[clips["fold"] == fold].set_index("clip")["speaker"]
        for enrolled_clips in enrolled:
            for draw in range(draws):
                batches = draw_batches(tested, enrolled_clips, seed, enrolled_clips, draw)
                for statistics in STATISTICS:
                    scores = {
                        name: score_batches(model, members[name].features, batches, statistics)
                        for name, model in models.items()
                    }
                    accuracy = chain.accuracy(_replace_scores(posteriors, scores, emotions))
                    rows.append((statistics, enrolled_clips, draw, len(tested), accuracy))
    table = pd.DataFrame(rows, columns=["statistics", "enrolled", "draw", "n", "accuracy"])
    return (
        table.groupby(["statistics", "enrolled", "draw"], sort=False)
        .agg(n=("n", "sum"), accuracy=("accuracy", "mean"))
        .reset_index()
    )


def _replace_scores(
    posteriors: Mapping[str, pd.DataFrame],
    scores: Mapping[str, pd.DataFrame],
    emotions: Sequence[str],
) -> dict[str, pd.DataFrame]:
    """Return the posteriors of a fold with other scores of its test clips."""
    columns = score_columns(emotions)
    replaced = {}
    for name, table in posteriors.items():
        is_test = table["split"] == "test"
        changed = table.copy()
        changed.loc[is_test, columns] = scores[name].loc[table.loc[is_test, "clip"]].to_numpy()
        changed.attrs = dict(table.attrs)
        replaced[name] = changed
    return replaced
