"""Choices and out-of-fold scores by inner folds of the training speakers."""

import numpy as np
import pandas as pd
import pytest

from emofold.errors import InputError
from emofold.models import nested
from emofold.models.candidates import list_candidates
from emofold.models.nested import Trainings
from emofold.scores import score_columns

EMOTIONS = ["calm", "happy", "sad"]
FOLDS = 4


def corpus(seed=0, noise=1.0, speakers=8, takes=3):
    """Clips whose first feature tells the emotions apart, and whose others are noise."""
    rng = np.random.default_rng(seed)
    clips = pd.DataFrame(
        [
            (f"{speaker}-{emotion}-{take}", f"s{speaker}", emotion, speaker % FOLDS)
            for speaker in range(speakers)
            for emotion in EMOTIONS
            for take in range(takes)
        ],
        columns=["clip", "speaker", "emotion", "fold"],
    )
    values = rng.normal(0, noise, size=(len(clips), 6))
    values[:, 0] += 3 * clips["emotion"].map(EMOTIONS.index)
    features = pd.DataFrame(values, index=pd.Index(clips["clip"], name="clip"))
    return features.sample(frac=1, random_state=seed), clips


def trainings(features, clips, normalise_by="none", *, shrink=False):
    return Trainings(features, clips, EMOTIONS, normalise_by, shrink, seed=1)


def logistic(**param_grid):
    return list_candidates("logistic_regression", "standard", "all", {"max_iter": 200}, param_grid)


@pytest.fixture
def trained_on(monkeypatch):
    """The clips of each training, and the clips that it held out."""
    seen = []
    original = nested.train_fold

    def spy(model, features, labels, *others, **weighing):
        rows = labels.set_index("clip").loc[features.index]
        seen.append((set(rows.index[rows["split"] == "train"]), model))
        return original(model, features, labels, *others, **weighing)

    monkeypatch.setattr(nested, "train_fold", spy)
    return seen


def test_a_training_clip_is_scored_by_a_model_without_its_speaker_and_the_tested_ones(trained_on):
    features, clips = corpus()
    speaker = clips.set_index("clip")["speaker"]
    fold = clips.set_index("clip")["fold"]
    trainings(features, clips).nested(0, logistic())
    without = [set(speaker[list(clips_of)]) for clips_of, _ in trained_on]
    assert sorted(map(len, without)) == [4, 4, 4, 6]
    tested = set(speaker[fold == 0])
    assert all(not speakers & tested for speakers in without)
    for inner in (1, 2, 3):
        own = set(speaker[fold == inner])
        assert sum(not speakers & own for speakers in without) == 1


def test_labels_of_the_tested_speakers_change_nothing_but_their_rows():
    features, clips = corpus()
    candidates = logistic(C=[0.01, 1.0])
    before, _, tried = trainings(features, clips).nested(2, candidates)
    renamed = clips.copy()
    is_tested = renamed["fold"] == 2
    renamed.loc[is_tested, "emotion"] = "calm"
    after, _, tried_after = trainings(features, renamed).nested(2, candidates)
    columns = score_columns(EMOTIONS)
    pd.testing.assert_frame_equal(before[columns], after[columns])
    pd.testing.assert_frame_equal(tried, tried_after)


def test_two_folds_share_the_training_without_both(trained_on):
    features, clips = corpus()
    both = trainings(features, clips)
    for fold in range(FOLDS):
        both.nested(fold, logistic())
    assert len(trained_on) == FOLDS + FOLDS * (FOLDS - 1) // 2


def test_the_candidate_of_the_lowest_inner_loss_is_chosen():
    features, clips = corpus()
    posteriors, scale, tried = trainings(features, clips).nested(0, logistic(C=[1e-6, 1.0]))
    assert scale == "probability"
    assert tried["candidate"].tolist() == ["C=1e-06", "C=1.0"]
    assert tried["chosen"].tolist() == [False, True]
    assert tried["log_loss"].is_monotonic_decreasing
    assert tried["n"].tolist() == [54, 54]
    chosen_alone, _, _ = trainings(features, clips).nested(0, logistic(C=[1.0]))
    pd.testing.assert_frame_equal(posteriors, chosen_alone)


def test_a_value_given_twice_is_tried_once():
    assert [one.name for one in logistic(C=[0.1, 0.1, 1.0])] == ["C=0.1", "C=1.0"]


@pytest.mark.parametrize("unit", [0.01, 1.0, 100.0])
def test_the_unit_of_decision_scores_does_not_choose(unit):
    features, clips = corpus(noise=2.0)
    features[0] *= 30  # so that distances without scaling are those of the first feature alone
    candidates = list_candidates(
        "nearest_centroid", "none", "all", {}, {"scaling": ["standard", "none"]}
    )
    _, _, tried = trainings(unit * features, clips).nested(0, candidates)
    assert tried.loc[tried["chosen"], "candidate"].item() == "scaling=none"
    assert tried["log_loss"].max() < np.log(len(EMOTIONS))


def test_candidates_that_are_alcandidates_wrong_are_reported_as_such():
    features, clips = corpus(noise=0.1)
    candidates = list_candidates("nearest_centroid", "none", "all", {}, {})
    folds = trainings(features, clips)
    index_of = {emotion: index for index, emotion in enumerate(EMOTIONS)}
    truth = folds.clips["emotion"].map(index_of)[folds.clips["fold"] != 0]
    wrong = -np.eye(3)[truth], "logit"
    folds._out_of_fold = lambda fold, candidate: wrong
    assert folds._tried(0, candidates)["accuracy"].tolist() == [0.0]


def test_speakers_of_one_clip_cannot_be_normalised_by_themselves():
    features, clips = corpus()
    is_kept = (clips["speaker"] != "s3") | (clips["clip"] == "3-sad-0")
    clips = clips[is_kept].reset_index(drop=True)
    with pytest.raises(InputError, match=r"1 speaker with a single clip .*: s3.*shrink"):
        trainings(features.loc[clips["clip"]], clips, "speaker")
    kept = features.loc[clips["clip"]]
    trainings(kept, clips, "speaker", shrink=True).nested(0, logistic())


@pytest.mark.parametrize("shrink", [False, True])
@pytest.mark.parametrize("normalise_by", ["speaker", "corpus"])
def test_clips_of_emotions_that_are_not_told_apart_still_say_how_a_speaker_is(normalise_by, shrink):
    features, clips = corpus()
    is_kept = (clips["speaker"] != "s3") | clips["clip"].isin(["3-sad-0", "3-happy-0", "3-calm-1"])
    clips = clips[is_kept].assign(corpus="a")
    every = trainings(features.loc[clips["clip"]], clips, normalise_by, shrink=shrink)
    two = every.of_clips(clips, ["calm", "happy"])
    posteriors, _, _ = two.nested(0, logistic())
    assert set(posteriors["emotion"]) == {"calm", "happy"}
    assert list(posteriors.filter(like="score_")) == score_columns(["calm", "happy"])
    one = every.of_clips(clips, ["sad"])  # of which s3 has a single clip
    if not shrink:
        seen = one.training_features((), logistic()[0])
        is_sad = every.clips["emotion"] == "sad"
        assert np.allclose(seen, every.training_features((), logistic()[0])[is_sad])
    assert one.usual_group_size(one.folds) == (3 if normalise_by == "speaker" else 6)


def test_layers_and_scaling_can_be_chosen():
    features, clips = corpus()
    noise = pd.DataFrame(np.random.default_rng(3).normal(size=(72, 6)), features.index)
    layered = pd.concat({0: noise, 1: features}, axis="columns", names=["layer", "place"])
    candidates = logistic(layers=[0, 1], scaling=["none", "minmax"])
    assert [one.scaling for one in candidates] == ["none", "minmax"] * 2
    _, _, tried = trainings(layered, clips).nested(1, candidates)
    assert tried.loc[tried["chosen"], "candidate"].item().startswith("layers=1")


def test_posteriors_hold_every_clip_once_with_the_label_of_its_split():
    features, clips = corpus()
    posteriors, _, _ = trainings(features, clips).nested(3, logistic())
    merged = posteriors.merge(clips, on="clip", validate="one_to_one")
    assert len(merged) == len(clips)
    assert (merged["split"] == np.where(merged["fold_y"] == 3, "test", "train")).all()
    assert (merged["fold_x"] == 3).all()


@pytest.mark.parametrize("shrink", [False, True])
def test_normalising_by_speaker_removes_what_speakers_differ_in(shrink):
    features, clips = corpus(noise=0.5, takes=8)
    offset = {f"s{number}": 20.0 * (-1) ** number for number in range(8)}
    speakers = clips.set_index("clip")["speaker"].loc[features.index]
    shifted = features.add(speakers.map(offset), axis="index")

    def accuracy(normalise_by):
        by = trainings(shifted, clips, normalise_by, shrink=shrink)
        posteriors, _, _ = by.nested(0, logistic())
        tested = posteriors[posteriors["split"] == "test"]
        best = tested[score_columns(EMOTIONS)].to_numpy().argmax(axis=1)
        return (np.array(EMOTIONS)[best] == tested["emotion"]).mean()

    assert accuracy("speaker") > 0.9 > accuracy("none")


def test_normalising_by_corpus_removes_what_the_recordings_of_a_fold_differ_in():
    features, clips = corpus(noise=0.5, takes=8)
    is_elsewhere = (clips["fold"] == 0).to_numpy()
    in_order = pd.Series(is_elsewhere, clips["clip"]).loc[features.index]
    shifted = features.add(np.where(in_order, 20.0, 0.0), axis="index")

    def accuracy(normalise_by):
        posteriors, _, _ = trainings(shifted, clips, normalise_by).nested(0, logistic())
        tested = posteriors[posteriors["split"] == "test"]
        best = tested[score_columns(EMOTIONS)].to_numpy().argmax(axis=1)
        return (np.array(EMOTIONS)[best] == tested["emotion"]).mean()

    assert accuracy("corpus") > 0.9 > accuracy("none")


def test_a_clip_of_a_test_speaker_in_training_is_refused():
    features, clips = corpus()
    clips.loc[clips.index[clips["speaker"] == "s4"][0], "fold"] = 1
    with pytest.raises(InputError, match=r"1 speaker with clips in several folds.*s4.*0, 1"):
        trainings(features, clips).nested(0, logistic())


def test_two_folds_are_too_few():
    features, clips = corpus()
    clips["fold"] %= 2
    with pytest.raises(InputError, match="2 folds under the protocol `nested`"):
        trainings(features, clips).nested(0, logistic())
