"""A server that asks to be left alone is left alone, within reason; https is not left."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
from requests.adapters import HTTPAdapter
from tenacity import stop_after_attempt

from emofold.errors import InputError
from emofold.fetch.download import Content, download
from emofold.fetch.http import Session, read_retry_after
from faulty_server import serving


@pytest.fixture
def bring(tmp_path, retry):
    """Download a file from a server that follows a plan."""

    def bring(plan, attempts=6):
        with serving({"a.zip": b"an archive"}) as server:
            server.plans["a.zip"] = plan
            stopping = retry.copy(stop=stop_after_attempt(attempts))
            download(server.url, {"a.zip": Content()}, tmp_path, stopping)

    return bring


def test_without_advice_the_waits_double_up_to_a_minute(bring, waits, tmp_path):
    bring([429, 503, 429, 503, 503, 503, 503, 503], attempts=9)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert (tmp_path / "a.zip").read_bytes() == b"an archive"


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_the_server_asks_for_is_kept(bring, waits, status):
    bring([(status, {"Retry-After": "42"}), status, (status, {"Retry-After": "0"})])
    assert waits == [42, 2, 4]


def test_a_wait_beyond_reason_is_cut_short(bring, waits):
    bring([(429, {"Retry-After": "86400"})])
    assert waits == [300]


def test_a_server_that_goes_on_asking_is_given_up(bring, waits):
    with pytest.raises(InputError, match=r"in 3 attempts \(status 429\)"):
        bring([(429, {"Retry-After": "7"})] * 3, attempts=3)
    assert waits == [7, 7]


def answer(retry_after):
    response = requests.Response()
    response.headers["Retry-After"] = retry_after
    return response


def test_a_wait_may_be_given_as_a_time():
    in_a_minute = datetime.now(UTC) + timedelta(seconds=60)
    assert 55 < read_retry_after(answer(format_datetime(in_a_minute, usegmt=True))) <= 60
    assert read_retry_after(answer("Fri, 31 Dec 1999 23:59:59 GMT")) == 0


@pytest.mark.parametrize("nonsense", ["soon", "", "-1", "1e9"])
def test_a_wait_that_makes_no_sense_is_none(nonsense):
    assert read_retry_after(answer(nonsense)) == 0


class Encrypted(HTTPAdapter):
    """Talks to the server on loopback under an address that begins with https."""

    def send(self, request, *arguments, **options):
        address = request.url
        request.url = address.replace("https:", "http:")
        response = super().send(request, *arguments, **options)
        request.url = response.url = address
        return response


@pytest.fixture
def redirected():
    """Return the answer to a request that is redirected to a place on the same server."""

    def redirected(scheme, to):
        with serving({"a": b"", "b": b"here"}) as server, Session() as session:
            session.mount("https://", Encrypted())
            server.plans["a"] = [(302, {"Location": to.format(server.server_port)})]
            return session.ask(f"{scheme}://127.0.0.1:{server.server_port}/a").content

    return redirected


@pytest.mark.parametrize("to", ["/b", "b", "//127.0.0.1:{}/b", "https://127.0.0.1:{}/b"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_redirects_that_are_as_safe_are_followed(redirected, scheme, to):
    assert redirected(scheme, to) == b"here"


@pytest.mark.parametrize("to", ["ftp://127.0.0.1/b", "file:///etc/hostname", "http://[::1/b"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_redirects_that_leave_the_web_are_refused(redirected, scheme, to):
    with pytest.raises(InputError, match="redirects to"):
        redirected(scheme, to)


@pytest.mark.parametrize("address", ["ftp://127.0.0.1", "file:///etc", "http://"])
def test_an_address_that_is_none_of_the_web_is_refused_at_once(address, retry, waits, tmp_path):
    with pytest.raises(InputError, match="hostname"):
        download(address, {"hostname": Content()}, tmp_path, retry)
    assert waits == []


def test_a_redirect_from_https_to_http_is_refused(redirected):
    with pytest.raises(InputError, match=r"https://.*/a redirects to 'http://.*/b'"):
        redirected("https", "http://127.0.0.1:{}/b")
