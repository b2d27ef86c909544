"""Folds by speaker: every speaker is tested in exactly one fold."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import pandas as pd

from emofold.errors import InputError, counted, listing


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


def validation_speakers(
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
        How many of the training speakers, for the protocol ``nested``; at least one is drawn.
    seed
        What the draw depends on, beside the folds.

    Raises
    ------
    InputError
        When no training speaker would be left.

    Examples
    --------
    >>> clips = pd.DataFrame({"speaker": list("abcd"), "fold": [0, 0, 1, 1]})
    >>> validation_speakers(clips, [0], "paper", 0.2, seed=2020)
    ['a', 'b']
    >>> validation_speakers(clips, [0], "nested", 0.2, seed=2020)
    ['c']
    """
    is_test = clips["fold"].isin(list(held_out))
    if protocol == "paper":
        return sorted(clips["speaker"][is_test].unique())
    speakers = sorted(clips["speaker"][~is_test].unique())
    drawn = max(1, round(share * len(speakers)))
    if drawn >= len(speakers):
        raise InputError(
            f"{len(speakers)} training speakers, {drawn} of them to validate, without the "
            f"{counted(len(held_out), 'fold')} {listing(map(str, sorted(held_out)))}",
            "at least one more to train on",
            "lower `validation_share`, or put fewer speakers into each fold",
        )
    draw = np.random.default_rng([seed, *sorted(held_out)])
    chosen = draw.choice(len(speakers), drawn, replace=False)
    return [speakers[place] for place in sorted(chosen)]


def balanced_folds(clips: Iterable[tuple[str, str]], count: int) -> list[list[str]]:
    """Return the test speakers of each fold, so that folds are alike in clips of each emotion.

    The speakers of the most clips are placed first, each where it adds the least to the sum of the
    squared numbers of clips by fold and emotion. Nothing is drawn at random.

    Parameters
    ----------
    clips
        The speaker and the emotion of each clip.
    count
        How many folds.

    Raises
    ------
    InputError
        When there are fewer speakers than folds.

    Examples
    --------
    >>> clips = [("a", "sad"), ("a", "sad"), ("b", "calm"), ("c", "sad"), ("d", "calm")]
    >>> balanced_folds(clips, 2)
    [['a', 'd'], ['b', 'c']]
    """
    table = pd.DataFrame(clips, columns=["speaker", "emotion"])
    spoken = pd.crosstab(table["speaker"], table["emotion"])
    if len(spoken) < count:
        raise InputError(
            f"{counted(len(spoken), 'speaker')} for {count} folds: {listing(spoken.index)}",
            "a speaker a fold at least",
            "lower `folds` in the config",
        )
    order = sorted(spoken.index, key=lambda speaker: (-spoken.loc[speaker].sum(), speaker))
    filled = np.zeros((count, spoken.shape[1]))
    folds: list[list[str]] = [[] for _ in range(count)]
    for speaker in order:
        added = spoken.loc[speaker].to_numpy()
        place = int((2 * filled @ added).argmin()) if all(folds) else folds.index([])
        filled[place] += added
        folds[place].append(speaker)
    return [sorted(fold) for fold in folds]
