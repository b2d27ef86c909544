"""Features standardised by speaker or by corpus, from all of their clips or from a few."""

import numpy as np
import pandas as pd
import pytest

from emofold.models.normalisation import Grouping, Population, draw_batches, normalise

RNG = np.random.default_rng(7)


def speakers_of(clips_each, speakers=12, features=4, spread=3.0):
    """Clips of speakers who differ in the mean and the spread of what they show."""
    means = RNG.normal(0, spread, size=(speakers, features))
    scales = RNG.uniform(0.5, 2.0, size=(speakers, 1))
    values = means[:, None] + scales[:, None] * RNG.normal(size=(speakers, clips_each, features))
    clips = pd.Index([f"{s}-{c}" for s in range(speakers) for c in range(clips_each)], name="clip")
    of_clip = pd.Series(np.repeat([f"s{s}" for s in range(speakers)], clips_each), index=clips)
    return pd.DataFrame(values.reshape(-1, features), index=clips), of_clip


def test_every_speaker_has_mean_zero_and_deviation_one():
    features, speakers = speakers_of(30)
    shuffled = features.sample(frac=1, random_state=1)
    by_speaker = normalise(shuffled, speakers).groupby(speakers)
    assert np.allclose(by_speaker.mean(), 0)
    assert np.allclose(by_speaker.std(ddof=0), 1)


def test_the_clips_of_others_change_nothing():
    features, speakers = speakers_of(10)
    alone = normalise(features[speakers == "s3"], speakers)
    together = normalise(features, speakers).loc[alone.index]
    pd.testing.assert_frame_equal(alone, together)


def test_a_feature_that_does_not_vary_becomes_zero():
    features, speakers = speakers_of(5)
    features[0] = 0.1 + 0.2
    assert (normalise(features, speakers)[0] == 0).all()


def test_with_many_clips_shrinking_changes_little():
    features, speakers = speakers_of(400)
    shrunk = normalise(features, speakers, Population.of(features, speakers))
    assert np.abs(shrunk - normalise(features, speakers)).mean().max() < 0.02


def test_a_single_clip_is_placed_between_the_population_and_itself():
    features, speakers = speakers_of(50)
    population = Population.of(features, speakers)
    mean, variance = population.statistics(np.array([[100.0] * 4]))
    assert np.all((mean > population.mean) & (mean < 100))
    assert np.array_equal(variance, population.variance)


def test_the_more_alike_speakers_are_the_more_clips_the_population_is_worth():
    alike = Population.of(*speakers_of(50, speakers=40, spread=0.2))
    unlike = Population.of(*speakers_of(50, speakers=40, spread=5.0))
    assert alike.clips_worth_of_mean.mean() > 10 * unlike.clips_worth_of_mean.mean()
    assert np.allclose(unlike.clips_worth_of_mean, 1.6 / 25, atol=0.15)


@pytest.mark.parametrize("known", [1, 2, 5])
def test_with_few_clips_shrunk_statistics_are_nearer_to_the_truth(known):
    features, speakers = speakers_of(200, speakers=40, spread=1.0)
    population = Population.of(features, speakers)
    errors = {"own": [], "shrunk": []}
    for speaker in speakers.unique():
        clips = features[speakers == speaker].to_numpy()
        truth, few = clips.mean(axis=0), clips[:known]
        errors["own"].append((few.mean(axis=0) - truth) ** 2)
        errors["shrunk"].append((population.statistics(few)[0] - truth) ** 2)
    assert np.mean(errors["shrunk"]) < 0.9 * np.mean(errors["own"])


def test_a_population_of_one_speaker_is_that_speaker():
    features, speakers = speakers_of(20, speakers=1)
    population = Population.of(features, speakers)
    mean, _ = population.statistics(features.to_numpy()[:1] + 5)
    assert np.allclose(mean, features.mean())


def test_speakers_of_a_single_clip_do_not_hide_how_variances_differ():
    features, speakers = speakers_of(20, speakers=60)
    alone = [f"{number}-{clip}" for number in range(20) for clip in range(1, 20)]
    fewer = Population.of(features.drop(index=alone), speakers)
    every = Population.of(features, speakers)
    assert np.isfinite(fewer.clips_worth_of_variance).all()
    assert np.allclose(fewer.clips_worth_of_variance, every.clips_worth_of_variance, rtol=0.5)


def two_corpora(shift=5.0):
    features, speakers = speakers_of(20)
    corpora = pd.Series(np.where(speakers < "s3", "one", "two"), speakers.index)
    return features + shift * (corpora == "two").to_numpy()[:, None], corpora, speakers


def test_another_corpus_is_worth_no_more_than_another_speaker():
    features, corpora, speakers = two_corpora()
    of_corpora = Population.of_corpora(features, corpora, speakers)
    of_speakers = Population.of(features, speakers)
    assert np.array_equal(of_corpora.clips_worth_of_mean, of_speakers.clips_worth_of_mean)
    assert np.allclose(of_corpora.mean, features.groupby(corpora).mean().mean())


def test_three_corpora_say_themselves_how_far_another_may_lie():
    features, _, speakers = two_corpora(shift=0.0)
    corpora = speakers.map(lambda name: str(int(name[1:]) % 4))
    far = features + 100.0 * corpora.astype(int).to_numpy()[:, None]
    worth = Population.of_corpora(far, corpora, speakers).clips_worth_of_mean
    assert (worth < Population.of_corpora(features, corpora, speakers).clips_worth_of_mean).all()
    assert (worth < 0.1).all()


def test_a_held_out_fold_of_a_corpus_is_normalised_by_itself():
    clips = pd.DataFrame(
        {"speaker": list("abcd"), "fold": [0, 0, 1, 2], "corpus": ["x", "y", "x", "x"]},
        index=["p", "q", "r", "s"],
    )
    groups = Grouping("corpus", clips).groups([1, 2])
    assert groups.nunique() == 4
    groups = Grouping("corpus", clips).groups([1])
    assert groups["p"] == groups["s"] != groups["r"]
    assert groups["p"] != groups["q"]
    without = Grouping("corpus", clips.drop(columns="corpus")).groups([])
    assert without.nunique() == 1
    assert Grouping("speaker", clips).groups([1]).tolist() == list("abcd")


def test_batches_are_drawn_within_groups():
    features, speakers = speakers_of(7)
    batches = draw_batches(speakers, 3, 1)
    assert batches.index.equals(features.index)
    assert batches.value_counts().to_dict() == {
        f"s{speaker} {batch}": 3 if batch < 2 else 1 for speaker in range(12) for batch in range(3)
    }
    assert (batches.str.split().str[0] == speakers).all()
