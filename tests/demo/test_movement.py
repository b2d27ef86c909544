"""How a face moves through a clip."""

import numpy as np
import pytest

from emofold.demo.movement import WIDEST, move
from emofold.demo.voice import STEPS_PER_SECOND

FRAMES_PER_SECOND = 20
SILENT = np.zeros(int(2 * STEPS_PER_SECOND))
SPEAKING = np.where(np.arange(len(SILENT)) % 40 < 20, 0.8, 0.0)


def moved(expression, opening=SILENT, seed=0):
    return move(expression, opening, FRAMES_PER_SECOND, np.random.default_rng(seed))


def test_the_expression_comes_and_goes_with_its_apex_in_the_middle():
    smile = moved({"lip corner puller": 0.8}).actions["lip corner puller"]
    assert len(smile) == 40
    assert smile[20] == smile.max() == pytest.approx(0.8)
    assert smile[0] < 0.05
    assert smile[-1] < 0.5 * smile[20]
    assert np.abs(np.diff(smile)).max() < 0.2


def test_speech_moves_the_jaw_and_not_the_brows():
    silent, speaking = moved({}), moved({}, SPEAKING)
    assert speaking.actions["jaw drop"].max() > silent.actions["jaw drop"].max() + 0.2
    assert np.array_equal(
        speaking.actions["inner brow raiser"], silent.actions["inner brow raiser"]
    )


def test_no_mouth_opens_wider_than_mouths_do():
    assert moved({"jaw drop": 1.3}, SPEAKING).actions["jaw drop"].max() == WIDEST


def test_faces_blink_but_not_at_the_apex():
    lids = np.array([moved({}, seed=seed).lids for seed in range(60)])
    assert 0.3 < np.mean(lids.max(axis=1) > 0.8) < 0.95
    assert lids[:, 19:21].max() < 0.05


def test_heads_move_little_and_smoothly():
    heads = np.array([moved({}, seed=seed).head for seed in range(20)])
    assert np.abs(heads[..., :2]).max() < 10
    assert 0.1 < np.abs(heads[..., 0]).mean() < 3
    assert np.abs(np.diff(heads[..., :2], axis=1)).max() < 1.5
