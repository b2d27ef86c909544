"""Downloads that resume, retry, and count only when their content is right."""

import logging
import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests
import tenacity
from tqdm import tqdm

from emofold.errors import InputError, counted
from emofold.fetch.http import RETRY, TIMEOUT, Session, check_status, may_pass
from emofold.files import checksum

logger = logging.getLogger(__name__)

ALGORITHMS = {"sha256": "SHA-256", "md5": "MD5"}
MOST_BYTES = 4 * 1024**3  # of a file whose size nobody knows before
LOG_INTERVAL = 10.0
BAR_DELAY = 2.0
USE_A_COPY = "see what is at that address, or name a local copy as the source"


@dataclass(frozen=True)
class Content:
    """What is known of a file before it comes.

    Attributes
    ----------
    checksum
        Its checksum; None where its publisher gives none.
    algorithm
        ``sha256``, or ``md5`` where the publisher gives no better checksum.
    size
        Its bytes, if they are known.
    """

    checksum: str | None = None
    algorithm: str = "sha256"
    size: int | None = None

    def is_in(self, file: Path) -> bool:
        """Return whether a file is there and has the content, as far as that is known."""
        return (
            file.is_file()
            and self.size in (None, file.stat().st_size)
            and self.checksum in (None, checksum(file, self.algorithm))
        )


def download(
    base_url: str,
    files: Mapping[str, Content],
    folder: Path,
    retry: tenacity.Retrying = RETRY,
    connect_timeout: float = TIMEOUT,
) -> None:
    """Download files into a folder: all of them, or none.

    Until every file is whole, what has come so far stays beside its target as ``….part``, and the
    next call goes on from there.

    Parameters
    ----------
    base_url
        Where the files are below.
    files
        What is known of each file, by its path below `base_url` and below `folder`.
    folder
        Where the files go.
    retry
        When to ask again, and when to give up.
    connect_timeout
        The seconds that each address of the server may take to accept a connection.

    Raises
    ------
    InputError
        When a file cannot be had, or has another content than it should.
    """
    parts = {path: _part_of(folder / path) for path in files}
    with Session(connect_timeout) as session:
        for path, part in parts.items():
            url = f"{base_url.rstrip('/')}/{quote(path)}"
            _complete(session, url, part, files[path], retry)
    for path, part in parts.items():
        part.replace(folder / path)


def measure_download(target: Path) -> int:
    """Return how many bytes of a file have come so far."""
    return max(_size(target), _size(_part_of(target)))


def _part_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.part")


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _complete(
    session: Session, url: str, part: Path, content: Content, retry: tenacity.Retrying
) -> None:
    """Fetch what is missing of a file, and all of it where what was there is of another file."""
    if content.checksum is None or not content.is_in(part):
        is_continued = _fetch(session, url, part, content.size, retry)
        if is_continued and not content.is_in(part):
            logger.warning("what was left of %s is of another file: fetched anew", part.stem)
            part.unlink()
            _fetch(session, url, part, content.size, retry)
        _check_or_discard(part, content, url)
    logger.info("%s: %d bytes", part.stem, _size(part))


def _fetch(
    session: Session, url: str, part: Path, size: int | None, retry: tenacity.Retrying
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
            return retry(_append, session, url, part, size) and was_there
        except requests.RequestException as error:
            if not may_pass(error):
                raise InputError(
                    f"{error} for {url}",
                    "the file",
                    "check the source in the config and the commit in the manifest",
                ) from error
            if _size(part) <= had:
                attempts = counted(retry.statistics["attempt_number"], "attempt")
                raise InputError(
                    f"no complete answer from {url} in {attempts} ({error})",
                    "the file",
                    "check the network and run the same command again, which goes on where this "
                    "one stopped, or name a local copy as the source",
                ) from error


def _append(session: Session, url: str, part: Path, size: int | None) -> bool:
    """Ask for what is missing of a file, and append it; return whether what was there is kept."""
    have = _size(part)
    with session.ask(url, have) as response:
        # "bytes 500-999/1000", or "bytes */1000" where there is nothing from that byte on
        came = response.headers.get("Content-Range", "").removeprefix("bytes ")
        _, _, whole = came.partition("/")
        is_beyond = response.status_code == requests.codes.requested_range_not_satisfiable
        is_resumed = response.status_code == requests.codes.partial_content
        if is_beyond and came == f"*/{have}":
            return True
        if is_beyond or (is_resumed and came and not came.startswith(f"{have}-")):
            part.unlink(missing_ok=True)
            raise requests.ConnectionError(f"asked for the bytes from {have} on, {came} came")
        check_status(response)
        start = have if is_resumed else 0
        # None where the server declares no length, or one that is no number
        length = response.raw.length_remaining
        total = size if length is None else start + length
        if is_resumed and whole.isdecimal():
            total = int(whole)
        if size not in (None, total) or (size is None and (total or 0) > MOST_BYTES):
            if is_resumed:
                part.unlink()
            wanted = f"at most {MOST_BYTES} bytes" if size is None else f"the file of {size} bytes"
            raise InputError(f"{total} bytes at {url}", wanted, USE_A_COPY)
        _write(response, part, start, total)
    if size is None and _size(part) > MOST_BYTES:
        part.unlink()
        raise InputError(f"no end after {MOST_BYTES} bytes at {url}", "a smaller file", USE_A_COPY)
    return is_resumed


def _write(response: requests.Response, part: Path, start: int, total: int | None) -> None:
    """Write an answer from a byte on; stop where more than the whole file comes, or may come."""
    blocks = report_progress(response.iter_content(1 << 16), part.stem, start, total)
    with part.open("ab" if start else "wb") as file, closing(blocks):
        for block in blocks:
            file.write(block)
            if file.tell() > (MOST_BYTES if total is None else total):
                break
    if total is not None and _size(part) < total:
        raise requests.ConnectionError(f"{_size(part)} of {total} bytes came")


def report_progress(
    blocks: Iterable[bytes], name: str, start: int, total: int | None
) -> Generator[bytes]:
    """Yield what comes of a file from a byte on, under a bar on a terminal and logged at times."""
    options = {"initial": start, "unit": "B", "unit_scale": True}
    have, began = start, time.monotonic()
    last_line = began
    with tqdm(desc=name, total=total, delay=BAR_DELAY, leave=False, disable=None, **options) as bar:
        for block in blocks:
            yield block
            have += len(block)
            bar.update(len(block))
            now = time.monotonic()
            if now - last_line >= LOG_INTERVAL:
                last_line = now
                logger.info(tqdm.format_meter(have, total, now - began, 0, name, **options))


def _check_or_discard(part: Path, content: Content, url: str) -> None:
    if content.is_in(part):
        return
    found, expected = f"{_size(part)} bytes", f"the file of {content.size} bytes"
    if content.checksum is not None:
        algorithm = ALGORITHMS[content.algorithm]
        found += f" with the {algorithm} {checksum(part, content.algorithm)}"
        expected = f"the content whose {algorithm} is {content.checksum}"
    part.unlink()
    raise InputError(f"{found} at {url}", expected, USE_A_COPY)
