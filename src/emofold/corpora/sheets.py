"""Tables of clips that people write: the rows of a csv file, and what a clip may be called."""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from emofold.corpora.csv_text import NAMES_OF_SEPARATORS, find_separator, read_csv_text
from emofold.corpora.segment_columns import find_segment_columns
from emofold.errors import CONTROLS, InputError, listing, nearest

SEPARATORS = {".csv": ",", ".tsv": "\t"}
FILES = ("media", "action_units")
LONGEST_NAME = 200
NOT_IN_A_NAME = re.compile(r"[/\x00-\x1f\x7f]")
FREE_TEXT = {"statement"}
BREAKS = "\n\r\t"
EXPECTED = "a csv file in UTF-8"
REMEDY = "correct the sheet"


def is_sheet(path: Path) -> bool:
    """Return whether a file is a sheet by its name."""
    return path.suffix.lower() in SEPARATORS


@dataclass(frozen=True)
class Row:
    """A row of a sheet.

    Attributes
    ----------
    cells
        The text of each column that is read, stripped, and empty where there is none.
    flaws
        Why the row as a whole cannot be believed.
    """

    cells: Mapping[str, str]
    flaws: Sequence[str] = ()

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def read_rows(path: Path, columns: Sequence[str], required: Sequence[str] = ()) -> dict[int, Row]:
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
        The rows by the number of the line that they begin on. Empty rows are left out.

    Raises
    ------
    InputError
        When the file cannot be read, a required column is missing, a column comes twice, or columns
        of other names than `start` and `end` name segments of files.
    """
    text = read_csv_text(path, EXPECTED, "name a sheet that is there")
    lines = _split(text, path)
    names = [name.strip() for name in next(lines, (1, []))[1]]
    _check_separator(text, columns, path)
    _check_columns(names, columns, required, path)
    segments = find_segment_columns(names)
    rows = {}
    for number, cells in lines:
        named = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        if any(named.get(name) for name in segments):
            raise _explain_segments(segments, number, path)
        row = {name: named.get(name, "") for name in columns}
        if any(row.values()):
            rows[number] = Row(row, [*_find_flaws(row, cells, len(names))])
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


def _find_flaws(row: Mapping[str, str], cells: Sequence[str], width: int) -> Iterator[str]:
    if any(cell.strip() for cell in cells[width:]):
        yield (
            f"{len(cells)} cells below a header of {width}: a cell that holds the separator needs "
            "quotes around it"
        )
    for name, cell in row.items():
        allowed = BREAKS if name in FREE_TEXT else ""
        for sign in sorted({*cell} - {*allowed}):
            if unicodedata.category(sign) in CONTROLS:
                yield f"a {sign!r} in its {name}"


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


def _check_separator(text: str, columns: Sequence[str], path: Path) -> None:
    header, _, _ = text.partition("\n")
    separator = SEPARATORS.get(path.suffix.lower(), ",")
    found = find_separator(header, {*columns}, separator)
    if found != separator:
        wanted, other = (NAMES_OF_SEPARATORS[sign] for sign in (separator, found))
        raise InputError(
            f"{path} with {other} between its columns",
            f"{wanted} ({' and '.join(SEPARATORS)} files differ in that)",
            f"save it with {wanted}, or name it .tsv where it has tabs",
        )


def _check_columns(
    names: Sequence[str], columns: Sequence[str], required: Sequence[str], path: Path
) -> None:
    folded = [name.casefold() for name in names]
    doubled = [name for name in columns if folded.count(name.casefold()) > 1]
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


def _explain_segments(segments: Sequence[str], number: int, path: Path) -> InputError:
    return InputError(
        f"the columns {listing(segments)} in {path}, filled from row {number} on, which seem to "
        "name segments of files",
        "the columns `start` and `end`, in seconds of the recording",
        "rename them to start and end, with their values in seconds; or remove them if each row "
        "means the whole file",
    )
