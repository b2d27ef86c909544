"""A corpus that is left out is tested on what the others teach, in a fold of its own."""

import pandas as pd
import pytest

from emofold.corpora.left_out import leave_out, list_corpora_to_leave_out

EMOTIONS = ["calm", "happy", "sad", "bored"]


def clips_of(**corpora):
    """Clips of corpora whose emotions are in these folds: ``a={"sad": [0, 1]}``."""
    rows = [
        (f"{corpus}-{emotion}-{fold}", corpus, f"{corpus}/{fold}", emotion, fold)
        for corpus, emotions in corpora.items()
        for emotion, folds in emotions.items()
        for fold in folds
    ]
    return pd.DataFrame(rows, columns=["clip", "corpus", "speaker", "emotion", "fold"])


BOTH = clips_of(
    a={"calm": [0, 1, 2], "happy": [0, 1, 2], "sad": [0, 1, 2]},
    b={"happy": [0, 1], "sad": [1, 2], "bored": [0, 2]},
)


@pytest.mark.parametrize(
    ("corpus", "taught"),
    [("b", ["calm", "happy", "sad"]), ("a", ["happy", "sad", "bored"])],
)
def test_the_emotions_are_those_that_the_others_teach(corpus, taught):
    left = leave_out(BOTH, corpus, EMOTIONS)
    assert left.emotions == taught
    assert set(left.clips["emotion"]) == {*taught}


def test_the_corpus_is_a_fold_and_the_folds_of_the_others_stay():
    left = leave_out(BOTH, "b", EMOTIONS)
    of_corpus = left.clips[left.clips["corpus"] == "b"]
    assert left.fold not in set(BOTH["fold"])
    assert (of_corpus["fold"] == left.fold).all()
    assert set(of_corpus["emotion"]) == {"happy", "sad"}
    others = left.clips[left.clips["corpus"] == "a"]
    pd.testing.assert_frame_equal(others, BOTH[BOTH["corpus"] == "a"])


def test_an_emotion_in_one_fold_of_the_others_is_not_taught():
    clips = clips_of(
        a={"happy": [0, 1], "sad": [0, 1], "calm": [0]},
        b={"happy": [0, 1], "sad": [1, 0], "calm": [0, 1]},
    )
    assert leave_out(clips, "b", EMOTIONS).emotions == ["happy", "sad"]


def test_who_speaks_in_the_corpus_is_not_trained_on_in_another():
    clips = BOTH.assign(speaker=BOTH["speaker"].replace({"b/0": "a/0"}))
    left = leave_out(clips, "b", EMOTIONS)
    assert set(left.clips.loc[left.clips["fold"] != left.fold, "speaker"]) == {"a/1", "a/2"}
    assert set(left.clips.loc[left.clips["fold"] == left.fold, "speaker"]) == {"a/0", "b/1", "b/2"}


def test_a_corpus_of_the_same_actors_is_not_left_out():
    song = BOTH[BOTH["corpus"] == "a"].assign(corpus="song")
    both = pd.concat([BOTH[BOTH["corpus"] == "a"], song])
    assert list_corpora_to_leave_out(both, EMOTIONS) == []
    assert list_corpora_to_leave_out(pd.concat([BOTH, song]), EMOTIONS) == ["a", "b", "song"]


def test_a_corpus_that_shares_one_emotion_is_not_left_out():
    clips = clips_of(
        a={"happy": [0, 1], "sad": [0, 1]},
        b={"happy": [0, 1], "sad": [1, 0]},
        c={"happy": [0, 1], "bored": [0, 1]},
    )
    assert list_corpora_to_leave_out(clips, EMOTIONS) == ["a", "b"]
