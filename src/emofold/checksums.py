"""Checksums of files, and the check that a file is the one that was meant."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from emofold.errors import InputError


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
