"""Folds by speaker: every speaker is tested in exactly one fold."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import pandas as pd

from emofold.errors import InputError, listing


def assign_folds(
    speakers: pd.Series,
    folds: Sequence[Iterable[str | int]],
    speakers_without_clips: Collection[str] = (),
) -> pd.Series:
    """Return the fold that tests each clip.

    Parameters
    ----------
    speakers
        The speaker of each clip.
    folds
        The test speakers of each fold; the first fold is fold 0.
    speakers_without_clips
        Speakers that may be in a fold although they have no clip here.

    Raises
    ------
    InputError
        When a speaker is in two folds or in none, or a fold names a speaker without clips.
    """
    fold_of: dict[str, int] = {}
    for fold, test_speakers in enumerate(folds):
        for speaker in map(str, test_speakers):
            if fold_of.get(speaker, fold) != fold:
                raise InputError(
                    f"speaker {speaker} in fold {fold_of[speaker]} and in fold {fold}",
                    "each speaker in one fold, or its clips are trained on and tested",
                    "remove the speaker from one of the two in `folds`",
                )
            fold_of[speaker] = fold
    present = set(speakers)
    known = present | {*speakers_without_clips}
    for names, what in (
        (present - fold_of.keys(), "speakers with clips but without a fold"),
        (fold_of.keys() - known, "speakers in a fold but without clips"),
    ):
        if names:
            raise InputError(
                f"{len(names)} {what}: {listing(sorted(names))}",
                "every speaker of the corpus in one fold, and no other",
                "correct `folds` in the config",
            )
    return speakers.map(fold_of).astype("int64")


def labels_of_fold(clips: pd.DataFrame, fold: int) -> pd.DataFrame:
    """Return every clip as one fold sees it: the columns clip, fold, split and emotion.

    The speakers of the fold are its test clips, all others its training clips.
    """
    split = np.where(clips["fold"] == fold, "test", "train")
    return clips[["clip"]].assign(fold=fold, split=split, emotion=clips["emotion"])


def validation_speakers(
    clips: pd.DataFrame, fold: int, protocol: str, share: float, seed: int
) -> list[str]:
    """Return the speakers by whose clips the best epoch of a fold's training is chosen.

    Parameters
    ----------
    clips
        The columns speaker and fold.
    fold
        The fold that is tested.
    protocol
        ``paper``: the test speakers themselves, as Luna-Jiménez et al. 2021 chose their
        checkpoints, which is optimistic. ``nested``: some of the training speakers, drawn at
        random, which the model is then not trained on.
    share
        How many of the training speakers, for the protocol ``nested``; at least one is drawn.
    seed
        What the draw depends on, beside the fold.

    Raises
    ------
    InputError
        When no training speaker would be left.

    Examples
    --------
    >>> clips = pd.DataFrame({"speaker": list("abcd"), "fold": [0, 0, 1, 1]})
    >>> validation_speakers(clips, 0, "paper", 0.2, seed=2020)
    ['a', 'b']
    >>> validation_speakers(clips, 0, "nested", 0.2, seed=2020)
    ['c']
    """
    is_test = clips["fold"] == fold
    if protocol == "paper":
        return sorted(clips["speaker"][is_test].unique())
    speakers = sorted(clips["speaker"][~is_test].unique())
    drawn = max(1, round(share * len(speakers)))
    if drawn >= len(speakers):
        raise InputError(
            f"{len(speakers)} training speakers when fold {fold} is tested, {drawn} of them to "
            "validate",
            "at least one more to train on",
            "lower `validation_share`, or put fewer speakers into this fold",
        )
    chosen = np.random.default_rng([seed, fold]).choice(len(speakers), drawn, replace=False)
    return [speakers[place] for place in sorted(chosen)]
