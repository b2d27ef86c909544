"""Files: written whole or not at all, and known by their checksums."""

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from emofold.errors import InputError

SIGNS_OF_FORMULAS = ("=", "+", "-", "@")
ZOMBIE = "Z"


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, and move it there once the block has ended well.

    The file gets the mode of any new file, whatever wrote it. What an earlier, killed writer of the
    same path left behind is removed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_debris(path)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        mode = _find_mode(partial)
        yield partial
        partial.chmod(mode)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _remove_debris(path: Path) -> None:
    own_partial = re.compile(rf"\.{re.escape(path.name)}\.(\d+)\.partial")
    for file in path.parent.iterdir():
        if (found := own_partial.fullmatch(file.name)) and not _is_running(int(found[1])):
            file.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    if process == os.getpid():
        return False  # it begins anew
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # of another user
        return True
    with suppress(OSError):  # where there is no /proc
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        return state.split()[0] != ZOMBIE
    return True


def _find_mode(path: Path) -> int:
    """Return the mode that a new file at a path has; some writers give theirs another."""
    path.touch()
    mode = stat.S_IMODE(path.stat().st_mode)
    path.unlink()
    return mode


def find_flaw_of_file(path: Path) -> str | None:
    """Return why a path cannot be read as a file; None if it can."""
    try:
        if not path.is_file():
            return f"no file {path}"
    except (OSError, ValueError) as error:
        return f"{path}, which cannot be read ({getattr(error, 'strerror', error)})"
    if not os.access(path, os.R_OK):
        return f"{path}, which cannot be read ({os.strerror(errno.EACCES)})"
    return None


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet takes the text of a cell for a formula.

    Examples
    --------
    >>> is_formula("=1+1"), is_formula("-1.5"), is_formula("anna")
    (True, False, False)
    """
    if not cell.lstrip().startswith(SIGNS_OF_FORMULAS):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content, as hexadecimal digits."""
    return checksum(path, "sha256")


def checksum(path: Path, kind: str) -> str:
    """Return the checksum of a file's content: the kind is ``sha256`` or ``md5``."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()


def check_all(checksums: Mapping[str, str]) -> None:
    """Raise an :class:`InputError` unless each file, by its path, has its SHA-256."""
    for path, expected in checksums.items():
        check_sha256(Path(path), expected, "take the file anew from where it was published")


def check_sha256(path: Path, expected: str, remedy: str) -> None:
    """Raise an :class:`InputError` unless the file's content has the expected SHA-256."""
    if not path.is_file():
        raise InputError(f"no file {path}", "a file to check", remedy)
    found = sha256(path)
    if found != expected:
        raise InputError(
            f"{path} ({path.stat().st_size} bytes) with the SHA-256 {found}",
            f"the content whose SHA-256 is {expected}",
            remedy,
        )
