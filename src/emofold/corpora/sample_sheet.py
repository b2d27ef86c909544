"""A corpus of the user's own: a sheet with a row for each clip."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from emofold.corpora.natural_order import natural_key
from emofold.corpora.notation import check_notations, compose
from emofold.corpora.segments import BOUNDS, Segment, find_flaws_of_segment, read_bounds
from emofold.corpora.sheets import FILES, Row, find_flaw_of_name, read_rows
from emofold.errors import InputError, nearest, printable
from emofold.files import find_flaw_of_file
from emofold.tables.failures import Failure

STEP = "list_clips"
REQUIRED = ("clip", "speaker", "emotion")
OPTIONAL = (*FILES, *BOUNDS, "intensity", "statement", "repetition", "corpus")
COLUMNS = (*REQUIRED, *OPTIONAL)
OF_CORPUS = "/"  # between a corpus and its speaker, where there are several corpora
REMEDY = "correct the sample sheet"


@dataclass(frozen=True)
class Clip:
    """One clip as a corpus lists it.

    `media` and `action_units` are paths of files, `start` and `end` seconds of the recording. Where
    a run takes several corpora, `corpus` is the clip's own, and its speaker is named after it:
    speaker 03 of two corpora are two people, but ``a/03`` is one in whatever corpus.
    """

    clip: str
    speaker: str
    emotion: str
    media: str | None = None
    action_units: str | None = None
    intensity: str | None = None
    statement: str | None = None
    repetition: int | None = None
    corpus: str | None = None
    start: float | None = None
    end: float | None = None

    @property
    def segment(self) -> Segment:
        """The segment of the recording that the clip is."""
        return Segment.between(self.start, self.end)


@dataclass(frozen=True)
class SampleSheet:
    """What a sheet holds.

    Attributes
    ----------
    clips
        The clips that can be used.
    failures
        The rows that cannot.
    speakers
        All speakers that it names, those of failed rows too.
    places
        Where each clip stands, for messages.
    """

    clips: list[Clip]
    failures: list[Failure]
    speakers: frozenset[str]
    places: Mapping[str, str]

    def without(self, reasons: Mapping[str, InputError]) -> Self:
        """Return the sheet without some clips, which become failures for their reasons.

        Raises
        ------
        InputError
            When no clip is left.
        """
        clips = [clip for clip in self.clips if clip.clip not in reasons]
        failed = [Failure(clip, STEP, str(reason)) for clip, reason in reasons.items()]
        if reasons and not clips:
            found = f"no clip that can be used; the first: {next(iter(reasons.values())).found}"
            raise InputError(found, "a row for each clip", REMEDY)
        return replace(self, clips=clips, failures=[*self.failures, *failed])


def read_sample_sheet(path: Path, emotions: Collection[str]) -> SampleSheet:
    """Read a sample sheet.

    Parameters
    ----------
    path
        A csv file, or tab-separated values when its name ends in ``.tsv``; with the columns clip,
        speaker, emotion, and any of media, action_units (files, seen from the folder of the
        sheet), start, end (of the clip in these), intensity, statement, repetition and corpus.
        Further columns are left alone.
    emotions
        The emotions of the corpus.

    Returns
    -------
    SampleSheet
        The clips speaker by speaker, in whatever order the rows are. A row that says too little,
        names an unknown emotion or a missing file, or has the clip of another row is a failure; the
        other clips are not touched by it. Where rows name several corpora, a row without one is a
        failure, and speakers are called ``<corpus>/<speaker>``, unless the row calls them so.

    Raises
    ------
    InputError
        When the sheet as a whole cannot be read.
    """
    rows = read_rows(path, COLUMNS, REQUIRED)
    times = Counter(_fold(row["clip"]) for row in rows.values())
    spelled = {compose(emotion): emotion for emotion in emotions}
    corpora = {compose(row["corpus"]) for row in rows.values()} - {""}
    required = (*REQUIRED, "corpus") if len(corpora) > 1 else REQUIRED
    clips, failures, places = [], [], {}
    for number, row in rows.items():
        problems = [*_find_problems(row, required, spelled, times, path.parent)]
        if problems:
            found = f"{'; '.join(problems)} (row {number} of {path})"
            reason = InputError(found, "a row for each clip, with its files", REMEDY)
            name = printable(row["clip"]) or f"row {number}"
            failures.append(Failure(name, STEP, str(reason)))
        else:
            clips.append(_as_clip(row, required, spelled, path.parent))
            places[row["clip"]] = f"row {number} of {path}"
    if not clips:
        first = f"; the first: {'; '.join(problems)} (row {number})" if failures else ""
        raise InputError(f"no usable row in {path}{first}", "a row for each clip", REMEDY)
    check_notations(corpora, "corpora", f"in {path}", REMEDY)
    check_notations((clip.speaker for clip in clips), "speakers", f"in {path}", REMEDY)
    speakers = {_name_speaker(row, required) for row in rows.values() if row["speaker"]}
    return SampleSheet(sorted(clips, key=_place), failures, frozenset(speakers), places)


def find_emotions(path: Path) -> list[str]:
    """Return the emotions that a sample sheet names, in the order of its rows."""
    rows = read_rows(path, COLUMNS, REQUIRED).values()
    emotions = [*dict.fromkeys(compose(row["emotion"]) for row in rows if row["emotion"])]
    check_notations(emotions, "emotions", f"in {path}", REMEDY)
    return emotions


def _fold(clip: str) -> str:
    """Return what the names of clips have in common that some file systems take for one."""
    return compose(clip).casefold()


def _place(clip: Clip) -> tuple[object, ...]:
    """Return what puts clips in order: by speaker, then by name."""
    return natural_key(clip.speaker), natural_key(clip.clip)


def _name_speaker(row: Row, required: Collection[str]) -> str:
    """Return what a speaker is called: after a corpus too, where rows have to name one."""
    speaker = compose(row["speaker"])
    if "corpus" not in required or OF_CORPUS in speaker:
        return speaker
    return f"{compose(row['corpus'])}{OF_CORPUS}{speaker}"


def _find_problems(
    row: Row,
    required: Collection[str],
    emotions: Mapping[str, str],
    times: Counter[str],
    folder: Path,
) -> Iterator[str]:
    if row.flaws:
        yield from row.flaws
        return
    for name in required:
        if not row[name]:
            yield f"no {name}"
    if row["clip"]:
        yield from _find_problems_of_name(row["clip"], times)
    if row["emotion"] and compose(row["emotion"]) not in emotions:
        hint = nearest(row["emotion"], emotions)
        yield f"the emotion {row['emotion']!r}, not one of {', '.join(emotions)}{hint}"
    yield from _find_problems_of_files(row, folder)
    yield from find_flaws_of_segment(row)
    if "corpus" in required and OF_CORPUS in row["corpus"]:
        yield f"the corpus {row['corpus']!r}, with a {OF_CORPUS!r} in it"
    if row["repetition"] and not row["repetition"].isdecimal():
        yield f"the repetition {row['repetition']!r}, which is no number"


def _find_problems_of_name(clip: str, times: Counter[str]) -> Iterator[str]:
    if times[_fold(clip)] > 1:
        yield f"the clip {clip} in {times[_fold(clip)]} rows"
    if flaw := find_flaw_of_name(clip):
        yield flaw


def _find_problems_of_files(row: Row, folder: Path) -> Iterator[str]:
    if not any(row[name] for name in FILES):
        yield "neither media nor action_units"
    for name in FILES:
        if row[name] and (flaw := find_flaw_of_file(folder / row[name])):
            yield flaw


def _as_clip(
    row: Row, required: Collection[str], emotions: Mapping[str, str], folder: Path
) -> Clip:
    files = {name: str(folder / row[name]) if row[name] else None for name in FILES}
    start, end = read_bounds(row)
    return Clip(
        row["clip"],
        _name_speaker(row, required),
        emotions[compose(row["emotion"])],
        files["media"],
        files["action_units"],
        intensity=row["intensity"] or None,
        statement=row["statement"] or None,
        repetition=int(row["repetition"]) if row["repetition"] else None,
        corpus=compose(row["corpus"]) if "corpus" in required else None,
        start=start,
        end=end,
    )
