"""Requests to a server: never less safe than the address given, repeated after passing trouble."""

import email.utils
import logging
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import requests
import tenacity

from emofold import __version__
from emofold.errors import InputError

logger = logging.getLogger(__name__)

TIMEOUT = 60.0
LONGEST_DOUBLED_WAIT = 60.0
LONGEST_ASKED_WAIT = 300.0
PASSING_STATUS = {408, 425, 429, 500, 502, 503, 504}


class Session(requests.Session):
    """A session that takes files as they are, and tells servers who asks.

    Parameters
    ----------
    connect_timeout
        The seconds that each address of the server may take to accept a connection.
    """

    def __init__(self, connect_timeout: float = TIMEOUT) -> None:
        super().__init__()
        self.timeout = connect_timeout, TIMEOUT
        self.headers["Accept-Encoding"] = "identity"
        self.headers["User-Agent"] = f"emofold/{__version__} {requests.utils.default_user_agent()}"

    def ask(self, url: str, start: int = 0) -> requests.Response:
        """Ask for a file from a byte on; the content is yet to be read."""
        headers = {"Range": f"bytes={start}-"} if start else {}
        return self.get(url, headers=headers, stream=True, timeout=self.timeout)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return where an answer redirects to; refuse to leave https, and the web."""
        target = super().get_redirect_target(resp)
        allowed = ("https",) if urlsplit(resp.url).scheme == "https" else ("https", "http")
        if target and _find_scheme(resp.url, target) not in allowed:
            raise InputError(
                f"{resp.url} redirects to {target!r}",
                f"an address that begins with {' or '.join(f'{name}://' for name in allowed)}",
                "see what is at that address, or name a local copy as the source",
            )
        return target


def _find_scheme(base: str, target: str) -> str:
    """Return the scheme of an address that may be relative; none of one that is no address."""
    try:
        return urlsplit(urljoin(base, target)).scheme
    except ValueError:
        return ""


def check_status(response: requests.Response) -> None:
    """Raise :class:`requests.HTTPError` for an answer that is none."""
    if not response.ok:
        raise requests.HTTPError(f"status {response.status_code}", response=response)


def may_pass(error: BaseException) -> bool:
    """Return whether a request that failed may succeed another time."""
    if isinstance(error, requests.HTTPError):
        return error.response.status_code in PASSING_STATUS
    if isinstance(error, ValueError | requests.TooManyRedirects):  # odd addresses and headers
        return False
    return isinstance(error, requests.RequestException)


def choose_wait(state: tenacity.RetryCallState) -> float:
    """Return the seconds until the next attempt: doubled each time, or what the server asks for."""
    doubled = tenacity.wait_exponential(max=LONGEST_DOUBLED_WAIT)(state)
    error = state.outcome.exception() if state.outcome else None
    if not isinstance(error, requests.HTTPError):
        return doubled
    return max(doubled, min(read_retry_after(error.response), LONGEST_ASKED_WAIT))


def read_retry_after(response: requests.Response) -> float:
    """Return the seconds that a server asks to be left alone; 0 where it does not say so."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        end = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return 0.0
    return max(0.0, (end.replace(tzinfo=end.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


RETRY = tenacity.Retrying(
    retry=tenacity.retry_if_exception(may_pass),
    wait=choose_wait,
    stop=tenacity.stop_after_attempt(6),
    before_sleep=tenacity.before_sleep_log(logger, logging.WARNING),
    reraise=True,
)
