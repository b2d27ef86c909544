"""What a model takes for new, and what normalisation by corpus does, on made-up corpora."""

import numpy as np
import pandas as pd
import pytest

from emofold.models.candidates import list_candidates
from emofold.models.nested import Trainings
from emofold.models.normalisation import normalise
from emofold.models.novelty_training import (
    calibrate,
    calibrate_states,
    fit_exponent,
    fit_novelty,
    list_sizes,
    score_left_out_corpora,
)
from emofold.scores import as_log_probabilities, as_probabilities, soften

EMOTIONS = ["calm", "happy", "sad"]
FEATURES = 24
LOGISTIC = list_candidates("logistic_regression", "standard", "all", {"C": 0.1}, {})[0]


def corpus(name, seed, *, speakers=8, takes=10, noise=1.0, signal=1.0):
    """Clips of speakers who differ, whose emotions show in the same features in all corpora."""
    generator = np.random.default_rng(seed)
    shows = 2 * signal * np.random.default_rng(5).normal(size=(len(EMOTIONS), FEATURES))
    rows, values = [], []
    for speaker in range(speakers):
        own = generator.normal(0, 1.0, FEATURES)
        for index, emotion in enumerate(EMOTIONS):
            for take in range(takes):
                clip = f"{name}-{speaker}-{emotion}-{take}"
                rows.append((clip, f"{name}{speaker}", emotion, speaker % 4, name))
                values.append(shows[index] + own + generator.normal(0, 3 * noise, FEATURES))
    clips = pd.DataFrame(rows, columns=["clip", "speaker", "emotion", "fold", "corpus"])
    return pd.DataFrame(np.array(values), pd.Index(clips["clip"])), clips


def elsewhere(features, seed=3, by=12.0):
    """The same clips by another microphone: each feature is shifted, and on another scale."""
    generator = np.random.default_rng(seed)
    scale = generator.uniform(0.5, 2.0, FEATURES)
    return features * scale + by * generator.normal(size=FEATURES)


def trained(normalise_by, *, shrink=True):
    features, clips = corpus("home", 1)
    clips = clips.drop(columns="corpus")
    return Trainings(
        features, clips, EMOTIONS, normalise_by, shrink and normalise_by != "none", seed=1
    )


def answer(trainings, features, size):
    """Return probabilities, novelty and temperature of clips of which so many are given."""
    groups = pd.Series(np.arange(len(features)) // size, features.index)
    population = trainings.population()
    seen = normalise(features, groups, population) if population else features
    model = trainings.fitted_on_all(LOGISTIC).model
    probabilities = model.predict_proba(seen.to_numpy())
    new, temperature, _ = calibrate(trainings, LOGISTIC).judge(seen.to_numpy(), size)
    softened = as_probabilities(*soften(probabilities, "probability", temperature))
    return probabilities, new, softened


def accuracy(probabilities, clips):
    truth = clips["emotion"].map(EMOTIONS.index).to_numpy()
    return (probabilities.argmax(axis=1) == truth).mean()


@pytest.mark.parametrize("normalise_by", ["none", "speaker", "corpus"])
@pytest.mark.parametrize("size", [1, 30])
def test_at_home_hardly_a_clip_of_new_speakers_is_remarked_and_none_is_judged_otherwise(
    normalise_by, size
):
    features, _ = corpus("home", 2, speakers=20)
    probabilities, new, softened = answer(trained(normalise_by), features, size)
    assert (new > 1).mean() < 0.05
    assert np.array_equal(probabilities.argmax(axis=1), softened.argmax(axis=1))
    assert abs(softened.max(axis=1) - probabilities.max(axis=1)).mean() < 0.02


def test_recordings_from_elsewhere_are_remarked_and_softened():
    features, _ = corpus("home", 2)
    probabilities, new, softened = answer(trained("none"), elsewhere(features), 1)
    assert (new > 1).mean() > 0.95
    assert softened.max(axis=1).mean() < probabilities.max(axis=1).mean() - 0.15


def test_given_together_they_are_normalised_by_one_another():
    features, clips = corpus("home", 2)
    there = elsewhere(features)
    one_by_one = accuracy(answer(trained("corpus"), there, 1)[0], clips)
    assert accuracy(answer(trained("none"), there, 1)[0], clips) < 0.5 > one_by_one
    together, new, _ = answer(trained("corpus"), there, len(there))
    assert accuracy(together, clips) > 0.9 * accuracy(
        answer(trained("none"), features, 1)[0], clips
    )
    assert (new > 1).mean() < 0.5


def test_one_file_alone_is_judged_nearly_as_without_normalisation():
    features, clips = corpus("home", 2)
    alone = answer(trained("corpus"), features, 1)[0]
    without = answer(trained("none"), features, 1)[0]
    assert accuracy(alone, clips) == pytest.approx(accuracy(without, clips), abs=0.03)


def test_what_is_tried_goes_from_one_clip_to_all_of_a_group():
    assert list_sizes(trained("none")) == [1]
    assert list_sizes(trained("speaker")) == [1, 4, 16, 30]
    assert list_sizes(trained("corpus")) == [1, 4, 16, 60]


def two_corpora(signal_of_second=1.0):
    parts = [corpus("one", 1), corpus("two", 2, signal=signal_of_second)]
    features = pd.concat([parts[0][0], elsewhere(parts[1][0], by=4.0)])
    return features, pd.concat([clips for _, clips in parts], ignore_index=True)


def test_with_one_corpus_the_temperature_is_the_distance_itself():
    assert fit_novelty(trained("none"), LOGISTIC).exponent == 1.0


def test_corpora_that_are_left_out_say_how_fast_confidence_softens():
    features, clips = two_corpora()
    trainings = Trainings(features, clips, EMOTIONS, "none", False, seed=1)
    left_out = [*score_left_out_corpora(trainings, LOGISTIC)]
    assert [len(targets) for _, targets, _ in left_out] == [240, 240]
    exponent = fit_novelty(trainings, LOGISTIC).exponent
    assert exponent == fit_exponent(left_out)

    def loss(power):
        losses = [
            -as_log_probabilities(logs / temperature[:, None] ** power, "logit")[
                np.arange(len(targets)), targets
            ].mean()
            for logs, targets, temperature in left_out
        ]
        return np.mean(losses)

    assert loss(exponent) <= min(loss(0.0), loss(1.0), loss(4.0)) + 1e-6


def test_the_worse_a_model_does_elsewhere_the_faster_its_confidence_softens():
    truth = np.tile([0, 1], 50)
    sure = np.log(np.where(np.eye(2)[np.zeros(100, int)] > 0, 0.95, 0.05))
    right = np.log(np.where(np.eye(2)[truth] > 0, 0.95, 0.05))
    temperature = np.full(100, 2.0)
    assert fit_exponent([(right, truth, temperature)]) < 0.05
    assert fit_exponent([(sure, truth, temperature)]) > 3.5


def test_speakers_of_a_corpus_that_is_left_out_are_not_trained_on_in_another():
    features, clips = two_corpora()
    same = clips.assign(speaker=clips["speaker"].str.replace("two", "one"))
    trainings = Trainings(features, same, EMOTIONS, "none", False, seed=1)
    assert [*score_left_out_corpora(trainings, LOGISTIC)] == []


def test_corpora_without_common_emotions_teach_nothing_of_it():
    features, clips = two_corpora()
    is_kept = (clips["corpus"] == "one") | (clips["emotion"] == "sad")
    clips = clips[is_kept].reset_index(drop=True)
    trainings = Trainings(features.loc[clips["clip"]], clips, EMOTIONS, "none", False, seed=1)
    assert [*score_left_out_corpora(trainings, LOGISTIC)] == []
    assert fit_novelty(trainings, LOGISTIC).exponent == 1.0


def test_states_of_a_network_are_far_by_what_networks_without_their_fold_have_shown():
    """Each network has its own space; clips that it was trained on lie nearer than others."""
    generator = np.random.default_rng(0)

    def states_of(scale, clips, spread):
        return scale * generator.normal(0, spread, (clips, 6))

    folds = [(states_of(10**fold, 300, 1.0), states_of(10**fold, 100, 1.5)) for fold in range(4)]
    novelty = calibrate_states(states_of(0.01, 400, 1.0), folds)
    assert novelty.exponent == 1
    like_held_out = novelty.judge(states_of(0.01, 1000, 1.5), 1)
    assert 0.002 < (like_held_out.novelty > 1).mean() < 0.03
    assert 0.03 < (like_held_out.temperature > 1).mean() < 0.08
    elsewhere = novelty.judge(states_of(0.01, 100, 1.5) + 0.1, 1)
    assert (elsewhere.novelty > 1).all()
    assert (elsewhere.familiarity == 0).all()
