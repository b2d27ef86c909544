"""What a bundle of three emotions does on a corpus that has two of them, and one of its own."""

import pandas as pd
import pytest

from emofold.evaluation.other_corpora import (
    count_answers,
    describe_emotions,
    describe_speakers,
    measure,
)

EMOTIONS = ["calm", "happy", "sad"]
ROWS = [  # speaker, emotion, known_as, novelty, scores
    ("ann", "calm", "calm", 0.5, (0.3, 0.2, 0.5)),
    ("ann", "joy", "happy", 1.5, (0.1, 0.8, 0.1)),
    ("ben", "joy", "happy", 0.5, (0.2, 0.1, 0.7)),
    ("ben", "bored", None, 2.0, (0.1, 0.1, 0.8)),
]


@pytest.fixture
def judged():
    table = pd.DataFrame(ROWS, columns=["speaker", "emotion", "known_as", "novelty", "scores"])
    for place, emotion in enumerate(EMOTIONS):
        table[f"score_{emotion}"] = [scores[place] for scores in table["scores"]]
    best = [max(range(3), key=scores.__getitem__) for scores in table["scores"]]
    return table.assign(
        clip=list("abcd"),
        setting="inductive",
        modality="speech",
        is_answer=True,
        predicted=[EMOTIONS[place] for place in best],
        confidence=[max(scores) for scores in table["scores"]],
    )


def metrics(judged):
    return measure(judged, EMOTIONS, confidence=0.95, draws=100, seed=0).set_index("among")


def test_among_shared_emotions_the_others_are_left_out_of_the_choice(judged):
    found = metrics(judged).loc["shared"]
    assert found[["n", "emotions", "speakers"]].tolist() == [3, 2, 2]
    assert found["accuracy"] == pytest.approx(200 / 3)  # calm and the first joy
    assert found["uar"] == pytest.approx(75)
    assert found["confidence"] == pytest.approx(100 * (0.3 / 0.5 + 0.8 / 0.9 + 0.2 / 0.3) / 3)
    assert found["remarked"] == pytest.approx(100 / 3)


def test_among_all_emotions_answers_are_those_of_the_bundle(judged):
    found = metrics(judged).loc["all"]
    assert found["accuracy"] == pytest.approx(100 / 3)
    assert found["confidence"] == pytest.approx(100 * (0.5 + 0.8 + 0.7) / 3)
    distance = abs(50 - 0) + abs(80 - 100) + abs(70 - 0)  # each in a bin of its own
    assert found["ece"] == pytest.approx(distance / 3)


def test_of_one_speaker_there_is_no_interval(judged):
    found = metrics(judged.assign(speaker="ann"))
    assert found[["ci_low", "ci_high"]].isna().all(axis=None)


def test_where_one_emotion_is_shared_there_is_nothing_to_choose_among(judged):
    assert [*metrics(judged[judged["emotion"] != "joy"]).index] == ["all"]


def test_answers_to_unknown_emotions_are_counted_too(judged):
    counted = count_answers(judged, EMOTIONS).set_index(["emotion", "predicted"])
    assert counted["clips"].sum() == 4
    assert counted.loc[("bored", "sad"), "clips"] == 1
    assert counted.loc[("bored", "sad"), "confidence"] == pytest.approx(80)
    assert counted.loc[("bored", "calm"), "clips"] == 0
    assert pd.isna(counted.loc[("bored", "calm"), "confidence"])


def test_emotions_without_an_answer_are_still_listed(judged):
    listed = pd.concat([judged, judged.tail(1).assign(emotion="proud")])
    found = describe_emotions(judged, listed).set_index("emotion")
    assert found.loc["joy", ["listed", "answered", "recall", "mostly_share"]].tolist() == [
        *(2, 2, 50, 50)
    ]
    assert found.loc["proud", ["listed", "answered"]].tolist() == [1, 0]
    assert pd.isna(found.loc["proud", "mostly"])
    assert found.loc["bored", "mostly"] == "sad"


def test_each_speaker_has_an_accuracy_among_shared_emotions(judged):
    found = describe_speakers(judged, EMOTIONS).set_index("speaker")
    assert found["accuracy"].to_dict() == {"ann": 100, "ben": 0}
    assert found["n"].to_dict() == {"ann": 2, "ben": 1}
