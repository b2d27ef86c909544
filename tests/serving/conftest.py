"""A server with the small bundle's voice, and recordings to send."""

import pytest

import recordings
import small_bundle
from emofold.prediction.bundle import Bundle
from serving_here import serving

VOICE = {"speech": small_bundle.SYSTEMS["speech"]}


@pytest.fixture(scope="session")
def bundle(tmp_path_factory):
    """A bundle that listens to the voice alone, which needs no face."""
    folder = small_bundle.make_bundle(tmp_path_factory.mktemp("bundle") / "voice", VOICE)
    return Bundle.load(folder)


@pytest.fixture(scope="session")
def loud(tmp_path_factory):
    """Three seconds of noise, which the bundle takes for happy."""
    return small_bundle.sound(tmp_path_factory.mktemp("loud") / "Größe & <b>.wav", "happy", 3.0)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    """What a browser records: a webm that does not say how long it lasts."""
    folder = tmp_path_factory.mktemp("recorded")
    return recordings.live_webm(folder / "recording.webm", small_bundle.noise("happy", 3.0))


@pytest.fixture
def server(bundle, tmp_path):
    """A server that answers one recording after another."""
    with serving(bundle, tmp_path) as served:
        yield served


@pytest.fixture
def idle(bundle, tmp_path):
    """A server that answers when the test says so, and lets two wait."""
    with serving(bundle, tmp_path, is_at_work=False, most_waiting=2) as served:
        yield served
