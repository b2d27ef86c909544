"""Folds by speaker: every speaker is tested in exactly one fold."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
import pandas as pd

from emofold.corpora.notation import simplify
from emofold.corpora.sample_sheet import OF_CORPUS
from emofold.errors import InputError, counted, listing

MOST_HINTS = 3


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
                f"{len(names)} {what}: {listing(sorted(names))}"
                f"{hint_at_corpora(fold_of.keys() - known, known)}",
                "every speaker of the corpus in one fold, and no other",
                "correct `folds` in the config",
            )
    return speakers.map(fold_of).astype("int64")


def hint_at_corpora(names: Iterable[str], speakers: Collection[str]) -> str:
    """Return how speakers are called where there are several corpora, or nothing.

    Examples
    --------
    >>> hint_at_corpora(["03"], ["emodb/03", "ravdess/01"])
    ', perhaps `emodb/03` (where there are several corpora, speakers are named after them)'
    """
    unknown = {simplify(name) for name in names}
    parts = {name: name.partition(OF_CORPUS) for name in sorted(speakers)}
    alike = [name for name, (*_, own) in parts.items() if own and simplify(own) in unknown]
    if not alike:
        return ""
    shown = " or ".join(f"`{name}`" for name in alike[:MOST_HINTS])
    return f", perhaps {shown} (where there are several corpora, speakers are named after them)"


def balance_folds(clips: Iterable[tuple[str, ...]], count: int) -> list[list[str]]:
    """Return the test speakers of each fold, so that folds are alike in clips of each emotion.

    The speakers of the most clips come first, each into the fold where it adds the least to the sum
    of the squared numbers of clips by fold and emotion. Nothing is drawn at random.

    Parameters
    ----------
    clips
        The speaker and the emotion of each clip, and whatever else folds are to be alike in.
    count
        How many folds.

    Raises
    ------
    InputError
        When there are fewer speakers than folds.

    Examples
    --------
    >>> clips = [("a", "sad"), ("a", "sad"), ("b", "calm"), ("c", "sad"), ("d", "calm")]
    >>> balance_folds(clips, 2)
    [['a', 'd'], ['b', 'c']]
    """
    table = pd.DataFrame(clips)
    spoken = pd.concat([pd.crosstab(table[0], table[trait]) for trait in table.columns[1:]], axis=1)
    if len(spoken) < count:
        raise InputError(
            f"{counted(len(spoken), 'speaker')} for {count} folds: {listing(spoken.index)}",
            "one speaker per fold at least",
            "lower `folds` in the config",
        )
    order = sorted(spoken.index, key=lambda speaker: (-spoken.loc[speaker].sum(), speaker))
    filled = np.zeros((count, spoken.shape[1]))
    folds: list[list[str]] = [[] for _ in range(count)]
    for speaker in order:
        added = spoken.loc[speaker].to_numpy()
        fold = int((2 * filled @ added).argmin()) if all(folds) else folds.index([])
        filled[fold] += added
        folds[fold].append(speaker)
    return [sorted(speakers) for speakers in folds]
