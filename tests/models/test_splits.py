"""What a training sees of the clips."""

import numpy as np
import pandas as pd
import pytest

from emofold.errors import InputError
from emofold.models.splits import join_by_labels, labels_of_fold, labels_without, split_clips

CLIPS = pd.DataFrame(
    {
        "clip": ["c", "a", "b"],
        "speaker": ["1", "2", "3"],
        "emotion": ["sad", "calm", "sad"],
        "fold": [1, 0, 2],
    },
    index=[7, 8, 9],
)


def test_a_fold_sees_its_own_speakers_as_test_clips_and_all_others_as_training_clips():
    labels = labels_of_fold(CLIPS, 1)
    assert list(labels) == ["clip", "fold", "split", "emotion"]
    assert labels.to_numpy().tolist() == [
        ["c", 1, "test", "sad"],
        ["a", 1, "train", "calm"],
        ["b", 1, "train", "sad"],
    ]


def test_a_training_without_two_folds_sees_neither_of_them():
    assert labels_without(CLIPS, [1, 2])["split"].tolist() == ["test", "train", "test"]


def test_a_clip_of_a_test_speaker_among_the_training_clips_is_refused():
    leaking = pd.concat(
        [CLIPS, pd.DataFrame({"clip": ["d"], "speaker": "1", "emotion": "sad", "fold": 0})]
    )
    with pytest.raises(InputError, match=r"1 speaker with clips in several folds.* 1 in .* 0, 1"):
        labels_of_fold(leaking, 1)


def speakers_of(clips, chosen):
    return sorted(clips["speaker"][chosen])


SPEAKERS = pd.DataFrame(
    {
        "clip": list("123456"),
        "speaker": list("abcdef"),
        "emotion": "sad",
        "fold": [0, 0, 1, 1, 2, 2],
    }
)


def test_by_the_protocol_paper_the_test_speakers_choose_the_epoch():
    split = split_clips(SPEAKERS, [1], "paper", 0.2, seed=1)
    assert speakers_of(SPEAKERS, split.is_training) == ["a", "b", "e", "f"]
    assert speakers_of(SPEAKERS, split.is_validation) == split.validation_speakers == ["c", "d"]


def test_by_the_nested_protocol_some_training_speakers_choose_it_and_test_speakers_do_nothing():
    split = split_clips(SPEAKERS, [1], "nested", 0.5, seed=1)
    assert len(split.validation_speakers) == 2
    assert speakers_of(SPEAKERS, split.is_validation) == split.validation_speakers
    assert not np.any(split.is_training & split.is_validation)
    used = speakers_of(SPEAKERS, split.is_training | split.is_validation)
    assert used == ["a", "b", "e", "f"]


def test_with_a_share_of_none_all_training_speakers_are_trained_on():
    split = split_clips(SPEAKERS, [1], "nested", 0, seed=1)
    assert speakers_of(SPEAKERS, split.is_training) == ["a", "b", "e", "f"]
    assert not split.is_validation.any()
    assert split.validation_speakers == []


@pytest.mark.parametrize("protocol", ["paper", "nested"])
def test_a_training_on_all_speakers_has_nobody_to_choose_its_epoch(protocol):
    split = split_clips(SPEAKERS, [], protocol, 0.5, seed=1)
    assert split.is_training.all()
    assert not split.is_validation.any()
    assert split.validation_speakers == []


def test_a_fold_without_clips_is_chosen_by_the_training_clips_and_the_log_says_so(caplog):
    without_fold = SPEAKERS[SPEAKERS["fold"] != 1]
    split = split_clips(without_fold, [1], "paper", 0.2, seed=1)
    assert split.is_training.all()
    assert split.is_validation.all()
    assert "no clip of the test speakers is left" in caplog.text


def test_labels_are_joined_whatever_the_order_of_the_clips():
    labels = labels_of_fold(CLIPS, 1)
    scores = labels.iloc[::-1].assign(score_sad=[3.0, 2.0, 1.0])
    joined = join_by_labels(labels, scores, "both")
    assert list(joined) == [*labels, "score_sad"]
    assert joined["score_sad"].tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(("label", "value"), [("fold", 9), ("split", "train"), ("emotion", "calm")])
def test_what_two_tables_say_otherwise_of_a_clip_is_refused_by_its_name(label, value):
    labels = labels_of_fold(CLIPS, 1)
    other = labels.copy()
    other.loc[other.index[0], label] = value
    with pytest.raises(InputError, match=f"another {label} of 1 clip in both: c"):
        join_by_labels(labels, other, "both")
