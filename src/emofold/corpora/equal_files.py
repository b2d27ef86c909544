"""Clips of which several are one recording: files of equal content, under whatever names."""

import os
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from emofold.corpora.sample_sheet import Clip
from emofold.corpora.segments import find_overlaps
from emofold.corpora.sheets import FILES
from emofold.errors import InputError, listing
from emofold.files import sha256

SAMPLE = 16 * 1024  # bytes from the middle of a file


def find_equal_files(files: Mapping[str, Path]) -> list[list[str]]:
    """Return the names of the files that have equal content, in groups.

    Only files of equal size are opened, and only those are read in full that are equal in the
    middle. A file that is empty or cannot be read is equal to none.

    Parameters
    ----------
    files
        Files by a name for each; links count as what they lead to.
    """
    groups = [[*files]]
    for measure in (_size, _sample, sha256):
        groups = [alike for group in groups for alike in _group(group, files, measure)]
    return groups


def find_files_of_equal_size(clips: Iterable[Clip]) -> dict[str, int]:
    """Return when each of the clips' files was changed, in ns, of whose size there are several."""
    files = {path: Path(path) for clip in clips for path in _files_of(clip).values()}
    alike = [path for group in _group(files, files, _size) for path in group]
    return {path: files[path].stat().st_mtime_ns for path in alike}


def explain_equal_clips(clips: Sequence[Clip], places: Mapping[str, str]) -> dict[str, InputError]:
    """Return why clips cannot be used of which another clip has the very file, or a copy of it.

    Segments of one recording can be used that do not overlap.

    Parameters
    ----------
    clips
        The clips of a corpus.
    places
        Where they stand, where that is known.
    """
    described = {clip.clip: _describe(clip, places.get(clip.clip)) for clip in clips}
    reasons: dict[str, InputError] = {}
    for kind in reversed(FILES):
        for group in _of_one_recording(clips, kind):
            segments = [clip.segment for clip in group]
            shares = "is" if all(one.is_whole for one in segments) else "shares a segment with"
            for number, overlapping in find_overlaps(segments).items():
                clip = group[number].clip
                others = listing(described[group[other].clip] for other in sorted(overlapping))
                reasons[clip] = InputError(
                    f"the {kind} of {described[clip]} {shares} that of {others}",
                    "each recording, or segment of one, once, or what is trained on is tested on",
                    "keep the row that is right and remove the others, or correct their files",
                )
    return reasons


def _of_one_recording(clips: Iterable[Clip], kind: str) -> list[list[Clip]]:
    """Return the clips that share a file, or have copies of it, in groups."""
    by_path: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        if path := _files_of(clip).get(kind):
            by_path[path].append(clip)
    equal = find_equal_files({path: Path(path) for path in by_path})
    known = {path for group in equal for path in group}
    alone = [path for path in by_path if path not in known and _has_content(Path(path))]
    groups = [*equal, *([path] for path in alone)]
    return [[clip for path in group for clip in by_path[path]] for group in groups]


def _describe(clip: Clip, place: str | None) -> str:
    known = [clip.speaker, clip.emotion, *([place] if place else [])]
    return f"{clip.clip} ({', '.join(known)})"


def _files_of(clip: Clip) -> dict[str, str]:
    return {kind: path for kind in FILES if (path := getattr(clip, kind))}


def _group(
    names: Iterable[str], files: Mapping[str, Path], measure: Callable[[Path], Hashable]
) -> list[list[str]]:
    """Return the names of files that share a measure with another one, in groups."""
    measure_once = cache(measure)
    groups: dict[Hashable, list[str]] = defaultdict(list)
    for name in names:
        try:
            groups[measure_once(files[name])].append(name)
        except (OSError, ValueError):
            continue
    return [group for key, group in groups.items() if key is not None and len(group) > 1]


def _has_content(path: Path) -> bool:
    try:
        return _size(path) is not None
    except (OSError, ValueError):
        return False


def _size(path: Path) -> int | None:
    return path.stat().st_size or None


def _sample(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, (os.fstat(file.fileno()).st_size - SAMPLE) // 2))
        return file.read(SAMPLE)
