"""A corpus of the user's own, read off its files: its clips, and all that is wrong with them."""

import csv
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from tqdm import tqdm

from emofold.config.cross_checks import FEWEST_FOLDS
from emofold.config.name_pattern import FEWEST_EMOTIONS, NamePattern, is_emotion_name
from emofold.corpora.folds import balance_folds
from emofold.corpora.media_files import find_media
from emofold.corpora.sample_sheet import LONGEST_NAME, OPTIONAL, REQUIRED, Clip
from emofold.errors import InputError, counted, listing, nearest
from emofold.media.containers import MAX_DURATION
from emofold.media.contents import Contents, choose_modalities, read_contents

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
    flaws
        What is wrong with the corpus as a whole: no run would get through.
    others
        How many files are neither video nor sound.
    """

    clips: list[Clip]
    emotions: list[str]
    has_sound: bool
    has_pictures: bool
    left_out: dict[Path, list[str]]
    flaws: list[str]
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
    said = {path: pattern.read(path) for path in found.media}
    if not any(said.values()):
        raise _nothing_fits(folder, pattern, found.media, others)
    problems: dict[Path, list[str]] = defaultdict(list)
    for path, fields in said.items():
        problems[path] += _problems_of_name(path, fields, pattern, emotions)
    well_named = {path for path in found.media if not problems[path]}
    contents = {}
    for path in tqdm(found.media, desc="opening", unit=" files", leave=False, disable=None):
        try:
            contents[path] = read_contents(folder / path)
        except InputError as error:
            problems[path].append(_without_path(error.found, folder / path))
    has_sound, has_pictures = choose_modalities([contents[p] for p in contents.keys() & well_named])
    for path, content in contents.items():
        problems[path] += _problems_of_contents(content, has_sound, has_pictures)
    names = _clip_names([path for path in found.media if not problems[path]])
    for path, problem in _problems_of_clip_names(names):
        problems[path].append(problem)
    clips = [
        _as_clip(names[path], path, said[path] or {}, emotions)
        for path in found.media
        if not problems[path]
    ]
    in_order = emotions.values() if emotions else sorted({clip.emotion for clip in clips})
    corpus = NewCorpus(
        clips=clips,
        emotions=list(dict.fromkeys(in_order)),
        has_sound=has_sound,
        has_pictures=has_pictures,
        left_out={path: reasons for path, reasons in problems.items() if reasons},
        flaws=[],
        others=len(others),
    )
    return replace(corpus, flaws=[*_flaws(corpus)])


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


def _problems_of_name(
    path: Path,
    fields: Mapping[str, str] | None,
    pattern: NamePattern,
    emotions: Mapping[str, str] | None,
) -> Iterator[str]:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        yield "a name that is no UTF-8"
    if fields is None:
        yield f"a name that does not fit the pattern {pattern.text}"
        return
    emotion = fields["emotion"]
    if emotions is not None and emotion not in emotions:
        hint = nearest(emotion, emotions)
        yield f"the emotion {emotion!r}, not one of {', '.join(emotions)}{hint}"
    elif emotions is None and not is_emotion_name(emotion):
        yield (
            f"the emotion {emotion!r}, which is not made of letters, digits, _ and - alone: give "
            f"it another name with --emotions name='{emotion}'"
        )
    if "repetition" in fields and not fields["repetition"].isdecimal():
        yield f"the repetition {fields['repetition']!r}, which is no number"


def _problems_of_contents(contents: Contents, has_sound: bool, has_pictures: bool) -> Iterator[str]:
    """Yield what a file lacks that other files have, and whether it is too long for a clip."""
    if not (contents.has_sound or contents.has_pictures):
        yield "neither sound nor pictures"
    elif has_sound and not contents.has_sound:
        yield "no sound, which other files have"
    elif has_pictures and not contents.has_pictures:
        yield "no pictures, which other files have"
    if contents.duration is not None and contents.duration > MAX_DURATION:
        yield f"{contents.duration:.0f} s long, more than the {MAX_DURATION:g} s of a clip"


def _without_path(found: str, path: Path) -> str:
    """Return what was found of a file, without the path, which stands beside it."""
    return found.replace(str(path), "").strip(" ,")


def _clip_names(paths: Sequence[Path]) -> dict[Path, str]:
    """Return the names of the clips: of the files where these differ, else of the whole paths."""
    names = {path: _normalised(path.stem) for path in paths}
    if len({name.casefold() for name in names.values()}) == len(paths):
        return names
    return {path: _normalised("-".join(path.with_suffix("").parts)) for path in paths}


def _normalised(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def _problems_of_clip_names(names: Mapping[Path, str]) -> Iterator[tuple[Path, str]]:
    alike: dict[str, list[Path]] = defaultdict(list)
    for path, name in names.items():
        alike[name.casefold()].append(path)
    for path, name in names.items():
        others = [other for other in alike[name.casefold()] if other != path]
        if others:
            yield path, f"the same name for its clip as {listing(others)}, {name}"
        if len(name.encode()) > LONGEST_NAME:
            yield path, f"a clip name of more than {LONGEST_NAME} bytes, {name}"


def _as_clip(
    name: str, path: Path, said: Mapping[str, str], emotions: Mapping[str, str] | None
) -> Clip:
    return Clip(
        clip=name,
        speaker=said["speaker"],
        emotion=emotions[said["emotion"]] if emotions else said["emotion"],
        media=str(path),
        intensity=said.get("intensity"),
        statement=said.get("statement"),
        repetition=int(said["repetition"]) if "repetition" in said else None,
    )


def _flaws(corpus: NewCorpus) -> Iterator[str]:
    if not corpus.clips:
        yield "no file that can be used"
        return
    if len(corpus.speakers) < FEWEST_SPEAKERS:
        yield f"one speaker alone, {corpus.speakers[0]}: there is nobody to test on"
    if len(corpus.emotions) < FEWEST_EMOTIONS:
        yield f"one emotion alone, {corpus.emotions[0]}: there is nothing to tell apart"
    for what, names in (("speakers", corpus.speakers), ("emotions", corpus.emotions)):
        folded = Counter(name.casefold() for name in names)
        alike = [name for name in names if folded[name.casefold()] > 1]
        if alike:
            yield f"the {what} {listing(alike)}, which differ in capitals only"
    if corpus.is_corpus:
        yield from _flaws_of_folds(corpus)


def _flaws_of_folds(corpus: NewCorpus) -> Iterator[str]:
    """Yield the emotions that some training would not see."""
    folds = balance_folds(((clip.speaker, clip.emotion) for clip in corpus.clips), corpus.folds)
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
