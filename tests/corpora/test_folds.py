"""Every speaker is tested in one fold, and in no other."""

from collections import Counter

import pandas as pd
import pytest

from emofold.corpora.folds import assign_folds, balance_folds
from emofold.errors import InputError

SPEAKERS = pd.Series(["3", "1", "ann", "1"])


def refused(folds):
    with pytest.raises(InputError) as error:
        assign_folds(SPEAKERS, folds)
    return error.value.found


def test_each_clip_gets_the_fold_that_names_its_speaker():
    folds = assign_folds(SPEAKERS, [["ann"], [1, "3"]])
    assert folds.tolist() == [1, 1, 0, 1]
    assert folds.dtype == "int64"


@pytest.mark.parametrize("one", [1, "1"])
def test_a_speaker_in_two_folds_is_refused(one):
    assert refused([["ann", 1], [one, 3]]) == "speaker 1 in fold 0 and in fold 1"


def test_speakers_without_a_fold_are_named():
    assert refused([["ann"]]) == "2 speakers with clips but without a fold: 1, 3"


def test_speakers_without_clips_are_named():
    assert refused([["ann", 1], [3, 7, "bob"]]) == "2 speakers in a fold but without clips: 7, bob"


def test_balanced_folds_are_alike_in_clips_of_each_emotion():
    clips = [
        (speaker, emotion)
        for number, speaker in enumerate("abcdefgh")
        for emotion in ["sad", "calm"] * (1 + number % 2) + ["happy"] * (number // 4)
    ]
    folds = balance_folds(clips, 4)
    counts = [Counter(emotion for speaker, emotion in clips if speaker in fold) for fold in folds]
    assert sorted(speaker for fold in folds for speaker in fold) == list("abcdefgh")
    assert all(count == {"sad": 3, "calm": 3, "happy": 1} for count in counts)


def test_balanced_folds_do_not_depend_on_the_order_of_the_clips():
    clips = [(speaker, "sad") for speaker in "aaabbcd"]
    assert balance_folds(clips, 2) == balance_folds(clips[::-1], 2)


def test_fewer_speakers_than_folds_are_refused():
    with pytest.raises(InputError, match="1 speaker for 2 folds: a"):
        balance_folds([("a", "sad"), ("a", "calm")], 2)


def test_balanced_folds_are_alike_in_corpora_too():
    clips = [
        (f"{corpus}/{number}", emotion, f"{corpus}/{emotion}")
        for corpus, speakers in (("large", 9), ("small", 4))
        for number in range(speakers)
        for emotion in ("sad", "calm")
    ]
    folds = balance_folds(clips, 4)
    counts = [Counter(speaker.partition("/")[0] for speaker in fold) for fold in folds]
    assert [count["small"] for count in counts] == [1, 1, 1, 1]
    assert sorted(count["large"] for count in counts) == [2, 2, 2, 3]


def test_a_trait_that_all_clips_share_changes_no_fold():
    clips = [
        (speaker, emotion)
        for number, speaker in enumerate("abcdefgh")
        for emotion in ["sad"] * (number % 3 + 1) + ["calm"] * (number // 3)
    ]
    repeated = [(speaker, emotion, f"None/{emotion}") for speaker, emotion in clips]
    assert balance_folds(repeated, 3) == balance_folds(clips, 3)


def test_who_names_a_speaker_without_the_corpus_is_told_the_whole_name():
    speakers = pd.Series(["a/03", "b/3", "b/1"])
    with pytest.raises(InputError, match="but without clips: 03, perhaps `a/03` or `b/3`"):
        assign_folds(speakers, [["03", "b/3"], ["b/1", "a/03"]])
