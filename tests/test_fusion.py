"""Late fusion of posteriors."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from emofold.corpora.published_files import CLIPS_FILE, POSTERIORS, SPLITS, read_clips
from emofold.corpora.ravdess import EMOTIONS
from emofold.errors import InputError
from emofold.fusion import fuse_fold
from emofold.models.posteriors import read_published_posteriors
from emofold.scores import score_columns

FOUR = ["neutral", "calm", "happy", "sad"]
PRESET = Path(__file__).parents[1] / "workflow/presets/published.yaml"


def posteriors(halves, seed, clips=200):
    """A model that tells two pairs of emotions apart, but not the emotions of a pair."""
    rng = np.random.default_rng(seed)
    emotion = np.resize(FOUR, clips)
    is_of_half = np.array([[other in half for other in FOUR] for half in halves])
    belongs = np.array([is_of_half[0] if e in halves[0] else is_of_half[1] for e in emotion])
    scores = np.exp(3 * belongs + rng.normal(0, 0.5, size=(clips, 4)))
    table = pd.DataFrame(
        {
            "clip": [f"clip-{number:03d}" for number in range(clips)],
            "fold": 0,
            "split": np.where(np.arange(clips) % 5 == 0, "test", "train"),
            "emotion": emotion,
        }
    )
    table[score_columns(FOUR)] = scores / scores.sum(axis=1, keepdims=True)
    table = table.sample(frac=1, random_state=seed)
    table.attrs = {"scale": "probability"}
    return table


@pytest.fixture
def voice():
    return posteriors([{"neutral", "calm"}, {"happy", "sad"}], seed=1)


@pytest.fixture
def face():
    return posteriors([{"neutral", "happy"}, {"calm", "sad"}], seed=2)


def fuse(**models):
    fused = regression(models)
    assert fused.scale == "probability"
    return fused.posteriors


def regression(models, emotions=FOUR, scaling="minmax"):
    options = {"scaling": scaling, "parameters": {"C": 1}, "seed": 2020}
    return fuse_fold(models, emotions, "logistic_regression", **options)


def pooled(method, **models):
    return fuse_fold(models, FOUR, method, scaling="none", parameters={}, seed=0)


def accuracy(table, emotions=FOUR):
    tested = table[table["split"] == "test"]
    best = tested[score_columns(emotions)].to_numpy().argmax(axis=1)
    return 100 * (np.array(emotions)[best] == tested["emotion"]).mean()


def test_two_weak_models_that_complete_each_other_fuse_to_a_strong_one(voice, face):
    assert accuracy(voice) < 70
    assert accuracy(face) < 70
    assert accuracy(fuse(voice=voice, face=face)) > 95


def test_logits_may_stand_beside_probabilities(voice, face):
    logits = face.copy()
    logits[score_columns(FOUR)] = 40 * np.log(face[score_columns(FOUR)])
    assert accuracy(fuse(voice=voice, face=logits)) > 95


def test_one_model_alone_is_fused_too(voice):
    fused = fuse(voice=voice)
    assert fused["clip"].tolist() == voice["clip"].tolist()
    assert accuracy(fused) == pytest.approx(accuracy(voice), abs=15)


def test_models_are_joined_by_clip(voice, face):
    fused = fuse(voice=voice, face=face)
    assert fuse(voice=voice, face=face.sort_values("clip")).equals(fused)
    other_order = fuse(voice=voice.sort_values("clip"), face=face)
    pd.testing.assert_frame_equal(
        other_order.set_index("clip").loc[fused["clip"]], fused.set_index("clip"), rtol=1e-3
    )


def test_labels_and_clips_stay_as_they_were(voice, face):
    labels = ["clip", "fold", "split", "emotion"]
    fused = fuse(voice=voice, face=face)
    assert list(fused) == [*labels, *score_columns(FOUR)]
    assert fused[labels].equals(voice[labels].reset_index(drop=True))


def test_test_clips_are_not_learned_from(voice, face):
    before = fuse(voice=voice, face=face)
    is_tested = voice["split"] == "test"
    voice.loc[is_tested, score_columns(FOUR)] = 1e6
    after = fuse(voice=voice, face=face)
    is_training = before["split"] == "train"
    pd.testing.assert_frame_equal(before[is_training], after[is_training])


def test_the_scaling_is_the_one_asked_for(voice, face):
    models = {"voice": voice, "face": face}
    minmax, raw = regression(models), regression(models, scaling="none")
    assert not minmax.posteriors.equals(raw.posteriors)


def test_log_linear_pooling_tells_apart_what_two_models_tell_apart_together(voice, face):
    fused = pooled("log_linear", voice=voice, face=face)
    assert accuracy(fused.posteriors) > 90
    assert max(accuracy(voice), accuracy(face)) < 60
    assert fused.scale == "probability"
    sums = fused.posteriors[score_columns(FOUR)].sum(axis=1)
    assert np.allclose(sums, 1)


def test_a_model_that_guesses_gets_hardly_any_weight(voice, face):
    guess = voice.copy()
    guess.attrs = voice.attrs
    rng = np.random.default_rng(5)
    guess[score_columns(FOUR)] = rng.dirichlet(np.ones(4), size=len(guess))
    weights = pooled("log_linear", voice=voice, face=face, guess=guess).weights
    assert weights["guess"] < 0.2 * min(weights["voice"], weights["face"])


def test_weights_are_learned_from_training_clips_alone(voice, face):
    before = pooled("log_linear", voice=voice, face=face)
    is_tested = voice["split"] == "test"
    voice.loc[is_tested, score_columns(FOUR)] = 0.25
    after = pooled("log_linear", voice=voice, face=face)
    assert before.weights == after.weights


def test_logits_and_their_probabilities_pool_alike(voice, face):
    logits = voice.copy()
    logits[score_columns(FOUR)] = np.log(voice[score_columns(FOUR)]) + 3
    logits.attrs = {"scale": "logit"}
    one = pooled("log_linear", voice=voice, face=face).posteriors[score_columns(FOUR)]
    other = pooled("log_linear", voice=logits, face=face).posteriors[score_columns(FOUR)]
    assert np.allclose(one, other, atol=1e-6)


def test_an_average_is_the_mean_of_the_probabilities(voice, face):
    fused = pooled("average", voice=voice, face=face)
    scores = [t.set_index("clip")[score_columns(FOUR)] for t in (voice, face)]
    found = fused.posteriors.set_index("clip")[score_columns(FOUR)]
    assert np.allclose(found, (scores[0] + scores[1].loc[scores[0].index]) / 2)
    assert fused.weights == {"voice": 0.5, "face": 0.5}


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("clip", "clip-999", "clip-999"),
        ("fold", 3, "another fold of 1 clip"),
        ("split", "test", "another split of 1 clip"),
        ("emotion", "calm", "another emotion of 1 clip"),
    ],
)
def test_models_of_other_clips_or_labels_are_refused_by_name(voice, face, column, value, message):
    face.loc[face["clip"] == "clip-007", column] = value
    with pytest.raises(InputError, match=message) as error:
        fuse(voice=voice, face=face)
    assert "the posteriors of face and of voice" in str(error.value)
    assert "clip-007" in str(error.value)


def test_a_clip_that_a_model_lacks_is_called_missing(voice, face):
    lost = face["clip"].iloc[0]
    with pytest.raises(InputError, match=f"1 clip missing: {lost}, in the posteriors of face"):
        fuse(voice=voice, face=face.iloc[1:])


@pytest.fixture(scope="module")
def published_fusion(real_published):
    """The three published models, fused fold by fold as in the paper."""
    folds = yaml.safe_load(PRESET.read_text(encoding="utf-8"))["folds"]
    clips = read_clips(real_published / CLIPS_FILE, folds)
    fused = []
    for fold in range(len(folds)):
        tables = {
            model: read_published_posteriors(
                model,
                fold,
                {split: real_published / of.path(fold, len(folds), split) for split in SPLITS},
                clips,
                EMOTIONS,
            )
            for model, of in POSTERIORS.items()
        }
        fused.append(regression(tables, EMOTIONS).posteriors)
    return fused


@pytest.mark.realdata
def test_the_fusion_of_the_paper(published_fusion):
    found = [accuracy(fused, EMOTIONS) for fused in published_fusion]
    assert found == pytest.approx([88.67, 88.67, 84.67, 85.67, 85.83], abs=0.005)
    assert np.mean(found) == pytest.approx(86.70, abs=0.005)


@pytest.mark.realdata
def test_every_clip_is_decided_as_by_the_authors(published_fusion, real_published):
    agreeing = 0
    for fold, fused in enumerate(published_fusion):
        path = real_published / f"posteriors/Fusion/posteriors/test_fold{fold}.csv"
        theirs = pd.read_csv(path, sep=";").set_index("video_name").filter(like="embs")
        ours = fused[fused["split"] == "test"].set_index("clip")[score_columns(EMOTIONS)]
        assert sorted(ours.index) == sorted(theirs.index)
        theirs = theirs.loc[ours.index].to_numpy()
        assert np.abs(ours.to_numpy() - theirs).max() < 0.02
        agreeing += (ours.to_numpy().argmax(axis=1) == theirs.argmax(axis=1)).sum()
    assert agreeing == 1440
