"""Folds and splits of the clips: what a training may see, and what it is tested or validated on."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from emofold.errors import InputError, counted, listing
from emofold.tables import join_by_clip

logger = logging.getLogger(__name__)


def labels_of_fold(clips: pd.DataFrame, fold: int) -> pd.DataFrame:
    """Return every clip as one fold sees it: the columns clip, fold, split and emotion.

    The speakers of the fold are its test clips, all others its training clips.
    """
    return labels_without(clips, {fold}).assign(fold=fold)


def labels_without(clips: pd.DataFrame, held_out: Collection[int]) -> pd.DataFrame:
    """Return every clip as a training without some folds sees it: clip, fold, split and emotion.

    Parameters
    ----------
    clips
        The columns clip, speaker, emotion and fold.
    held_out
        The folds whose clips are ``test`` clips.

    Raises
    ------
    InputError
        When a speaker has clips in several folds: trained on and tested.
    """
    folds_of = clips.groupby("speaker", sort=True)["fold"].unique()
    torn = folds_of[folds_of.map(len) > 1]
    if len(torn):
        speaker, folds = torn.index[0], sorted(torn.iloc[0])
        raise InputError(
            f"{counted(len(torn), 'speaker')} with clips in several folds, the first of them "
            f"{speaker} in the folds {listing(map(str, folds))}",
            "all the clips of a speaker in one fold, or the speaker is trained on and tested",
            "make the list of clips anew",
        )
    split = np.where(clips["fold"].isin(list(held_out)), "test", "train")
    return clips[["clip", "fold"]].assign(split=split, emotion=clips["emotion"])


def draw_validation_speakers(
    clips: pd.DataFrame, held_out: Collection[int], protocol: str, share: float, seed: int
) -> list[str]:
    """Return the speakers by whose clips the best epoch of a fold's training is chosen.

    Parameters
    ----------
    clips
        The columns speaker and fold.
    held_out
        The fold that is tested, and an inner one where there is one.
    protocol
        ``paper``: the test speakers themselves, as Luna-Jiménez et al. 2021 chose their
        checkpoints, which is optimistic. ``nested``: some of the training speakers, drawn at
        random, which the model is then not trained on.
    share
        How many of the training speakers, for the protocol ``nested``; at least one is drawn,
        unless it is 0.
    seed
        What the draw depends on, beside the folds.

    Raises
    ------
    InputError
        When no training speaker would be left.

    Examples
    --------
    >>> clips = pd.DataFrame({"speaker": list("abcd"), "fold": [0, 0, 1, 1]})
    >>> draw_validation_speakers(clips, [0], "paper", 0.2, seed=2020)
    ['a', 'b']
    >>> draw_validation_speakers(clips, [0], "nested", 0.2, seed=2020)
    ['c']
    """
    is_test = clips["fold"].isin(list(held_out))
    if protocol == "paper":
        return sorted(clips["speaker"][is_test].unique())
    speakers = sorted(clips["speaker"][~is_test].unique())
    drawn = max(1, round(share * len(speakers))) if share else 0
    if drawn >= len(speakers):
        raise InputError(
            f"{len(speakers)} training speakers, {drawn} of them to validate, without the "
            f"{counted(len(held_out), 'fold')} {listing(map(str, sorted(held_out)))}",
            "at least one more to train on",
            "lower `validation_share`, or put fewer speakers into each fold",
        )
    draw = np.random.default_rng([seed, *sorted(held_out)])
    chosen = draw.choice(len(speakers), drawn, replace=False)
    return [speakers[index] for index in sorted(chosen)]


@dataclass(frozen=True)
class Split:
    """What a training by epochs does with each clip, in the order of the clips.

    Attributes
    ----------
    labels
        The columns clip, fold, split and emotion.
    is_training
        Whether a clip is trained on; bool, shape (clips,).
    is_validation
        Whether it helps to choose the epoch; bool, shape (clips,). With no such clip, the
        training ends by itself.
    validation_speakers
        The speakers that were to choose it.
    """

    labels: pd.DataFrame
    is_training: np.ndarray
    is_validation: np.ndarray
    validation_speakers: list[str]


def split_clips(
    clips: pd.DataFrame, held_out: Collection[int], protocol: str, share: float, seed: int
) -> Split:
    """Decide which clips are trained on and which choose the epoch.

    A training on all speakers has no clip to choose by, nor has one with a share of 0. Where a fold
    has lost all the clips that should choose, the training clips do, and the log says so.

    Parameters
    ----------
    clips
        The columns clip, speaker, emotion and fold.
    held_out, protocol, share, seed
        As for :func:`draw_validation_speakers`; `held_out` is empty for a training on all speakers.

    Raises
    ------
    InputError
        When no training speaker would be left, or a speaker has clips in several folds.
    """
    labels = labels_without(clips, held_out)
    is_test = (labels["split"] == "test").to_numpy()
    speakers = draw_validation_speakers(clips, held_out, protocol, share, seed) if held_out else []
    is_validation = clips["speaker"].isin(speakers).to_numpy()
    is_training = ~is_test & ~is_validation
    wants_validation = bool(held_out) and (protocol == "paper" or share > 0)
    if wants_validation and not is_validation.any():
        logger.warning("no clip of the test speakers is left: chosen by the training clips")
        is_validation = is_training
    return Split(labels, is_training, is_validation, speakers)


def check_training_emotions(found: Iterable[str], emotions: Sequence[str]) -> None:
    """Raise an :class:`InputError` unless the training clips of a fold show every emotion."""
    present = {*found}
    absent = [emotion for emotion in emotions if emotion not in present]
    if absent:
        raise InputError(
            f"no training clip of {listing(absent)}",
            "every emotion in the training clips of every fold, without those of validation",
            "move speakers between folds, lower `validation_share`, or remove the emotion from "
            "`emotions`",
        )


def join_by_labels(labels: pd.DataFrame, table: pd.DataFrame, what: str) -> pd.DataFrame:
    """Join a table to clips whose labels it repeats, in the order of the clips.

    Parameters
    ----------
    labels
        The column clip, and what is known of the clips: fold, split, emotion, speaker.
    table
        The same clips. What it says of them that `labels` says too must be the same.
    what
        What the two are, for the message of an error: ``"the posteriors and the clips"``.

    Returns
    -------
    pandas.DataFrame
        The columns of `labels`, and those that `table` adds.

    Raises
    ------
    InputError
        When the clips differ, or what both say of a clip.

    Examples
    --------
    >>> labels = pd.DataFrame({"clip": ["b", "a"], "fold": [0, 1]})
    >>> scores = pd.DataFrame({"clip": ["a", "b"], "fold": [1, 0], "score_calm": [0.5, 0.7]})
    >>> join_by_labels(labels, scores, "labels and scores")["score_calm"].tolist()
    [0.7, 0.5]
    """
    shared = [column for column in labels if column in table and column != "clip"]
    joined = join_by_clip(
        labels, table.rename(columns={name: f"{name} there" for name in shared}), what
    )
    for label in shared:
        differs = joined[label] != joined[f"{label} there"]
        if differs.any():
            raise InputError(
                f"another {label} of {counted(differs.sum(), 'clip')} in {what}: "
                f"{listing(joined.loc[differs, 'clip'])}",
                f"the same {label} in both",
                "delete what was made from them and run the workflow again, so that both come "
                "from the same clips and folds",
            )
    return joined.drop(columns=[f"{name} there" for name in shared])
