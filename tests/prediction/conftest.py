"""Bundles and a page for the tests of predictions."""

import pytest

import recordings
import small_bundle
from emofold.prediction.bundle import Bundle
from one_page import some_page, write_page


@pytest.fixture(scope="session")
def bundle_folder(tmp_path_factory):
    """The folder of the small bundle, which tests leave as it is."""
    return small_bundle.make_bundle(tmp_path_factory.mktemp("bundle") / "Größe & zwei Wörter")


@pytest.fixture
def bundle(bundle_folder):
    """The small bundle."""
    return Bundle.load(bundle_folder)


@pytest.fixture(scope="session")
def recording(tmp_path_factory):
    """A recording with pictures and sound."""
    return recordings.good(tmp_path_factory.mktemp("good") / "clip.mp4")


@pytest.fixture(scope="session")
def written(recording, tmp_path_factory):
    """The page about the recording."""
    path = tmp_path_factory.mktemp("page with a space") / "Ärger.html"
    write_page(some_page(), path, recording)
    return path
