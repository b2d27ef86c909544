"""Files: written whole or not at all, and known by their checksums."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from emofold.errors import InputError


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, and move it there once the block has ended well.

    What an earlier, killed writer of the same path left behind is removed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    own_partial = re.compile(rf"\.{re.escape(path.name)}\.\d+\.partial")
    for debris in path.parent.iterdir():
        if own_partial.fullmatch(debris.name):
            debris.unlink(missing_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def weights_file(path: Path) -> Iterator[Path]:
    """Do the same for a file of safetensors, which gets the rights of other files.

    safetensors lets nobody else read what it writes, and has an error of its own for a full disk.
    """
    from safetensors import SafetensorError  # noqa: PLC0415

    with atomic_write(path) as partial:
        partial.touch()
        rights = partial.stat().st_mode
        try:
            yield partial
        except SafetensorError as error:
            raise OSError(f"{path} cannot be written: {error}") from error
        partial.chmod(rights)


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
