"""A corpus of the user's own, read off its files: its clips, and all that is wrong with them."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import IO

from emofold.config.copied_files import leave_copies_out
from emofold.config.media_checks import check_contents, check_fields, check_path, name_clips
from emofold.config.name_pattern import FEWEST_EMOTIONS, Names
from emofold.config.openface_files import find_openface_files, require_openface_files
from emofold.corpora.folds import balance_folds
from emofold.corpora.media_files import find_media
from emofold.corpora.notation import find_alike
from emofold.corpora.planning import FEWEST_FOLDS
from emofold.corpora.sample_sheet import OPTIONAL, REQUIRED, Clip
from emofold.corpora.segments import read_seconds
from emofold.errors import InputError, counted, listing

FEWEST_SPEAKERS = 2
MOST_FOLDS = 5
NONE: Mapping[Path, Path] = MappingProxyType({})


@dataclass(frozen=True)
class NewCorpus:
    """What the files below a folder are worth as a corpus.

    Attributes
    ----------
    clips
        The clips that can be used; their media as seen from the folder of the files.
    emotions
        The emotions in order: those that were named, or else those of the clips.
    has_sound, has_pictures, has_openface_files
        What every one of the clips has: of the last, a csv of Action Units.
    left_out
        What is wrong with each file that is left out.
    others
        How many files are neither video nor sound, nor a csv of a clip.
    most_folds
        How many folds the speakers are put into, if there are as many; None for a fold for each.
    """

    clips: list[Clip]
    emotions: list[str]
    has_sound: bool
    has_pictures: bool
    has_openface_files: bool
    left_out: dict[Path, list[str]]
    others: int
    most_folds: int | None = MOST_FOLDS

    @property
    def speakers(self) -> list[str]:
        """The speakers of the clips, sorted."""
        return sorted({clip.speaker for clip in self.clips})

    @property
    def is_corpus(self) -> bool:
        """Whether there is anything to tell apart, and anybody to test on."""
        return len(self.speakers) >= FEWEST_SPEAKERS and len(self.emotions) >= FEWEST_EMOTIONS

    @property
    def extractor(self) -> str | None:
        """The kind of extractor that the clips have Action Units by; None where they have none."""
        return "csv" if self.has_openface_files else "mediapipe" if self.has_pictures else None

    @property
    def folds(self) -> int:
        """How many folds the speakers are put into."""
        return min(self.most_folds or len(self.speakers), len(self.speakers))

    @property
    def protocol(self) -> str:
        """The strictest protocol that so many folds allow."""
        return "nested" if self.folds >= FEWEST_FOLDS["nested"] else "paper"

    @cached_property
    def flaws(self) -> list[str]:
        """What is wrong with the corpus as a whole: no run would get through."""
        return [*_find_flaws(self)]


def read_corpus(
    folder: Path,
    pattern: Names,
    emotions: Mapping[str, str] | None = None,
    ignored: Collection[Path] = (),
    most_folds: int | None = MOST_FOLDS,
    *,
    segments: Mapping[Path, Path] = NONE,
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
        Files that are neither clips nor counted among the others.
    most_folds
        How many folds the speakers are put into, if there are as many; None for a fold for each.
    segments
        The recording of each clip that is a segment of one, by the path that `pattern` knows it by.

    Raises
    ------
    InputError
        When there is no media file, or the pattern fits none.
    """
    files = find_media(folder)
    others = [path for path in files.others if folder / path not in ignored]
    media = [path for path in [*files.media, *segments] if folder / path not in ignored]
    recordings = dict.fromkeys(segments.get(path, path) for path in media)
    tables = find_openface_files(folder, recordings, others)
    fields = {path: pattern.read(path) or {} for path in media}
    if not any(fields.values()):
        raise _nothing_fits(folder, pattern, media, others)
    problems = {
        path: [*check_path(path, pattern), *check_fields(fields[path], emotions)] for path in media
    }
    has_sound, has_pictures = check_contents(folder, problems, segments)
    leave_copies_out(folder, fields, problems)
    has_openface_files = require_openface_files(folder, problems, segments, tables)
    clips = []
    for path, name in name_clips(problems).items():
        recording = segments.get(path, path)
        clips.append(_as_clip(name, recording, tables.get(recording), fields[path], emotions))
    in_order = emotions.values() if emotions else sorted({clip.emotion for clip in clips})
    return NewCorpus(
        clips=clips,
        emotions=list(dict.fromkeys(in_order)),
        has_sound=has_sound,
        has_pictures=has_pictures,
        has_openface_files=has_openface_files,
        left_out={path: found for path, found in problems.items() if found},
        others=len({*others} - {*tables.values()}),
        most_folds=most_folds,
    )


def write_sheet(clips: Iterable[Clip], file: IO[str]) -> None:
    """Write the sample sheet of some clips.

    Parameters
    ----------
    clips
        The clips, with their files as seen from the folder of the sheet.
    file
        Where to write to, opened with ``newline=""``.
    """
    rows = [vars(clip) for clip in clips]
    optional = [name for name in OPTIONAL if any(row[name] is not None for row in rows)]
    columns = [*REQUIRED, *optional]
    writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def _nothing_fits(
    folder: Path, pattern: Names, media: Sequence[Path], others: Sequence[Path]
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


def _as_clip(
    name: str,
    recording: Path,
    table: Path | None,
    fields: Mapping[str, str],
    emotions: Mapping[str, str] | None,
) -> Clip:
    emotion = fields["emotion"]
    return Clip(
        clip=name,
        speaker=fields["speaker"],
        emotion=emotions[emotion] if emotions else emotion,
        media=str(recording),
        action_units=str(table) if table else None,
        intensity=fields.get("intensity"),
        statement=fields.get("statement"),
        repetition=int(fields["repetition"]) if "repetition" in fields else None,
        start=read_seconds(fields.get("start", "")),
        end=read_seconds(fields.get("end", "")),
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
        for alike in find_alike(names):
            yield f"the {what} {listing(alike)}, which differ in notation only"
    if corpus.is_corpus:
        yield from _find_flaws_of_folds(corpus)


def _find_flaws_of_folds(corpus: NewCorpus) -> Iterator[str]:
    """Yield the emotions that some training would not see."""
    folds = balance_folds(((clip.speaker, clip.emotion) for clip in corpus.clips), corpus.folds)
    fold_of = {speaker: fold for fold, speakers in enumerate(folds) for speaker in speakers}
    needed = FEWEST_FOLDS[corpus.protocol]
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
