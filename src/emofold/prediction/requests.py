"""Requests to predict clips: files by their names, or the rows of a sheet."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import Self
from urllib.parse import quote

from emofold.corpora.media_files import find_media
from emofold.corpora.notation import check_notations, compose
from emofold.corpora.segments import BOUNDS, Segment, find_flaws_of_segment, read_bounds
from emofold.corpora.sheets import FILES, digest_of_name, is_sheet, make_clip_name, read_rows
from emofold.errors import InputError

COLUMNS = (*FILES, *BOUNDS, "clip", "speaker")
MAX_DURATION = 4 * 3600.0  # seconds


@dataclass(frozen=True)
class Request:
    """A clip that is to be predicted.

    Attributes
    ----------
    clip
        Its name, which no other one has.
    media
        Its video or audio file.
    action_units
        A csv of OpenFace, where there is one.
    speaker
        Who speaks, where that is known.
    flaw
        Why it cannot be predicted, where the sheet shows that.
    start, end
        From when to when it lasts in these files, in seconds; None where they begin and end.
    """

    clip: str
    media: Path | None
    action_units: Path | None = None
    speaker: str | None = None
    flaw: str | None = None
    start: float | None = None
    end: float | None = None

    @property
    def segment(self) -> Segment:
        """The segment of the recording that the clip is."""
        return Segment.between(self.start, self.end)

    def explain_flaw(self) -> InputError:
        """Return the flaw as an error."""
        return InputError(
            str(self.flaw), "a row for each clip, with its files", "correct the sheet"
        )

    def to_json(self) -> dict[str, str | None]:
        """Return the request as json has it."""
        return {name: None if value is None else str(value) for name, value in vars(self).items()}

    def shorten(self, error: InputError) -> str:
        """Return what was found wrong, without the folder that the file is in."""
        return error.about(self.media, self.media.name).found if self.media else error.found

    @classmethod
    def from_json(cls, row: Mapping[str, str | None]) -> Self:
        """Return the request of which :meth:`to_json` gave the row."""
        media, action_units = (Path(path) if (path := row[name]) else None for name in FILES)
        start, end = (float(bound) if (bound := row[name]) else None for name in BOUNDS)
        return cls(str(row["clip"]), media, action_units, row["speaker"], row["flaw"], start, end)


def requests_for(paths: Iterable[Path], speaker: str | None = None) -> list[Request]:
    """Return a request for each file, and for each row of a sheet.

    Parameters
    ----------
    paths
        Video and audio files, folders of such, and sheets: csv files, or tsv, with the columns
        media (a file, seen from the folder of the sheet), and any of clip (its name), start and end
        (of the clip, in seconds of the file), action_units (a csv of OpenFace) and speaker.
    speaker
        The one who speaks in all of them.

    Raises
    ------
    InputError
        When a sheet cannot be read, names speakers in several notations, or there is no clip.
    """
    files = dict.fromkeys(file for path in paths for file in _list_files(path))
    found = [
        request
        for path in files
        for request in (_read_sheet(path) if is_sheet(path) else [_request_file(path)])
    ]
    if not found:
        raise InputError("no clip", "videos, sound files, or a sheet of them", "name one")
    speakers = [request.speaker for request in found if request.speaker]
    check_notations(speakers, "speakers", "of the clips", "correct the sheet")
    if speaker is not None:
        found = [replace(request, speaker=speaker) for request in found]
    return _name_apart(found)


def by_speaker(requests: Iterable[Request]) -> list[list[Request]]:
    """Return the requests of each speaker together; one without a speaker is by itself.

    Examples
    --------
    >>> clips = [Request("a", None, speaker="ann"), Request("b", None), Request("c", None)]
    >>> [[one.clip for one in group] for group in by_speaker(clips)]
    [['a'], ['b'], ['c']]
    """
    groups: dict[tuple[str, str], list[Request]] = {}
    for one in requests:
        key = ("clip", one.clip) if one.speaker is None else ("speaker", one.speaker)
        groups.setdefault(key, []).append(one)
    return [*groups.values()]


def in_groups(requests: Iterable[Request]) -> dict[str, list[Request]]:
    """Return what one job takes, the clips of a speaker or one without, by a name for a folder.

    The name depends on nothing but the speaker or the clip, so that the others may come and go.
    """
    groups: dict[str, list[Request]] = {}
    for group in by_speaker(requests):
        first = group[0]
        kind, name = ("clip", first.clip) if first.speaker is None else ("speaker", first.speaker)
        groups[f"{kind}-{make_clip_name(quote(name, safe=''))}-{digest_of_name(name)}"] = group
    return groups


def in_one_group(groups: Mapping[str, list[Request]]) -> dict[str, list[Request]]:
    """Return what one job takes where all clips are normalised by one another.

    Examples
    --------
    >>> in_one_group({"clip-a": [Request("a", None)], "clip-b": [Request("b", None)]}).keys()
    dict_keys(['together'])
    """
    together = [*chain.from_iterable(groups.values())]
    return {"together": together} if together else {}


def _list_files(path: Path) -> list[Path]:
    if not _is_folder(path):
        return [path]
    media = find_media(path).media
    if not media:
        expected = "videos or sound files, by the endings of their names"
        raise InputError(f"no such file below the folder {path}", expected, "name another folder")
    return [path / file for file in media]


def _request_file(path: Path) -> Request:
    if any("\ud800" <= letter <= "\udfff" for letter in str(path)):  # what Python puts there
        raise InputError(
            f"the file name {str(path)!r}", "a name in UTF-8", "rename the file, or its folder"
        )
    return Request(path.stem, path)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # which reading it explains
        return False


def _read_sheet(sheet: Path) -> Iterator[Request]:
    for number, row in read_rows(sheet, COLUMNS).items():
        media, units = (sheet.parent / row[name] if row[name] else None for name in FILES)
        named = media or units
        clip = row["clip"] or (named.stem if named else f"row {number}")
        if flaws := row.flaws or [*find_flaws_of_segment(row)]:
            flaw = f"{'; '.join(flaws)} (row {number} of {sheet})"
            yield Request(clip, media, units, flaw=flaw)
        else:
            speaker, (start, end) = compose(row["speaker"]) or None, read_bounds(row)
            yield Request(clip, media, units, speaker, start=start, end=end)


def _name_apart(requests: Sequence[Request]) -> list[Request]:
    """Give each clip a name that no other has and that a file can have."""
    names = [make_clip_name(request.clip) for request in requests]
    times = Counter(map(str.casefold, names))
    taken = {name for name, often in times.items() if often == 1}
    named = []
    for request, name in zip(requests, names, strict=True):
        numbered = (f"{name}-{number}" for number in count(1))
        clip = name
        if times[name.casefold()] > 1:
            clip = next(other for other in numbered if other.casefold() not in taken)
            taken.add(clip.casefold())
        named.append(replace(request, clip=clip))
    return named
