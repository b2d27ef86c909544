"""The seal of a table's file: the checksum of all its bytes, which stands among them.

Page checksums of parquet cover the values of a table, but neither its footer nor its metadata. The
seal covers every byte, and is compared before anything else looks at the file. It has a key of its
own in the footer; for the checksum, zeros stand in its place.
"""

import hashlib
from pathlib import Path

KEY = b"emofold-seal"
BLANK = b"0" * hashlib.sha256().digest_size * 2
BEFORE = KEY + b"\x18@"  # as parquet writes it: a field of bytes follows, 64 of them


def seal(path: Path) -> None:
    """Put the checksum of a file where its footer has zeros for it."""
    content = path.read_bytes()
    start = content.rindex(BEFORE + BLANK) + len(BEFORE)
    with path.open("r+b") as file:
        file.seek(start)
        file.write(hashlib.sha256(content).hexdigest().encode())


def is_sealed(content: bytes) -> bool:
    """Return whether a file was sealed once, be it intact or not."""
    return KEY in content


def is_intact(content: bytes) -> bool:
    """Return whether the content of a sealed file is what was sealed."""
    start = content.rfind(BEFORE) + len(BEFORE)
    end = start + len(BLANK)
    blank = hashlib.sha256(content[:start])
    blank.update(BLANK)
    blank.update(content[end:])
    return blank.hexdigest().encode() == content[start:end]
