"""Proxies are five times the mean of a blendshape's left and right."""

import pytest

from emofold.face.blendshapes import BLENDSHAPES_OF, UNRELIABLE, WEAK, compute_proxies
from emofold.face.schemas import AU_INTENSITIES


def scores(**given):
    return {name: 0.0 for names in BLENDSHAPES_OF.values() for name in names} | given


def test_every_intensity_has_a_proxy_and_no_presence_has_one():
    assert tuple(compute_proxies(scores())) == AU_INTENSITIES
    assert set(WEAK + UNRELIABLE) < set(AU_INTENSITIES)
    assert not set(WEAK) & set(UNRELIABLE)


def test_a_face_at_rest_is_0_and_a_full_score_is_5():
    assert set(compute_proxies(scores()).values()) == {0.0}
    assert set(compute_proxies(dict.fromkeys(scores(), 1.0)).values()) == {5.0}


def test_left_and_right_are_averaged():
    found = compute_proxies(scores(mouthSmileLeft=0.2, mouthSmileRight=0.6, jawOpen=0.5))
    assert found["AU12_r"] == pytest.approx(5 * 0.4)
    assert found["AU26_r"] == pytest.approx(5 * 0.5)
    assert sum(found.values()) == pytest.approx(2.0 + 2.5)
