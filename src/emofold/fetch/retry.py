"""How long to wait for a server that does not answer as it should, and when to give up."""

import email.utils
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import requests
import tenacity

logger = logging.getLogger(__name__)

ATTEMPTS = 6
TIMEOUT_SECONDS = 60
LONGEST_DOUBLED_WAIT_SECONDS = 60
LONGEST_ASKED_WAIT_SECONDS = 300
RETRIED_STATUS = {408, 425, 429, 500, 502, 503, 504}


class InterruptedDownloadError(Exception):
    """A download stopped on the way; another attempt may go on from there.

    Attributes
    ----------
    wait_seconds
        How long the server asks to be left alone.
    """

    def __init__(self, reason: str, wait_seconds: float = 0.0) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(reason)


TROUBLE = (InterruptedDownloadError, requests.RequestException)


@dataclass(frozen=True)
class Patience:
    """How much is put up with.

    Attributes
    ----------
    first_wait_seconds
        The pause before the first retry; it doubles with each, up to a minute.
    attempts
        How many attempts in a row may bring nothing.
    connect_seconds
        How long each address of the server may take to accept a connection.
    """

    first_wait_seconds: float = 1.0
    attempts: int = ATTEMPTS
    connect_seconds: float = TIMEOUT_SECONDS

    @property
    def timeout(self) -> tuple[float, float]:
        """How long a connection, and then each piece of an answer, may take."""
        return self.connect_seconds, TIMEOUT_SECONDS

    def retrying(self) -> tenacity.Retrying:
        """Return what calls a function again while it meets trouble that may pass."""
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TROUBLE),
            stop=tenacity.stop_after_attempt(self.attempts),
            wait=self._pause,
            before_sleep=tenacity.before_sleep_log(logger, logging.WARNING),
            reraise=True,
        )

    def _pause(self, state: tenacity.RetryCallState) -> float:
        doubled = tenacity.wait_exponential(
            multiplier=self.first_wait_seconds, max=LONGEST_DOUBLED_WAIT_SECONDS
        )
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait_seconds if isinstance(error, InterruptedDownloadError) else 0.0
        return max(doubled(state), min(asked, LONGEST_ASKED_WAIT_SECONDS))


def raise_if_passing(response: requests.Response) -> None:
    """Raise :class:`InterruptedDownloadError` for an answer that may be better another time."""
    if response.status_code in RETRIED_STATUS:
        raise InterruptedDownloadError(
            f"status {response.status_code}", asked_wait(response.headers)
        )


def asked_wait(headers: Mapping[str, str]) -> float:
    """Return the seconds that a server asks to be left alone, by ``Retry-After``.

    Examples
    --------
    >>> asked_wait({"Retry-After": "17"}), asked_wait({}), asked_wait({"Retry-After": "soon"})
    (17.0, 0.0, 0.0)
    """
    given = headers.get("Retry-After", "").strip()
    if given.isdecimal():
        return float(given)
    try:
        when = email.utils.parsedate_to_datetime(given)
    except ValueError:
        return 0.0
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
