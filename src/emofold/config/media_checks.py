"""The media files of a new corpus: what is wrong with their names and their contents."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tqdm import tqdm

from emofold.config.name_pattern import Names, is_emotion_name
from emofold.corpora.segments import BOUNDS, find_flaws_of_segment
from emofold.corpora.sheets import find_flaw_of_name
from emofold.errors import InputError, errors_of_one, listing, nearest
from emofold.files import is_formula
from emofold.media.containers import MAX_DURATION
from emofold.media.contents import Contents, choose_modalities, read_contents


def check_path(path: Path, pattern: Names) -> Iterator[str]:
    """Yield why the path of a file cannot be read."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        yield "a name that is no UTF-8"
    if pattern.read(path) is None:
        yield f"a name that does not fit the pattern {pattern.text}"


def check_fields(fields: Mapping[str, str], emotions: Mapping[str, str] | None) -> Iterator[str]:
    """Yield what is wrong with what the name of a file says."""
    emotion = fields.get("emotion", "")
    if emotion and emotions is not None and emotion not in emotions:
        hint = nearest(emotion, emotions)
        yield f"the emotion {emotion!r}, not one of {', '.join(emotions)}{hint}"
    if emotion and emotions is None and not is_emotion_name(emotion):
        yield (
            f"the emotion {emotion!r}, which is not made of letters, digits, _ and - alone: give "
            f"it another name with --emotions name='{emotion}'"
        )
    yield from find_flaws_of_segment({bound: fields.get(bound, "") for bound in BOUNDS})
    for name, text in fields.items():
        if is_formula(text):
            yield f"the {name} {text!r}, which spreadsheets would take for a formula"
    repetition = fields.get("repetition", "")
    if repetition and not repetition.isdecimal():
        yield f"the repetition {repetition!r}, which is no number"


def check_contents(
    folder: Path, problems: dict[Path, list[str]], segments: Mapping[Path, Path]
) -> tuple[bool, bool]:
    """Open all files, and return what a clip must have.

    Parameters
    ----------
    folder
        The folder of the files.
    problems
        What is wrong with each file; what is wrong with its contents is added.
    segments
        The recordings of those that are no files but segments of one, which may be long.

    Returns
    -------
    tuple of bool
        Whether it must have sound, and whether pictures, to go by the files of a good name.
    """
    well_named = [path for path, found in problems.items() if not found]
    contents, read = {}, cache(read_contents)
    for path in tqdm(problems, desc="opening", unit=" files", leave=False, disable=None):
        try:
            recording = folder / segments.get(path, path)
            with errors_of_one(recording):
                contents[path] = read(recording)
        except InputError as error:
            problems[path].append(_without_path(error.found, recording))
    has_sound, has_pictures = choose_modalities([contents[p] for p in well_named if p in contents])
    for path, content in contents.items():
        problems[path] += _find_lacks(content, has_sound, has_pictures)
        if path not in segments and (content.duration or 0.0) > MAX_DURATION:
            limit = f"more than the {MAX_DURATION:g} s of a clip"
            problems[path].append(f"{content.duration:.0f} s long, {limit}")
    return has_sound, has_pictures


def _find_lacks(contents: Contents, has_sound: bool, has_pictures: bool) -> Iterator[str]:
    """Yield what a file lacks that other files have."""
    if not (contents.has_sound or contents.has_pictures):
        yield "neither sound nor pictures"
    elif has_sound and not contents.has_sound:
        yield "no sound, which other files have"
    elif has_pictures and not contents.has_pictures:
        yield "no pictures, which other files have"


def _without_path(found: str, path: Path) -> str:
    """Return what was found of a file, without the path, which stands beside it."""
    return found.replace(str(path), "").strip(" ,")


def name_clips(problems: dict[Path, list[str]]) -> dict[Path, str]:
    """Return the name of the clip of each file that can be used.

    Clips are called after their files where these differ, else after the whole paths.

    Parameters
    ----------
    problems
        What is wrong with each file; what is wrong with its name as a clip is added.
    """
    paths = [path for path, found in problems.items() if not found]
    names = {path: _normalise(path.stem) for path in paths}
    if len(_by_folded_name(names)) < len(paths):
        names = {path: _normalise("-".join(path.with_suffix("").parts)) for path in paths}
    for path, flaw in _find_flaws_of_names(names):
        problems[path].append(flaw)
    return {path: name for path, name in names.items() if not problems[path]}


def _find_flaws_of_names(names: Mapping[Path, str]) -> Iterator[tuple[Path, str]]:
    alike = _by_folded_name(names)
    for path, name in names.items():
        others = [other for other in alike[name.casefold()] if other != path]
        if others:
            yield path, f"the same name for its clip as {listing(others)}, {name}"
        if flaw := find_flaw_of_name(name):
            yield path, flaw
        if is_formula(name):
            yield path, f"the clip name {name!r}, which spreadsheets would take for a formula"


def _by_folded_name(names: Mapping[Path, str]) -> dict[str, list[Path]]:
    alike: dict[str, list[Path]] = defaultdict(list)
    for path, name in names.items():
        alike[name.casefold()].append(path)
    return alike


def _normalise(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()
