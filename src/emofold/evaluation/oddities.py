"""What is odd about a corpus: what a reader of its numbers should know, in words."""

from collections.abc import Iterator, Sequence

import pandas as pd

from emofold.errors import counted, listing
from emofold.evaluation.oddities_of_recordings import OF_RECORDINGS
from emofold.evaluation.oddity import MIN_CLIPS, Oddity, agree
from emofold.evaluation.schemas import ODDITIES

FEW_CLIPS = 10
FEW_SPEAKERS = 5
UNEQUAL_EMOTIONS = 3.0  # the most clips of an emotion for each of the fewest
UNEQUAL_SPEAKERS = 5.0
MOST_NAMED = 5


def find_oddities(
    facts: pd.DataFrame, failures: pd.DataFrame, emotions: Sequence[str]
) -> pd.DataFrame:
    """Return what is odd about the clips of each corpus: how many there are, then how they are.

    Parameters
    ----------
    facts
        The table of facts.
    failures
        The table of the clips that failed.
    emotions
        The emotions of the run, in order.

    Returns
    -------
    pandas.DataFrame
        The columns of the table of oddities. The corpus is empty where there is
        one alone, or it is about all.
    """
    rows: list[tuple[object, ...]] = [(None, *one) for one in _find_in_all(facts, failures)]
    for corpus, of_corpus in facts.groupby("corpus", sort=False):
        found: list[Oddity] = []
        for find in (_find_of_emotions, _find_of_speakers):
            found += find(of_corpus, emotions)
        for find_in_recordings in OF_RECORDINGS:
            found += find_in_recordings(of_corpus)
        named = corpus if facts["corpus"].nunique() > 1 else None
        rows += [(named, *one.about_all_of(len(of_corpus))) for one in found]
    return pd.DataFrame(rows, columns=ODDITIES.columns.names)


def _find_in_all(facts: pd.DataFrame, failures: pd.DataFrame) -> Iterator[Oddity]:
    if failed := sorted(set(failures["clip"])):
        listed = counted(len({*facts["clip"], *failed}), "clip")
        what = f"{len(failed)} of {listed} failed"
        yield Oddity.of("failed", what, "the page of failures says why", failed)


def _find_of_emotions(facts: pd.DataFrame, emotions: Sequence[str]) -> Iterator[Oddity]:
    clips = facts["emotion"].value_counts().reindex(list(emotions), fill_value=0)
    if absent := [name for name in emotions if not clips[name]]:
        yield Oddity("absent emotion", f"no clip shows {_any_of(absent)}", "", 0)
    if few := [name for name in emotions if 0 < clips[name] < FEW_CLIPS]:
        named = listing((f"{name} ({clips[name]})" for name in few), MOST_NAMED)
        what = f"{counted(len(few), 'emotion')} with fewer than {FEW_CLIPS} clips, {named}"
        meaning = "what is measured of them is a guess"
        yield Oddity.of("few clips", what, meaning, facts.loc[facts["emotion"].isin(few), "clip"])
    yield from _find_emotions_of_one_speaker(facts, emotions)
    present = clips[clips > 0]
    if len(present) > 1 and present.max() >= UNEQUAL_EMOTIONS * present.min():
        what = (
            f"the emotions have unequal numbers of clips, from {present.min()} "
            f"({present.idxmin()}) to {present.max()} ({present.idxmax()})"
        )
        meaning = "read the UAR rather than the accuracy"
        yield Oddity("unequal emotions", what, meaning, len(facts))


def _find_emotions_of_one_speaker(facts: pd.DataFrame, emotions: Sequence[str]) -> Iterator[Oddity]:
    if facts["speaker"].nunique() < 2:
        return
    speakers = facts.groupby("emotion")["speaker"].agg(["nunique", "first"])
    whose = speakers.loc[speakers["nunique"] == 1, "first"]
    if lone := [name for name in emotions if name in whose.index]:
        named = listing((f"{name} ({whose[name]})" for name in lone), MOST_NAMED)
        what = f"{counted(len(lone), 'emotion')} with clips of one speaker alone, {named}"
        meaning = "a model that is tested on that speaker has never met the emotion"
        of_lone = facts.loc[facts["emotion"].isin(lone), "clip"]
        yield Oddity.of("emotion of one speaker", what, meaning, of_lone)


def _find_of_speakers(facts: pd.DataFrame, emotions: Sequence[str]) -> Iterator[Oddity]:
    clips = facts["speaker"].value_counts().sort_index()
    if len(clips) < FEW_SPEAKERS:
        what = f"only {counted(len(clips), 'speaker')}"
        yield Oddity("few speakers", what, "the numbers say little of other people", len(facts))
    shown = facts.groupby("speaker")["emotion"].nunique()
    single = sorted(shown.index[shown == 1])
    if single and len(emotions) > 1:
        is_theirs = facts["speaker"].isin(single)
        first = facts[is_theirs].drop_duplicates("speaker").set_index("speaker")["emotion"]
        named = listing((f"{name} ({first[name]})" for name in single), MOST_NAMED)
        who = (
            "every speaker has"
            if len(single) == len(shown) > 1
            else f"{len(single)} of {counted(len(shown), 'speaker')} {agree(len(single), 'have')}"
        )
        what = f"{who} clips of a single emotion, {named}"
        meaning = (
            "what tells these speakers apart can pass for emotion, and normalising by speaker "
            "takes the emotion away"
        )
        yield Oddity.of("speaker of one emotion", what, meaning, facts.loc[is_theirs, "clip"])
    if len(clips) > 1 and clips.max() >= max(MIN_CLIPS, UNEQUAL_SPEAKERS * clips.median()):
        what = (
            f"the speaker {clips.idxmax()} has {clips.max()} clips, the median speaker "
            f"{clips.median():g}"
        )
        meaning = "the numbers are much about one person"
        yield Oddity("unequal speakers", what, meaning, int(clips.max()))


def _any_of(names: Sequence[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} or {last}" if before else last
