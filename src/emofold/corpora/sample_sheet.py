"""A corpus of the user's own: a sheet with a row for each clip."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from emofold.corpora.sheets import FILES, find_flaw_of_name, read_rows
from emofold.errors import InputError, listing
from emofold.files import find_flaw_of_file
from emofold.tables.failures import Failure

STEP = "list_clips"
REQUIRED = ("clip", "speaker", "emotion")
OPTIONAL = (*FILES, "intensity", "statement", "repetition")
COLUMNS = (*REQUIRED, *OPTIONAL)
REMEDY = "correct the sample sheet"


@dataclass(frozen=True)
class Clip:
    """One clip as a corpus lists it; `media` and `action_units` are paths of files."""

    clip: str
    speaker: str
    emotion: str
    media: str | None = None
    action_units: str | None = None
    intensity: str | None = None
    statement: str | None = None
    repetition: int | None = None


@dataclass(frozen=True)
class SampleSheet:
    """The clips of a sheet that can be used, the rows that cannot, and all speakers it names."""

    clips: list[Clip]
    failures: list[Failure]
    speakers: frozenset[str]


def read_sample_sheet(path: Path, emotions: Collection[str]) -> SampleSheet:
    """Read a sample sheet.

    Parameters
    ----------
    path
        A csv file, or tab-separated values when its name ends in ``.tsv``; with the columns clip,
        speaker, emotion, and any of media, action_units (files, seen from the folder of the
        sheet), intensity, statement and repetition. Further columns are left alone.
    emotions
        The emotions of the corpus.

    Returns
    -------
    SampleSheet
        The clips speaker by speaker, in whatever order the rows are. A row that says too little,
        names an unknown emotion or a missing file, or has the clip of another row is a failure; the
        other clips are not touched by it.

    Raises
    ------
    InputError
        When the sheet as a whole cannot be read.
    """
    rows = read_rows(path, COLUMNS, REQUIRED)
    times = Counter(row["clip"].casefold() for row in rows.values())
    clips, failures = [], []
    for number, row in rows.items():
        problems = [*_find_problems(row, emotions, times, path.parent)]
        if problems:
            found = f"{'; '.join(problems)} (row {number} of {path})"
            reason = InputError(found, "a row for each clip, with its files", REMEDY)
            failures.append(Failure(row["clip"] or f"row {number}", STEP, str(reason)))
        else:
            clips.append(_as_clip(row, path.parent))
    if not clips:
        first = f"; the first: {failures[0].reason}" if failures else ""
        raise InputError(f"no usable row in {path}{first}", "a row for each clip", REMEDY)
    _check_capitals(clips, path)
    speakers = frozenset(row["speaker"] for row in rows.values()) - {""}
    return SampleSheet(sorted(clips, key=_place), failures, speakers)


def _place(clip: Clip) -> list[object]:
    """Return what puts clips in order, by speaker, with the numbers in their names as numbers."""
    parts = (re.split(r"(\d+)", name) for name in (clip.speaker, clip.clip))
    numbered = [[int(part) if part.isdecimal() else part for part in one] for one in parts]
    return [*numbered, clip.speaker, clip.clip]


def _find_problems(
    row: dict[str, str], emotions: Collection[str], times: Counter[str], folder: Path
) -> Iterator[str]:
    for name in REQUIRED:
        if not row[name]:
            yield f"no {name}"
    if row["clip"]:
        yield from _find_problems_of_name(row["clip"], times)
    if row["emotion"] and row["emotion"] not in emotions:
        yield f"the emotion {row['emotion']!r}, not one of {', '.join(emotions)}"
    yield from _find_problems_of_files(row, folder)
    if row["repetition"] and not row["repetition"].isdecimal():
        yield f"the repetition {row['repetition']!r}, which is no number"


def _find_problems_of_name(clip: str, times: Counter[str]) -> Iterator[str]:
    if times[clip.casefold()] > 1:
        yield f"the clip {clip} in {times[clip.casefold()]} rows"
    if flaw := find_flaw_of_name(clip):
        yield flaw


def _find_problems_of_files(row: dict[str, str], folder: Path) -> Iterator[str]:
    if not any(row[name] for name in FILES):
        yield "neither media nor action_units"
    for name in FILES:
        if row[name] and (flaw := find_flaw_of_file(folder / row[name])):
            yield flaw


def _as_clip(row: dict[str, str], folder: Path) -> Clip:
    files = {name: str(folder / row[name]) if row[name] else None for name in FILES}
    return Clip(
        row["clip"],
        row["speaker"],
        row["emotion"],
        **files,
        intensity=row["intensity"] or None,
        statement=row["statement"] or None,
        repetition=int(row["repetition"]) if row["repetition"] else None,
    )


def _check_capitals(clips: Sequence[Clip], path: Path) -> None:
    speakers = {clip.speaker for clip in clips}
    alike = [
        name for name in speakers if name.casefold() in {s.casefold() for s in speakers - {name}}
    ]
    if alike:
        raise InputError(
            f"the speakers {listing(sorted(alike))} in {path}, which differ in capitals only",
            "one spelling for each speaker",
            REMEDY,
        )
