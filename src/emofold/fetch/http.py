"""Downloads that resume, retry, and count only when their content is right."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests

from emofold import __version__
from emofold.errors import InputError, counted
from emofold.fetch.progress import Progress
from emofold.fetch.retry import (
    ATTEMPTS,
    TIMEOUT_SECONDS,
    TROUBLE,
    InterruptedDownloadError,
    Patience,
    raise_if_passing,
)
from emofold.files import checksum

logger = logging.getLogger(__name__)

NAMES = {"sha256": "SHA-256", "md5": "MD5"}
NOT_IT = "see what is at that address, or name a local copy as the source"
PATIENCE = Patience()
CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(?:(\d+)|\*)")


@dataclass(frozen=True)
class Content:
    """What is known of a file before it comes.

    Attributes
    ----------
    checksum
        Its checksum; None where its publisher gives none.
    kind
        What that is: ``sha256``, or ``md5`` where the publisher gives no better one.
    size
        Its bytes, if they are known.
    """

    checksum: str | None = None
    kind: str = "sha256"
    size: int | None = None

    def is_in(self, file: Path) -> bool:
        """Return whether a file is there and has the content, as far as that is known."""
        return (
            file.is_file()
            and self.size in (None, file.stat().st_size)
            and self.checksum in (None, checksum(file, self.kind))
        )


def download_all(
    base_url: str,
    checksums: Mapping[str, str],
    folder: Path,
    first_wait_seconds: float = 1.0,
    *,
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
        The SHA-256 of each file, by its path below `base_url` and below `folder`.
    folder
        Where the files go.
    first_wait_seconds, attempts, connect_seconds
        How much is put up with, see :class:`~emofold.fetch.retry.Patience`.

    Raises
    ------
    InputError
        When a file cannot be had, or has another content than it should.
    """
    patience = Patience(first_wait_seconds, attempts, connect_seconds)
    parts = {path: _part_of(folder / path) for path in checksums}
    with open_session() as session:
        for path, part in parts.items():
            url = f"{base_url.rstrip('/')}/{quote(path)}"
            _bring(session, url, part, Content(checksums[path]), patience)
    for path, part in parts.items():
        part.replace(folder / path)


def download(url: str, target: Path, content: Content, patience: Patience = PATIENCE) -> None:
    """Download one file, as :func:`download_all` does.

    Raises
    ------
    InputError
        When it cannot be had, or has another content than it should.
    """
    part = _part_of(target)
    with open_session() as session:
        _bring(session, url, part, content, patience)
    part.replace(target)


def open_session() -> requests.Session:
    """Return a session that takes files as they are, and tells servers who asks."""
    session = requests.Session()
    session.headers["Accept-Encoding"] = "identity"
    session.headers["User-Agent"] = f"emofold/{__version__} {requests.utils.default_user_agent()}"
    return session


def size_here(target: Path) -> int:
    """Return how many bytes of a file have come so far."""
    return max(_size(target), _size(_part_of(target)))


def _part_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


def _name(part: Path) -> str:
    return part.name.removesuffix(".part")


def _bring(
    session: requests.Session, url: str, part: Path, content: Content, patience: Patience
) -> None:
    if content.checksum is None or not content.is_in(part):
        is_continued = _fetch(session, url, part, content, patience)
        if is_continued and not content.is_in(part):
            logger.warning("what was left of %s is of another file: fetched anew", _name(part))
            part.unlink()
            _fetch(session, url, part, content, patience)
        _check_or_discard(part, content, url)
    logger.info("%s: %d bytes", _name(part), _size(part))


def _fetch(
    session: requests.Session, url: str, part: Path, content: Content, patience: Patience
) -> bool:
    """Ask until the file is whole; give up only when several attempts in a row brought nothing.

    Returns
    -------
    bool
        Whether it continues what was there before.
    """
    part.parent.mkdir(parents=True, exist_ok=True)
    was_there = _size(part) > 0
    while True:
        had = _size(part)
        try:
            retrying = patience.retrying()
            return (
                retrying(_append, session, url, part, content.size, patience.timeout) and was_there
            )
        except TROUBLE as error:
            if _size(part) <= had:
                tried = counted(patience.attempts, "attempt")
                raise InputError(
                    f"no complete answer from {url} in {tried} ({error})",
                    "the file",
                    "check the network and run the same command again, which goes on where this "
                    "one stopped, or name a local copy as the source",
                ) from error


def _append(
    session: requests.Session,
    url: str,
    part: Path,
    size: int | None,
    timeout: tuple[float, float],
) -> bool:
    """Ask for what is missing of a file, and append it; return whether what was there is kept."""
    have = _size(part)
    headers = {"Range": f"bytes={have}-"} if have else {}
    with session.get(url, headers=headers, stream=True, timeout=timeout) as response:
        raise_if_passing(response)
        begin, whole = _range_of(response)
        if response.status_code == requests.codes.requested_range_not_satisfiable:
            if have == whole:
                return True
            part.unlink()
            raise InterruptedDownloadError("the part on disk is longer than the file")
        if not response.ok:
            raise InputError(
                f"status {response.status_code} for {url}",
                "the file",
                "check the source in the config and the commit in the manifest",
            )
        resumed = response.status_code == requests.codes.partial_content
        if resumed and begin not in (None, have):
            part.unlink(missing_ok=True)
            raise InterruptedDownloadError(f"asked for bytes from {have} on, {begin} came")
        have = have if resumed else 0
        declared = response.headers.get("Content-Length")
        total = have + int(declared) if declared else None
        if size is not None and total is not None and total != size:
            if resumed:
                part.unlink(missing_ok=True)
            raise InputError(f"{total} bytes at {url}", f"the file of {size} bytes", NOT_IT)
        name = _name(part)
        with part.open("ab" if resumed else "wb") as file, Progress(name, have, total) as progress:
            for block in response.iter_content(1 << 16):
                file.write(block)
                progress.add(len(block))
    if total is not None and _size(part) < total:
        raise InterruptedDownloadError(f"{_size(part)} of {total} bytes came")
    return resumed


def _range_of(response: requests.Response) -> tuple[int | None, int | None]:
    """Return at which byte an answer begins, and how many the file has, if it says so."""
    found = CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
    begin, whole = found.groups() if found else (None, None)
    return (int(begin) if begin else None), (int(whole) if whole else None)


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _check_or_discard(part: Path, content: Content, url: str) -> None:
    if content.is_in(part):
        return
    size = _size(part)
    found = f"{size} bytes"
    expected = f"the file of {content.size} bytes"
    if content.checksum is not None:
        name = NAMES[content.kind]
        found = f"{size} bytes with the {name} {checksum(part, content.kind)}"
        expected = f"the content whose {name} is {content.checksum}"
    part.unlink()
    raise InputError(f"{found} at {url}", expected, NOT_IT)
