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
