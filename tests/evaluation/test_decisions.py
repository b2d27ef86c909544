"""What each system decides for each test clip."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from emofold.corpora.published_files import CLIPS_FILE, read_clips
from emofold.corpora.ravdess import EMOTIONS
from emofold.errors import InputError
from emofold.evaluation import BASELINE
from emofold.evaluation.decisions import decide, decide_most_frequent, most_confident_errors
from emofold.models.splits import labels_of_fold
from emofold.scores import score_columns

PRESET = Path(__file__).parents[2] / "workflow/presets/published.yaml"
THREE = ["calm", "happy", "sad"]
CLIPS = pd.DataFrame(
    {
        "clip": ["d", "a", "c", "b"],
        "speaker": ["Ada", "Bob", "Ada", "Bob"],
        "emotion": ["calm", "happy", "sad", "calm"],
        "fold": [1, 0, 1, 0],
    }
)


def posteriors(fold, right=True, scale="probability", **described):
    """A model that is right about the test clips and wrong about the training clips, or reverse."""
    table = labels_of_fold(CLIPS, fold)
    is_right = (table["split"] == "test") == right
    for emotion in THREE:
        table[f"score_{emotion}"] = np.where((table["emotion"] == emotion) == is_right, 0.6, 0.2)
    table.attrs = {
        "scale": scale,
        "kind": "model",
        "modality": "face",
        "protocol": "nested",
        "normalised_by": "none",
        **described,
    }
    return table


def test_each_clip_is_decided_in_the_fold_that_tests_it():
    decided = decide("mlp", [posteriors(0), posteriors(1)], CLIPS, THREE)
    assert decided["clip"].tolist() == CLIPS["clip"].tolist()
    assert decided["speaker"].tolist() == CLIPS["speaker"].tolist()
    assert decided["predicted"].tolist() == CLIPS["emotion"].tolist()
    assert decided["fold"].tolist() == CLIPS["fold"].tolist()


def test_the_order_of_folds_and_rows_does_not_matter():
    decided = decide("mlp", [posteriors(0), posteriors(1)], CLIPS, THREE)
    turned = [posteriors(fold).iloc[::-1] for fold in (1, 0)]
    assert decide("mlp", turned, CLIPS, THREE).equals(decided)


def test_a_decision_says_what_its_system_is():
    described = {
        "kind": "fusion",
        "modality": "speech",
        "protocol": "paper",
        "normalised_by": "speaker",
    }
    folds = [posteriors(fold, **described) for fold in (0, 1)]
    decided = decide("whisper", folds, CLIPS, THREE)
    assert set(decided["system"]) == {"whisper"}
    assert {key: decided[key].unique().tolist() for key in described} == {
        key: [value] for key, value in described.items()
    }


def test_a_probability_is_the_confidence_as_it_stands():
    decided = decide("mlp", [posteriors(0), posteriors(1)], CLIPS, THREE)
    assert decided["confidence"].tolist() == [0.6] * 4


def test_logits_become_confidence_by_a_softmax():
    folds = [posteriors(fold, scale="logit") for fold in (0, 1)]
    for table in folds:
        is_truth = table[score_columns(THREE)] == 0.6
        table[score_columns(THREE)] = np.where(is_truth, 1000 + np.log(6), 1000)
    decided = decide("svc", folds, CLIPS, THREE)
    assert decided["predicted"].tolist() == CLIPS["emotion"].tolist()
    assert decided["confidence"].tolist() == pytest.approx([0.75] * 4)


def test_a_clip_tested_twice_is_refused():
    with pytest.raises(InputError, match=r"2 clips more than once in the test clips of mlp.*a, b"):
        decide("mlp", [posteriors(0), posteriors(1), posteriors(0)], CLIPS, THREE)


def test_a_clip_tested_in_no_fold_is_called_missing():
    with pytest.raises(InputError, match="2 clips missing: c, d, in the test clips of mlp"):
        decide("mlp", [posteriors(0)], CLIPS, THREE)


def test_a_clip_tested_in_another_fold_is_refused():
    folds = [posteriors(0).assign(fold=1), posteriors(1).assign(fold=0)]
    with pytest.raises(InputError, match=r"another fold of 4 clips in the test clips of mlp.*d, a"):
        decide("mlp", folds, CLIPS, THREE)


def test_a_clip_with_another_emotion_is_refused():
    folds = [posteriors(0), posteriors(1)]
    folds[0].loc[folds[0]["clip"] == "b", "emotion"] = "sad"
    with pytest.raises(InputError, match=r"another emotion of 1 clip in the test clips of mlp.*b"):
        decide("mlp", folds, CLIPS, THREE)


def test_zero_r_predicts_the_most_frequent_emotion_of_the_training_clips():
    clips = pd.DataFrame(
        {
            "clip": list("abcdefg"),
            "speaker": list("aaabbbb"),
            "fold": [0, 0, 0, 1, 1, 1, 1],
            "emotion": ["calm", "calm", "sad", "happy", "happy", "happy", "sad"],
        }
    )
    decided = decide_most_frequent(clips, THREE, "paper")
    assert decided["predicted"].tolist() == ["happy"] * 3 + ["calm"] * 4
    assert decided["confidence"].tolist() == pytest.approx([3 / 4] * 3 + [2 / 3] * 4)
    assert set(decided["system"]) == {BASELINE}
    assert set(decided["kind"]) == {"baseline"}
    assert decided["modality"].isna().all()
    assert set(decided["protocol"]) == {"paper"}


def test_zero_r_takes_the_first_of_equally_frequent_emotions():
    clips = pd.DataFrame(
        {
            "clip": list("abcd"),
            "speaker": list("aabb"),
            "fold": [0, 0, 1, 1],
            "emotion": ["sad", "calm", "sad", "happy"],
        }
    )
    assert decide_most_frequent(clips, THREE, "paper")["predicted"].tolist() == [
        *["happy", "happy"],
        *["calm", "calm"],
    ]
    backwards = decide_most_frequent(clips, THREE[::-1], "paper")
    assert backwards["predicted"].tolist() == ["sad"] * 4


def test_the_most_confident_errors_come_first():
    decisions = pd.DataFrame(
        {
            "system": ["mlp"] * 5 + ["knn"],
            "clip": ["a", "b", "c", "d", "e", "a"],
            "emotion": "calm",
            "predicted": ["sad", "sad", "calm", "happy", "sad", "sad"],
            "confidence": [0.5, 0.9, 1.0, 0.5, 0.4, 0.1],
        }
    )
    ranked = most_confident_errors(decisions, most=3)
    assert ranked[["system", "rank", "clip"]].to_numpy().tolist() == [
        ["knn", 1, "a"],
        ["mlp", 1, "b"],
        ["mlp", 2, "a"],
        ["mlp", 3, "d"],
    ]


def test_a_system_without_errors_has_none_listed():
    decided = decide("mlp", [posteriors(0), posteriors(1)], CLIPS, THREE)
    assert most_confident_errors(decided, most=3).empty
    wrong = decide("mlp", [posteriors(0, right=False), posteriors(1)], CLIPS, THREE)
    assert most_confident_errors(wrong, most=3)["clip"].tolist() == ["a", "b"]


@pytest.mark.realdata
def test_zero_r_of_the_paper(real_published):
    folds = yaml.safe_load(PRESET.read_text(encoding="utf-8"))["folds"]
    clips = read_clips(real_published / CLIPS_FILE, folds)
    decided = decide_most_frequent(clips, EMOTIONS, "paper")
    right = decided["predicted"] == decided["emotion"]
    accuracy = 100 * right.groupby(decided["fold"]).mean().mean()
    assert accuracy == pytest.approx(13.33, abs=0.005)
    assert set(decided["predicted"]) == {"calm"}
