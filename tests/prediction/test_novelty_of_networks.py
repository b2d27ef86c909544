"""How new a clip is to a bi-LSTM of a bundle, which softens what it says."""

import numpy as np
import pandas as pd
import pytest
import torch

from emofold.errors import InputError
from emofold.face.schemas import ACTION_UNITS
from emofold.models.novelty import Distribution
from emofold.models.novelty_training import calibrate_states
from emofold.models.sequence.bilstm import BiLSTM
from emofold.models.sequence.model import SequenceModel
from emofold.models.sequence.sequences import fit_scaling, sequences_of
from emofold.prediction.features import Features, Tools
from emofold.prediction.members.networks import SequenceMember
from emofold.prediction.windows import Content

EMOTIONS = ("calm", "happy")
SIZES = {"inputs": len(ACTION_UNITS), "emotions": 2, "hidden_size": 4, "layers": 1}
OTHERS = {"dropout": 0.0, "attention_layers": 1}
KNOWN = 60


def frames_of(clips, shift=0.0, seed=0):
    generator = np.random.default_rng(seed)
    values = generator.normal(1.0 + shift, 0.5, (clips * 8, len(ACTION_UNITS)))
    frames = pd.DataFrame(values, columns=list(ACTION_UNITS))
    frame = np.tile(np.arange(8), clips)
    names = np.repeat([f"{place:03d}" for place in range(clips)], 8)
    known = {"frame": frame, "timestamp": frame / 25, "confidence": 1.0, "success": 1}
    return frames.assign(clip=names, **known)


@pytest.fixture(scope="module")
def member():
    torch.manual_seed(0)
    model = SequenceModel(
        BiLSTM(**SIZES, **OTHERS).eval(),
        {**SIZES, **OTHERS},
        tuple(ACTION_UNITS),
        fit_scaling("none", np.ones((2, len(ACTION_UNITS)))),
        EMOTIONS,
    )
    states = model.predict(sequences_of(frames_of(KNOWN), 0.7))[2].to_numpy("float64")
    novelty = calibrate_states(states, [(states[::2], states[1::2]), (states[1::2], states[::2])])
    return SequenceMember("face/frames/openface", model, 0.7, novelty)


def score(member, frames):
    tools = Tools({}, {"openface": {"min_confidence": 0.7}}, None, 1)
    return member.score(Features(Content(frames={"openface": frames}), tools))


def test_what_moves_otherwise_than_anything_known_is_new_and_softened(member):
    usual = score(member, frames_of(40, seed=1))
    odd = score(member, frames_of(40, shift=-4.0, seed=1))
    clips = [*usual.values.index]
    assert np.median(usual.novelties(clips)) < 1 < np.median(odd.novelties(clips))
    assert (odd.temperatures(clips) > 1).mean() > 0.9


def test_a_member_that_is_read_back_knows_the_same(member, tmp_path):
    row = {"source": member.source, **member.save(tmp_path)}
    assert row["width"] == 8
    again = SequenceMember.load(tmp_path, row, EMOTIONS)
    frames = frames_of(5, seed=2)
    pd.testing.assert_frame_equal(score(again, frames).novelty, score(member, frames).novelty)


def test_a_bundle_of_before_is_read_and_takes_nothing_for_new(member, tmp_path):
    row = {"source": member.source, **member.save(tmp_path)}
    (tmp_path / "novelty.safetensors").unlink()
    del row["width"]
    again = SequenceMember.load(tmp_path, row, EMOTIONS)
    scores = score(again, frames_of(5, shift=-4.0))
    clips = [*scores.values.index]
    assert np.isnan(scores.novelties(clips)).all()
    assert (scores.temperatures(clips) == 1).all()


def test_novelty_of_another_network_is_refused(member):
    other = Distribution.of(np.random.default_rng(0).normal(size=(50, 5)))
    novelty = type(member.novelty)(other, np.array([1]), np.ones((1, 3)))
    strange = SequenceMember(member.source, member.model, 0.7, novelty)
    with pytest.raises(InputError, match="the 5 of which its novelty speaks"):
        score(strange, frames_of(2))
