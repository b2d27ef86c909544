"""Bundles for the tests of predictions."""

import pytest

import small_bundle
from emofold.prediction.bundle import Bundle


@pytest.fixture(scope="session")
def bundle_folder(tmp_path_factory):
    """The folder of the small bundle, which tests leave as it is."""
    return small_bundle.make_bundle(tmp_path_factory.mktemp("bundle") / "Größe & zwei Wörter")


@pytest.fixture
def bundle(bundle_folder):
    """The small bundle."""
    return Bundle.load(bundle_folder)
