"""What a training sees of the clips."""

import pandas as pd
import pytest

from emofold.errors import InputError
from emofold.training.splits import labels_of_fold, labels_without

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
