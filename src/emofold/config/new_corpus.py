"""A corpus of the user's own, read off its files: its clips, and all that is wrong with them."""

import csv
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from tqdm import tqdm

from emofold.config.cross_checks import FEWEST_FOLDS
from emofold.config.name_pattern import FEWEST_EMOTIONS, NamePattern, is_emotion_name
from emofold.corpora.folds import balanced_folds
from emofold.corpora.media_files import find_media
from emofold.corpora.sample_sheet import OPTIONAL, REQUIRED, Clip
from emofold.corpora.sheets import find_flaw_of_name
from emofold.errors import InputError, counted, listing, nearest
from emofold.media.containers import LONGEST_SECONDS
from emofold.media.contents import Contents, branches_of, contents_of

FEWEST_SPEAKERS = 2
MOST_FOLDS = 5
FOLDS_OF_AN_EMOTION = {"nested": FEWEST_FOLDS, "paper": 2}


@dataclass(frozen=True)
class NewCorpus:
    """What the files below a folder are worth as a corpus.

    Attributes
    ----------
    clips
        The clips that can be used; their media as seen from the folder of the files.
    emotions
        The emotions in order: those that were named, or else those of the clips.
    has_sound, has_pictures
        What every one of the clips has.
    left_out
        What is wrong with each file that is left out.
    others
        How many files are neither video nor sound.
    """

    clips: list[Clip]
    emotions: list[str]
    has_sound: bool
    has_pictures: bool
    left_out: dict[Path, list[str]]
    others: int

    @property
    def speakers(self) -> list[str]:
        """The speakers of the clips, sorted."""
        return sorted({clip.speaker for clip in self.clips})

    @property
    def is_corpus(self) -> bool:
        """Whether there is anything to tell apart, and anybody to test on."""
        return len(self.speakers) >= FEWEST_SPEAKERS and len(self.emotions) >= FEWEST_EMOTIONS

    @property
    def folds(self) -> int:
        """How many folds the speakers are put into."""
        return min(MOST_FOLDS, len(self.speakers))

    @property
    def protocol(self) -> str:
        """The strictest protocol that so many folds allow."""
        return "nested" if self.folds >= FEWEST_FOLDS else "paper"

    @cached_property
    def flaws(self) -> list[str]:
        """What is wrong with the corpus as a whole: no run would get through."""
        return [*_find_flaws(self)]


def read_corpus(
    folder: Path,
    pattern: NamePattern,
    emotions: Mapping[str, str] | None = None,
    ignored: Sequence[Path] = (),
) -> NewCorpus:
    """Look at every media file below a folder, and list all that is wrong.

    Parameters
    ----------
    folder
        The folder, of any nesting.
    pattern
        What the names of the files say.
    emotions
        The emotion behind each code; without it, the names hold the emotions themselves.
    ignored
        Files that are not counted among the others.

    Raises
    ------
    InputError
        When there is no media file, or the pattern fits none.
    """
    found = find_media(folder)
    others = [path for path in found.others if folder / path not in ignored]
    fields = {path: pattern.read(path) for path in found.media}
    if not any(fields.values()):
        raise _nothing_fits(folder, pattern, found.media, others)
    problems = {
        path: [*_check_path(path, pattern), *_check_fields(fields[path] or {}, emotions)]
        for path in found.media
    }
    has_sound, has_pictures = _check_contents(folder, problems)
    names = _name_clips(problems)
    clips = [
        _as_clip(name, path, fields[path] or {}, emotions)
        for path, name in names.items()
        if not problems[path]
    ]
    in_order = emotions.values() if emotions else sorted({clip.emotion for clip in clips})
    return NewCorpus(
        clips=clips,
        emotions=list(dict.fromkeys(in_order)),
        has_sound=has_sound,
        has_pictures=has_pictures,
        left_out={path: reasons for path, reasons in problems.items() if reasons},
        others=len(others),
    )


def write_sheet(clips: Sequence[Clip], media: Mapping[str, str], file: IO[str]) -> None:
    """Write the sample sheet of some clips.

    Parameters
    ----------
    clips
        The clips.
    media
        The file of each clip as seen from the folder of the sheet.
    file
        Where to write to, opened with ``newline=""``.
    """
    rows = [{**vars(clip), "media": media[clip.clip]} for clip in clips]
    optional = [name for name in OPTIONAL if any(row[name] is not None for row in rows)]
    columns = [*REQUIRED, *optional]
    writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _nothing_fits(
    folder: Path, pattern: NamePattern, media: Sequence[Path], others: Sequence[Path]
) -> InputError:
    if not media:
        there = f" (other files: {listing(others)})" if others else ""
        return InputError(
            f"no video and no sound file below {folder}{there}",
            "a file for each clip",
            "name the folder of the files with --videos",
        )
    return InputError(
        f"{counted(len(media), 'file')} below {folder}, none of which fits the pattern "
        f"{pattern.text!r}: {listing(media)}",
        "a pattern of the names without their endings",
        "correct --pattern; `emofold init --help` has examples",
    )


def _check_path(path: Path, pattern: NamePattern) -> Iterator[str]:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        yield "a name that is no UTF-8"
    if pattern.read(path) is None:
        yield f"a name that does not fit the pattern {pattern.text}"


def _check_fields(fields: Mapping[str, str], emotions: Mapping[str, str] | None) -> Iterator[str]:
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
    repetition = fields.get("repetition", "")
    if repetition and not repetition.isdecimal():
        yield f"the repetition {repetition!r}, which is no number"


def _check_contents(folder: Path, problems: dict[Path, list[str]]) -> tuple[bool, bool]:
    """Open all files, add what is wrong with them, and return what a clip must have.

    Returns
    -------
    tuple of bool
        Whether it must have sound, and whether pictures, to go by the files of a good name.
    """
    well_named = [path for path, found in problems.items() if not found]
    contents = {}
    for path in tqdm(problems, desc="opening", unit=" files", leave=False, disable=None):
        try:
            contents[path] = contents_of(folder / path)
        except InputError as error:
            problems[path].append(_without_path(error.found, folder / path))
    has_sound, has_pictures = branches_of([contents[p] for p in well_named if p in contents])
    for path, content in contents.items():
        problems[path] += _find_lacks(content, has_sound, has_pictures)
    return has_sound, has_pictures


def _find_lacks(contents: Contents, has_sound: bool, has_pictures: bool) -> Iterator[str]:
    """Yield what a file lacks that other files have, and whether it is too long for a clip."""
    if not (contents.has_sound or contents.has_pictures):
        yield "neither sound nor pictures"
    elif has_sound and not contents.has_sound:
        yield "no sound, which other files have"
    elif has_pictures and not contents.has_pictures:
        yield "no pictures, which other files have"
    if contents.seconds is not None and contents.seconds > LONGEST_SECONDS:
        yield f"{contents.seconds:.0f} s long, more than the {LONGEST_SECONDS:g} s of a clip"


def _without_path(found: str, path: Path) -> str:
    """Return what was found of a file, without the path, which stands beside it."""
    return found.replace(str(path), "").strip(" ,")


def _name_clips(problems: dict[Path, list[str]]) -> dict[Path, str]:
    """Return the names of the clips of all good files, and add what is wrong with the names.

    They are called after their files where these differ, else after the whole paths.
    """
    paths = [path for path, found in problems.items() if not found]
    names = {path: _normalise(path.stem) for path in paths}
    if len({name.casefold() for name in names.values()}) < len(paths):
        names = {path: _normalise("-".join(path.with_suffix("").parts)) for path in paths}
    alike: dict[str, list[Path]] = defaultdict(list)
    for path, name in names.items():
        alike[name.casefold()].append(path)
    for path, name in names.items():
        others = [other for other in alike[name.casefold()] if other != path]
        if others:
            problems[path].append(f"the same name for its clip as {listing(others)}, {name}")
        if flaw := find_flaw_of_name(name):
            problems[path].append(flaw)
    return names


def _normalise(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def _as_clip(
    name: str, path: Path, fields: Mapping[str, str], emotions: Mapping[str, str] | None
) -> Clip:
    emotion = fields["emotion"]
    return Clip(
        clip=name,
        speaker=fields["speaker"],
        emotion=emotions[emotion] if emotions else emotion,
        media=str(path),
        intensity=fields.get("intensity"),
        statement=fields.get("statement"),
        repetition=int(fields["repetition"]) if "repetition" in fields else None,
    )


def _find_flaws(corpus: NewCorpus) -> Iterator[str]:
    if not corpus.clips:
        yield "no file that can be used"
        return
    if len(corpus.speakers) < FEWEST_SPEAKERS:
        yield f"one speaker alone, {corpus.speakers[0]}: there is nobody to test on"
    if len(corpus.emotions) < FEWEST_EMOTIONS:
        yield f"one emotion alone, {corpus.emotions[0]}: there is nothing to tell apart"
    for what, names in (("speakers", corpus.speakers), ("emotions", corpus.emotions)):
        if alike := _differ_in_capitals_only(names):
            yield f"the {what} {listing(alike)}, which differ in capitals only"
    if corpus.is_corpus:
        yield from _find_flaws_of_folds(corpus)


def _differ_in_capitals_only(names: Iterable[str]) -> list[str]:
    every = [*names]
    times = Counter(name.casefold() for name in every)
    return [name for name in every if times[name.casefold()] > 1]


def _find_flaws_of_folds(corpus: NewCorpus) -> Iterator[str]:
    """Yield the emotions that some training would not see."""
    folds = balanced_folds(((clip.speaker, clip.emotion) for clip in corpus.clips), corpus.folds)
    fold_of = {speaker: fold for fold, speakers in enumerate(folds) for speaker in speakers}
    needed = FOLDS_OF_AN_EMOTION[corpus.protocol]
    for emotion in corpus.emotions:
        players = sorted({clip.speaker for clip in corpus.clips if clip.emotion == emotion})
        playing = {fold_of[speaker] for speaker in players}
        if not players:
            yield f"no clip of the emotion {emotion}"
        elif len(playing) < needed:
            yield (
                f"the emotion {emotion}, played by {listing(players)} alone, in "
                f"{counted(len(playing), 'fold')}: {needed} are needed, or a training under the "
                f"protocol {corpus.protocol} does not see it"
            )
