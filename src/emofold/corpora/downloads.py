"""Downloads that resume, retry, and count only when their checksum is right."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests
import tenacity

from emofold.checksums import checksum
from emofold.errors import InputError, counted

logger = logging.getLogger(__name__)

ATTEMPTS = 6
TIMEOUT_SECONDS = 60
NAMES = {"sha256": "SHA-256", "md5": "MD5"}
RETRIED_STATUS = {408, 425, 429, 500, 502, 503, 504}


class InterruptedDownloadError(Exception):
    """A download stopped on the way; another attempt may go on from there."""


@dataclass(frozen=True)
class _Patience:
    first_wait_seconds: float
    attempts: int
    connect_seconds: float


TROUBLE = (InterruptedDownloadError, requests.RequestException)


def download_all(
    base_url: str,
    checksums: Mapping[str, str],
    folder: Path,
    first_wait_seconds: float = 1.0,
    *,
    kind: str = "sha256",
    attempts: int = ATTEMPTS,
    connect_seconds: float = TIMEOUT_SECONDS,
) -> None:
    """Download files into a folder: all of them, or none.

    Until every file is whole, what has come so far stays beside its target as ``….part``, and the
    next call goes on from there.

    Parameters
    ----------
    base_url
        Where the files are below.
    checksums
        The checksum of each file, by its path below `base_url` and below `folder`.
    folder
        Where the files go.
    first_wait_seconds
        The pause before the first retry; it doubles with each.
    kind
        What the checksums are: ``sha256``, or ``md5`` where the publisher gives no better one.
    attempts
        How many attempts in a row may bring nothing.
    connect_seconds
        How long each address of the server may take to accept a connection.

    Raises
    ------
    InputError
        When a file cannot be had, or has another content than it should.
    """
    patience = _Patience(first_wait_seconds, attempts, connect_seconds)
    parts = {path: folder / f"{path}.part" for path in checksums}
    with requests.Session() as session:
        session.headers["Accept-Encoding"] = "identity"
        for path, part in parts.items():
            url = f"{base_url.rstrip('/')}/{quote(path)}"
            if not (part.is_file() and checksum(part, kind) == checksums[path]):
                _fetch(session, url, part, patience)
                _check_or_discard(part, kind, checksums[path], url)
            logger.info("%s: %d bytes", path, part.stat().st_size)
    for path, part in parts.items():
        part.replace(folder / path)


def _fetch(session: requests.Session, url: str, part: Path, patience: _Patience) -> None:
    """Ask until the file is whole; give up only when several attempts in a row brought nothing."""
    part.parent.mkdir(parents=True, exist_ok=True)
    attempts = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(TROUBLE),
        stop=tenacity.stop_after_attempt(patience.attempts),
        wait=tenacity.wait_exponential(multiplier=patience.first_wait_seconds, max=60),
        before_sleep=tenacity.before_sleep_log(logger, logging.WARNING),
        reraise=True,
    )
    while True:
        had = _size(part)
        try:
            return attempts(_append, session, url, part, patience.connect_seconds)
        except TROUBLE as error:
            if _size(part) <= had:
                tried = counted(patience.attempts, "attempt")
                raise InputError(
                    f"no complete answer from {url} in {tried} ({error})",
                    "the file",
                    "check the network and run the same command again, which goes on where this "
                    "one stopped, or name a local copy as the source",
                ) from error


def _append(session: requests.Session, url: str, part: Path, connect_seconds: float) -> None:
    """Ask for what is missing of a file, and append it."""
    have = _size(part)
    headers = {"Range": f"bytes={have}-"} if have else {}
    timeout = connect_seconds, TIMEOUT_SECONDS
    with session.get(url, headers=headers, stream=True, timeout=timeout) as response:
        if response.status_code in RETRIED_STATUS:
            raise InterruptedDownloadError(f"status {response.status_code}")
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            part.unlink()
            raise InterruptedDownloadError("the part on disk is longer than the file")
        if not response.ok:
            raise InputError(
                f"status {response.status_code} for {url}",
                "the file",
                "check the source in the config and the commit in the manifest",
            )
        resumed = response.status_code == requests.codes.partial_content
        with part.open("ab" if resumed else "wb") as file:
            for block in response.iter_content(1 << 16):
                file.write(block)
        expected = (have if resumed else 0) + int(response.headers.get("Content-Length", 0))
    if part.stat().st_size < expected:
        raise InterruptedDownloadError(f"{part.stat().st_size} of {expected} bytes came")


def _size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0


def _check_or_discard(part: Path, kind: str, expected: str, url: str) -> None:
    found = checksum(part, kind)
    if found != expected:
        size = _size(part)
        part.unlink()
        raise InputError(
            f"{size} bytes with the {NAMES[kind]} {found} at {url}",
            f"the content whose {NAMES[kind]} is {expected}",
            "see what is at that address, or name a local copy as the source",
        )
