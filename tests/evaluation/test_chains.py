"""A whole nested chain on emotions that are shuffled within each speaker."""

import numpy as np
import pandas as pd
import pytest

from emofold.evaluation.chains import Chain, Member, shuffle_emotions
from emofold.evaluation.decisions import decide
from emofold.evaluation.metrics import fold_metrics
from emofold.fusion import fuse_fold
from emofold.models.candidates import list_candidates
from emofold.models.nested import Trainings

EMOTIONS = ["calm", "happy", "sad"]
CLASSIFIER = {
    **{"classifier": "nearest_centroid", "scaling": "none", "layers": "all"},
    **{"parameters": {}, "param_grid": {"scaling": ["none", "minmax"]}},
}
LOG_LINEAR = {"method": "log_linear", "scaling": "none", "parameters": {}}
FUSIONS = {
    "log_linear": LOG_LINEAR,
    "average": {**LOG_LINEAR, "method": "average"},
    "logistic_regression": {
        **{"method": "logistic_regression", "scaling": "minmax", "parameters": {"C": 1.0}}
    },
}


@pytest.fixture
def clips():
    """Nine clips of each of seven speakers, in four folds, of which the last has only one."""
    return pd.DataFrame(
        [
            (f"{speaker}-{emotion}-{take}", f"s{speaker}", emotion, speaker % 4)
            for speaker in range(7)
            for emotion in EMOTIONS
            for take in range(3)
        ],
        columns=["clip", "speaker", "emotion", "fold"],
    )


def told_by(clips, emotion, seed):
    """A member whose first feature tells one emotion from the others, in an order of its own."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(len(clips), 4))
    values[:, 0] += 4 * (clips["emotion"] == emotion)
    features = pd.DataFrame(values, index=pd.Index(clips["clip"], name="clip"))
    return Member(features.sample(frac=1, random_state=seed), "none", False, CLASSIFIER)


@pytest.fixture
def members(clips):
    return {"voice": told_by(clips, "sad", seed=1), "face": told_by(clips, "happy", seed=2)}


def accuracy(members, clips, fusion=LOG_LINEAR, seed=1):
    return Chain(members, fusion, clips, EMOTIONS, seed=seed, threads=1).mean_accuracy()


def uneven():
    """Speakers with unequally many clips of each emotion, one after another in turn."""
    clips = pd.DataFrame(
        {
            "speaker": np.resize(["Ada", "Bob", "Bob", "Cleo"], 60),
            "emotion": np.resize(["calm", "sad", "sad", "happy", "calm"], 60),
        },
        index=range(100, 160),
    )
    return clips.assign(clip=[f"clip-{number}" for number in range(60)])


def test_each_speaker_keeps_as_many_clips_of_each_emotion():
    clips = uneven()
    shuffled = shuffle_emotions(clips, 0, seed=1)
    counts = pd.crosstab(clips["speaker"], clips["emotion"])
    assert counts.nunique(axis="columns").max() > 1
    assert pd.crosstab(shuffled["speaker"], shuffled["emotion"]).equals(counts)
    assert (shuffled["emotion"] != clips["emotion"]).mean() > 0.3


def test_nothing_but_the_emotions_is_shuffled():
    clips = uneven()
    before = clips.copy()
    shuffled = shuffle_emotions(clips, 0, seed=1)
    assert clips.equals(before)
    others = ["clip", "speaker"]
    assert shuffled[others].equals(clips[others])


def test_draws_and_seeds_differ_and_can_be_repeated():
    drawn = [
        tuple(shuffle_emotions(uneven(), draw, seed)["emotion"])
        for draw, seed in [(0, 1), (1, 1), (2, 1), (0, 2), (1, 0)]
    ]
    assert len(set(drawn)) == len(drawn)
    assert tuple(shuffle_emotions(uneven(), 1, seed=1)["emotion"]) == drawn[1]


def test_each_speaker_is_shuffled_in_another_way():
    clips = pd.DataFrame({"speaker": ["Ada"] * 20 + ["Bob"] * 20, "emotion": EMOTIONS[:2] * 20})
    shuffled = shuffle_emotions(clips, 0, seed=1)["emotion"].to_numpy()
    assert shuffled[:20].tolist() != shuffled[20:].tolist()


def test_true_emotions_are_found_and_shuffled_ones_are_not(members, clips):
    assert accuracy(members, clips) > 85
    on_shuffled = [accuracy(members, shuffle_emotions(clips, draw, seed=3)) for draw in range(3)]
    assert len(set(on_shuffled)) > 1
    assert np.mean(on_shuffled) == pytest.approx(100 / 3, abs=12)


def test_a_fusion_needs_both_of_its_members(members, clips):
    alone = [accuracy({name: member}, clips) for name, member in members.items()]
    assert max(alone) < 75 < accuracy(members, clips)


@pytest.mark.parametrize("method", FUSIONS)
def test_the_accuracy_is_that_of_the_chain_of_the_workflow(members, clips, method):
    clips = shuffle_emotions(clips, 0, seed=3)
    trainings = {
        name: Trainings(
            member.features, clips, EMOTIONS, member.normalise_by, member.shrink, seed=1
        )
        for name, member in members.items()
    }
    folds = []
    for fold in range(4):
        tables = {}
        for name, training in trainings.items():
            tables[name], scale, _ = training.nested(fold, list_candidates(**CLASSIFIER))
            tables[name].attrs["scale"] = scale
        fused = fuse_fold(tables, EMOTIONS, **FUSIONS[method], seed=1)
        fused.posteriors.attrs.update(
            scale=fused.scale,
            kind="fusion",
            modality="speech+face",
            protocol="nested",
            normalised_by="none",
        )
        folds.append(fused.posteriors)
    by_fold = fold_metrics(decide("fused", folds, clips, EMOTIONS), 0.95)
    found = accuracy(members, clips, FUSIONS[method])
    assert found == pytest.approx(by_fold["accuracy"].mean())


def test_members_are_normalised_by_speaker_as_they_ask(clips):
    member = told_by(clips, "sad", seed=1)
    offset = clips.set_index("clip")["speaker"].map(lambda name: 50.0 * (-1) ** int(name[1:]))
    shifted = member.features.add(offset.loc[member.features.index], axis="index")
    plain, normalised = (
        accuracy({"voice": Member(shifted, normalise_by, False, CLASSIFIER)}, clips)
        for normalise_by in ("none", "speaker")
    )
    assert normalised > plain + 10
