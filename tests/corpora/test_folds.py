"""Every speaker is tested in one fold, and in no other."""

import pandas as pd
import pytest

from emofold.corpora.folds import assign_folds, labels_of_fold
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


def test_a_fold_sees_its_own_speakers_as_test_clips_and_all_others_as_training_clips():
    clips = pd.DataFrame(
        {
            "clip": ["c", "a", "b"],
            "speaker": ["1", "2", "3"],
            "emotion": ["sad", "calm", "sad"],
            "fold": [1, 0, 1],
        },
        index=[7, 8, 9],
    )
    labels = labels_of_fold(clips, 1)
    assert list(labels) == ["clip", "fold", "split", "emotion"]
    assert labels.to_numpy().tolist() == [
        ["c", 1, "test", "sad"],
        ["a", 1, "train", "calm"],
        ["b", 1, "test", "sad"],
    ]
