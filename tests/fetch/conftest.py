"""Servers on loopback are asked directly, and nobody waits for them."""

import pytest

from emofold.fetch.http import RETRY


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def waits():
    """The seconds that are waited between attempts, without waiting."""
    return []


@pytest.fixture
def retry(waits):
    return RETRY.copy(sleep=waits.append)
