"""The text of a csv file, or what the file is instead."""

import codecs
from pathlib import Path

from emofold.errors import InputError

IN_UTF8 = "save it as csv in UTF-8"
AS_CSV = "export it as csv in UTF-8"
OPENINGS = {
    b"version https://git-lfs.github.com/": (
        "a Git LFS pointer, which stands for a file that is not here",
        "fetch the file with `git lfs pull`",
    ),
    b"PK\x03\x04": ("a spreadsheet (xlsx, ods) or a zip archive", AS_CSV),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": ("a spreadsheet (xls)", AS_CSV),
    b"PAR1": ("a parquet table", AS_CSV),
    b"\x1f\x8b": ("a gzip archive", "unpack it"),
    b"%PDF": ("a PDF document", AS_CSV),
    codecs.BOM_UTF32_LE: ("in UTF-32, not in UTF-8", IN_UTF8),
    codecs.BOM_UTF32_BE: ("in UTF-32, not in UTF-8", IN_UTF8),
    codecs.BOM_UTF16_LE: ("in UTF-16, not in UTF-8", IN_UTF8),
    codecs.BOM_UTF16_BE: ("in UTF-16, not in UTF-8", IN_UTF8),
}
MARKUP = (b"<!doctype", b"<html", b"<?xml")
LOOKED_AT = 64  # bytes, which a header fills
NULS_OF_UTF16 = 0.4
NULS_OF_UTF32 = 0.7
NAMES_OF_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def read_csv_text(path: Path, expected: str, remedy: str) -> str:
    """Return the text of a csv file in UTF-8, with or without a byte order mark.

    Parameters
    ----------
    path
        The file.
    expected, remedy
        What an error says; where it is known what the file is instead, the remedy is about that.

    Raises
    ------
    InputError
        When the file cannot be read, or is no text in UTF-8.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        found = f"{path} cannot be read ({error.strerror})"
        raise InputError(found, expected, remedy) from error
    if instead := _find_out_what(content):
        kind, way_out = instead
        raise InputError(f"{path} is {kind}", expected, way_out)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = f"{path} cannot be read (line {line} is not in UTF-8)"
        raise InputError(found, expected, IN_UTF8) from error


def find_separator(header: str, known: set[str], usual: str = ",") -> str:
    """Return what separates the columns of a header: that which tells the most known names apart.

    Examples
    --------
    >>> find_separator("clip;speaker;a,b", {"clip", "speaker"})
    ';'
    """

    def count_known(separator: str) -> int:
        return len(known & {name.strip('" \r') for name in header.split(separator)})

    return max([usual, *NAMES_OF_SEPARATORS], key=count_known)


def _find_out_what(content: bytes) -> tuple[str, str] | None:
    """Return what a file is that is no text in UTF-8, and what to do; None if that is unclear."""
    for opening, instead in OPENINGS.items():
        if content.startswith(opening):
            return instead
    if content.lstrip()[:LOOKED_AT].lower().startswith(MARKUP):
        return "a page of the web", "fetch the file itself"
    head = content[:LOOKED_AT]
    nuls = head.count(0) / max(len(head), 1)
    if nuls > NULS_OF_UTF32:
        return OPENINGS[codecs.BOM_UTF32_LE]
    return OPENINGS[codecs.BOM_UTF16_LE] if nuls > NULS_OF_UTF16 else None
