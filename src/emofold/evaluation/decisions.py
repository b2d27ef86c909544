"""What each system decided for each test clip."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from emofold.corpora.left_out import Tested
from emofold.errors import InputError
from emofold.evaluation import BASELINE
from emofold.models.schemas import DESCRIPTION, LEAVE_ONE_CORPUS_OUT
from emofold.models.splits import join_by_labels, labels_of_fold
from emofold.scores import as_probabilities, score_columns


def decide(
    system: str, folds: Sequence[pd.DataFrame], clips: pd.DataFrame, emotions: Sequence[str]
) -> pd.DataFrame:
    """Return a system's decision for every clip, each made in the fold that tests the clip.

    Parameters
    ----------
    system
        The name of the model or the fusion.
    folds
        The posteriors tables of all folds, with their metadata in ``attrs``.
    clips
        The table of clips.
    emotions
        The emotions of the corpus, in order.

    Returns
    -------
    pandas.DataFrame
        One row per clip: system, kind, modality, protocol, normalised_by, clip, speaker, fold,
        emotion, predicted, confidence.

    Raises
    ------
    InputError
        When a clip is tested in no fold, in two, or in another than the list of clips says.
    """
    tested = pd.concat([table[table["split"] == "test"] for table in folds], ignore_index=True)
    truth = clips[["clip", "speaker", "fold", "emotion"]]
    what = f"the test clips of {system} and the list of clips"
    joined = join_by_labels(truth, tested, what)
    described = _common_description(system, folds)
    scores = joined[score_columns(emotions)].to_numpy()
    best = scores.argmax(axis=1)
    probabilities = as_probabilities(scores, described["scale"])
    return truth.assign(
        system=system,
        **{key: described[key] for key in DESCRIPTION},
        predicted=np.asarray(emotions, dtype=object)[best],
        confidence=probabilities[np.arange(len(best)), best],
    )


def _common_description(system: str, folds: Sequence[pd.DataFrame]) -> dict[str, Any]:
    keys = ("scale", *DESCRIPTION)
    descriptions = [{key: table.attrs[key] for key in keys} for table in folds]
    if any(description != descriptions[0] for description in descriptions):
        raise InputError(
            f"folds of {system} that differ in one of {', '.join(keys)}",
            "posteriors that were made in one way in all folds",
            "delete the posteriors of the system and run the workflow again",
        )
    return descriptions[0]


def decide_most_frequent(
    clips: pd.DataFrame, emotions: Sequence[str], protocol: str
) -> pd.DataFrame:
    """Return the decisions of ZeroR: always the most frequent emotion of the training clips.

    Where several are equally frequent, the first of them in the order of the emotions.
    """
    predicted, confidence = {}, {}
    for fold in clips["fold"].unique():
        labels = labels_of_fold(clips, fold)
        shares = labels.loc[labels["split"] == "train", "emotion"].value_counts(normalize=True)
        in_order = shares.reindex(list(emotions), fill_value=0.0)
        predicted[fold], confidence[fold] = in_order.idxmax(), in_order.max()
    return clips[["clip", "speaker", "fold", "emotion"]].assign(
        system=BASELINE,
        kind="baseline",
        modality=None,
        protocol=protocol,
        normalised_by="none",
        predicted=clips["fold"].map(predicted),
        confidence=clips["fold"].map(confidence),
    )


def decide_left_out(
    corpus: Tested,
    scored: Mapping[str, pd.DataFrame],
    failed: Collection[str],
) -> pd.DataFrame:
    """Return what systems that were trained on other corpora decide for one that was left out.

    Parameters
    ----------
    corpus
        What the corpus is tested by.
    scored
        The posteriors table of each system, by its name.
    failed
        Clips that no system is evaluated on.

    Returns
    -------
    pandas.DataFrame
        As of :func:`decide`, for these systems and the baseline.
    """
    emotions = corpus.emotions
    clips = corpus.clips[~corpus.clips["clip"].isin(failed)]
    tested = clips[clips["fold"] == corpus.fold]
    guessed = decide_most_frequent(clips, emotions, LEAVE_ONE_CORPUS_OUT)
    decided = [
        decide(system, [table[~table["clip"].isin(failed)]], tested, emotions)
        for system, table in scored.items()
    ]
    return pd.concat([*decided, guessed[guessed["fold"] == corpus.fold]], ignore_index=True)


def most_confident_errors(decisions: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return each system's wrong decisions of highest confidence, `most` of each."""
    wrong = decisions[decisions["predicted"] != decisions["emotion"]]
    ranked = wrong.sort_values(["system", "confidence", "clip"], ascending=[True, False, True])
    ranked["rank"] = ranked.groupby("system").cumcount() + 1
    return ranked[ranked["rank"] <= most]
