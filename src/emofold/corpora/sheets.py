"""Tables of clips that people write: the rows of a csv file, and what a clip may be called."""

import csv
import hashlib
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from emofold.errors import InputError, listing, nearest

SEPARATORS = {".csv": ",", ".tsv": "\t"}
FILES = ("media", "action_units")
LONGEST_NAME = 200
NOT_IN_A_NAME = re.compile(r"[/\x00-\x1f\x7f]")
REMEDY = "correct the sheet"


def is_sheet(path: Path) -> bool:
    """Return whether a file is a sheet by its name."""
    return path.suffix.lower() in SEPARATORS


def read_rows(
    path: Path, columns: Sequence[str], required: Sequence[str] = ()
) -> dict[int, dict[str, str]]:
    """Read a sheet.

    Parameters
    ----------
    path
        A csv file in UTF-8, or tab-separated values when its name ends in ``.tsv``.
    columns
        The columns to read. Further ones are left alone.
    required
        Those of them that the sheet must have, besides one of :data:`FILES`.

    Returns
    -------
    dict
        The rows by the number of the line that they begin on, each with the text of all
        ``columns``, stripped, and empty where there is none. Empty rows are left out.

    Raises
    ------
    InputError
        When the file cannot be read, a required column is missing, or a column comes twice.
    """
    lines = _split(_read_text(path), path)
    names = [name.strip() for name in next(lines, (1, []))[1]]
    _check_columns(names, columns, required, path)
    rows = {}
    for number, cells in lines:
        named = dict(zip(names, cells, strict=False))
        row = {name: named.get(name, "").replace("\0", "").strip() for name in columns}
        if any(row.values()):
            rows[number] = row
    return rows


def find_flaw_of_name(clip: str) -> str | None:
    """Return why a clip cannot be called so, since files are called after it; None if it can.

    Examples
    --------
    >>> find_flaw_of_name("anna/1")
    "the clip name 'anna/1', which files cannot be called after (a '/' in it)"
    """
    if not clip or clip in (".", ".."):
        flaw = "no name of a file"
    elif refused := NOT_IN_A_NAME.search(clip):
        flaw = f"a {refused[0]!r} in it"
    elif len(clip.encode()) > LONGEST_NAME:
        flaw = f"more than {LONGEST_NAME} bytes"
    else:
        return None
    return f"the clip name {clip!r}, which files cannot be called after ({flaw})"


def make_clip_name(text: str) -> str:
    """Return the name most like a text that a clip may have.

    A long one is cut, and told apart from others by a digest.

    Examples
    --------
    >>> make_clip_name("anna/1")
    'anna-1'
    """
    name = NOT_IN_A_NAME.sub("-", text)
    if name in ("", ".", ".."):
        return "-"
    if len(name.encode()) <= LONGEST_NAME:
        return name
    digest = f"-{digest_of_name(name)}"
    return name.encode()[: LONGEST_NAME - len(digest)].decode(errors="ignore") + digest


def digest_of_name(name: str) -> str:
    """Return a few characters that tell a name apart from others."""
    return hashlib.sha256(name.encode()).hexdigest()[:8]


def _read_text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"the sheet {path} cannot be read ({error.strerror})",
            "a csv file",
            "name a sheet that is there",
        ) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"{path} cannot be read (line {line} is not in UTF-8)",
            "a csv file in UTF-8",
            "save the sheet as such",
        ) from error


def _split(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row, with the number of the line that it begins on."""
    reader = csv.reader(
        StringIO(text, newline=""), delimiter=SEPARATORS.get(path.suffix.lower(), ","), strict=True
    )
    begin = 1
    try:
        for cells in reader:
            yield begin, cells
            begin = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{path} cannot be read (the row that begins on line {begin}: {error})",
            'a csv file, with a quote at both ends of a cell or at none, and "" for one within',
            REMEDY,
        ) from error


def _check_columns(
    names: Sequence[str], columns: Sequence[str], required: Sequence[str], path: Path
) -> None:
    doubled = [name for name in columns if names.count(name) > 1]
    if doubled:
        raise InputError(f"the column {doubled[0]} twice in {path}", "each column once", REMEDY)
    missing = [name for name in required if name not in names]
    if not {*FILES} & {*names}:
        missing.append(" or ".join(FILES))
    if missing:
        others = [name for name in names if name not in columns]
        hints = "".join(nearest(name, others) for name in missing)
        raise InputError(
            f"no column {listing(missing)} in {path}{hints} (there are: {listing(names, 20)})",
            f"the columns {', '.join([*required, ' or '.join(FILES)])}; known are "
            f"{', '.join(columns)}",
            REMEDY,
        )
