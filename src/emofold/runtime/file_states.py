"""The state of files, by which a plan sees that they are no longer those that were read."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def state_of(paths: Iterable[str]) -> str:
    """Return a digest of what a folder's listing shows of files: path, size and date of each.

    Another date counts, be it newer or older: files that were swapped, or replaced by copies that
    kept their dates, have another state. What cannot be looked at is a state too. The order of the
    paths does not count.

    Examples
    --------
    >>> state_of(["absent.mp4", "gone.mp4"]) == state_of(["gone.mp4", "absent.mp4"])
    True
    """
    digest = hashlib.sha256()
    for path in sorted(set(paths)):
        digest.update(repr((path, *_size_and_date(path))).encode("utf-8", "backslashreplace"))
    return digest.hexdigest()[:16]


def _size_and_date(path: str) -> tuple[int, ...]:
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return ()
    return status.st_size, status.st_mtime_ns
