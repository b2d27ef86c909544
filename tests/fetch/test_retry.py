"""A server that asks to be left alone is left alone, within reason."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from emofold.errors import InputError
from emofold.fetch.http import Content, download
from emofold.fetch.retry import Patience, asked_wait
from faulty_server import serving


@pytest.fixture
def waits(monkeypatch):
    """The seconds that are waited, without waiting."""
    waited = []
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


def bring(folder, plan, **patience):
    with serving({"a.zip": b"an archive"}) as server:
        server.plans["a.zip"] = plan
        download(f"{server.url}/a.zip", folder / "a.zip", Content(), Patience(**patience))


def test_without_advice_the_waits_double_up_to_a_minute(waits, tmp_path):
    bring(tmp_path, [429, 503, 429, 503, 503, 503, 503, 503], attempts=9)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert (tmp_path / "a.zip").read_bytes() == b"an archive"


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_the_server_asks_for_is_kept(waits, tmp_path, status):
    bring(tmp_path, [(status, {"Retry-After": "42"}), status, (status, {"Retry-After": "0"})])
    assert waits == [42, 2, 4]


def test_a_wait_beyond_reason_is_cut_short(waits, tmp_path):
    bring(tmp_path, [(429, {"Retry-After": "86400"})])
    assert waits == [300]


def test_a_server_that_goes_on_asking_is_given_up(waits, tmp_path):
    with pytest.raises(InputError, match=r"in 3 attempts \(status 429\)"):
        bring(tmp_path, [(429, {"Retry-After": "7"})] * 3, attempts=3)
    assert waits == [7, 7]


def test_a_wait_may_be_given_as_a_time():
    in_a_minute = datetime.now(UTC) + timedelta(seconds=60)
    assert 55 < asked_wait({"Retry-After": format_datetime(in_a_minute, usegmt=True)}) <= 60
    assert asked_wait({"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}) == 0
