"""What a system makes of speakers of whom only a few clips are enrolled."""

import numpy as np
import pandas as pd
import pytest

from emofold.evaluation.chains import Chain, Member
from emofold.evaluation.enrolment import accuracy_by_enrolled_clips

EMOTIONS = ["calm", "happy", "sad"]
TAKES = 6
CLASSIFIER = {
    "classifier": "logistic_regression",
    "scaling": "standard",
    "layers": "all",
    "parameters": {"max_iter": 200},
    "param_grid": {"C": [0.1, 1.0]},
}
FUSION = {"method": "log_linear", "scaling": "none", "parameters": {}}


def corpus(offset):
    """Clips of eight speakers whose features differ by an offset of their own."""
    generator = np.random.default_rng(3)
    clips = pd.DataFrame(
        [
            (f"{speaker}-{emotion}-{take}", f"s{speaker}", emotion, speaker % 4)
            for speaker in range(8)
            for emotion in EMOTIONS
            for take in range(TAKES)
        ],
        columns=["clip", "speaker", "emotion", "fold"],
    )
    values = generator.normal(0, 0.7, size=(len(clips), 4))
    values[:, 0] += 2 * clips["emotion"].map(EMOTIONS.index)
    of_speaker = generator.normal(0, offset, size=(8, 4))
    values += of_speaker[clips["speaker"].str[1:].astype(int)]
    return pd.DataFrame(values, index=pd.Index(clips["clip"], name="clip")), clips


def curve(enrolled, normalise_by="speaker", offset=4.0, draws=2):
    features, clips = corpus(offset)
    members = {"model": Member(features, normalise_by, False, CLASSIFIER)}
    return accuracy_by_enrolled_clips(
        members, FUSION, clips, EMOTIONS, enrolled, draws=draws, seed=1, threads=1
    )


def means(table):
    return table.groupby(["statistics", "enrolled"])["accuracy"].mean()


def test_every_clip_is_scored_once_a_draw_with_each_kind_of_statistics():
    table = curve([1, 6, 18])
    assert len(table) == 2 * 3 * 2
    assert (table["n"] == 8 * 3 * TAKES).all()
    assert not table.duplicated(["statistics", "enrolled", "draw"]).any()


def test_the_more_clips_are_enrolled_the_better():
    of = means(curve([1, 4, 18], draws=4))
    assert of["shrunk", 1] + 5 < of["shrunk", 4] + 1 < of["shrunk", 18]


def test_of_one_clip_its_own_statistics_say_nothing():
    of = means(curve([1], offset=1.0))
    assert of["own", 1] == pytest.approx(100 / 3, abs=0.1)
    assert of["shrunk", 1] > 50


def test_with_few_clips_shrunk_statistics_do_better():
    of = means(curve([3], draws=6, offset=1.0))
    assert of["shrunk", 3] > of["own", 3] + 3


def test_with_all_clips_enrolled_the_accuracy_is_that_of_the_nested_chain():
    features, clips = corpus(4.0)
    members = {"model": Member(features, "speaker", True, CLASSIFIER)}
    chain = Chain(members, FUSION, clips, EMOTIONS, seed=1, threads=1)
    tested = [chain.tested(chain.posteriors(fold)) for fold in chain.folds]
    accuracy = 100 * np.mean([(rows["predicted"] == rows["emotion"]).mean() for rows in tested])
    assert means(curve([3 * TAKES]))["shrunk", 3 * TAKES] == pytest.approx(accuracy)


def test_a_model_without_normalisation_does_not_care():
    table = curve([1, 18], normalise_by="none")
    assert table["accuracy"].nunique() == 1


def test_draws_differ_and_can_be_repeated():
    table = curve([2], draws=3)
    assert table.loc[table["statistics"] == "own", "accuracy"].nunique() > 1
    pd.testing.assert_frame_equal(table, curve([2], draws=3))
