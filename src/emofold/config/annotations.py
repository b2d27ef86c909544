"""What a known corpus says of its clips in files of their own: csv files, or lines of text."""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path, PurePath

from emofold.config.corpus_pattern import CorpusPattern, is_media, with_one_ending
from emofold.corpora.sheets import SEPARATORS
from emofold.errors import InputError, listing

CLIP = "clip"  # the field that every file has: its name without the ending

Key = tuple[str, ...]


@dataclass(frozen=True)
class AnnotationFiles:
    """Files that say what the names of the clips do not.

    Attributes
    ----------
    files
        What the files are called, with their endings. Its fields belong to each of their rows.
    columns
        The column of each field, in a csv file with a header, or tab-separated values.
    lines
        What a line of text says; others are passed over. Instead of the columns.
    """

    files: CorpusPattern
    columns: Mapping[str, str] | None = None
    lines: CorpusPattern | None = None

    @property
    def fields(self) -> frozenset[str]:
        """What a row says."""
        told = self.lines.names if self.lines else frozenset(self.columns or ())
        return told | self.files.names


@dataclass(frozen=True)
class Annotations:
    """The rows of annotation files, joined to clips by the fields that both have.

    Attributes
    ----------
    keys
        These fields.
    rows
        What else is said of a clip, by what it has in these fields, in small letters.
    """

    keys: Sequence[str]
    rows: Mapping[Key, Mapping[str, str]]

    def key_of(self, path: PurePath, fields: Mapping[str, str]) -> Key:
        """Return what a file has in the fields that rows are found by."""
        told = {CLIP: with_one_ending(path).stem, **fields}
        return tuple(told.get(key, "").casefold() for key in self.keys)


def read_annotations(
    folder: Path, kind: AnnotationFiles, others: Sequence[Path], known: Collection[str]
) -> Annotations:
    """Read all files of one kind below a folder.

    Parameters
    ----------
    folder
        The folder of the corpus.
    kind
        What the files are called, and how they are read.
    others
        The files below the folder that are neither video nor sound.
    known
        The fields that are known of each clip.

    Raises
    ------
    InputError
        When there is no such file, one cannot be read, or two rows of one clip differ.
    """
    keys = sorted(kind.fields & {CLIP, *known})
    of_files = {path: kind.files.read_with_ending(path) for path in others}
    found = {path: told for path, told in of_files.items() if told is not None}
    if not found:
        raise InputError(
            f"no file {kind.files.text} below {folder}",
            "the files that say what the clips show",
            "put them beside the clips, or name the folder of both with --videos",
        )
    rows: dict[Key, Mapping[str, str]] = {}
    for path, of_file in found.items():
        for of_row in _read_rows(folder / path, kind):
            row = {**of_file, **of_row}
            if CLIP in row:
                row[CLIP] = _name_of_clip(row[CLIP])
            key = tuple(row[name].casefold() for name in keys)
            if rows.setdefault(key, row) != row:
                raise InputError(
                    f"two rows on {'/'.join(key)} below {folder}, which differ (one in {path})",
                    "one row for each clip",
                    "leave one of the two files, or rows, where it is and move the other away",
                )
    return Annotations(keys, rows)


def _read_rows(path: Path, kind: AnnotationFiles) -> Iterator[dict[str, str]]:
    text = _read_text(path)
    if kind.lines:
        told = (kind.lines.read_line(line) for line in text.splitlines())
        yield from (row for row in told if row)
        return
    columns = kind.columns or {}
    separator = SEPARATORS.get(path.suffix.lower(), ",")
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=separator)
    missing = [name for name in columns.values() if name not in (reader.fieldnames or [])]
    if missing:
        raise InputError(
            f"no column {listing(missing)} in {path} (there are: "
            f"{listing(reader.fieldnames or [], 20)})",
            f"the columns {', '.join(columns.values())}",
            "take the file as the corpus has it",
        )
    for cells in reader:
        yield {field: (cells[name] or "").strip() for field, name in columns.items()}


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror})",
            "a file that can be read",
            "change its permissions, or copy it again",
        ) from error


def _name_of_clip(text: str) -> str:
    """Return the name in a cell that may hold a path with an ending."""
    path = PurePath(text.replace("\\", "/"))
    return path.stem if is_media(path) else path.name
