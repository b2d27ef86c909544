"""The files of a known corpus: what they say of their clips, and what is left alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emofold.config.annotations import CLIP, Annotations, read_annotations
from emofold.config.corpus_pattern import with_one_ending
from emofold.config.known_corpora import KnownCorpus
from emofold.config.known_counts import find_deviations
from emofold.corpora.media_files import VIDEO, find_media
from emofold.corpora.segments import BOUNDS
from emofold.errors import InputError, counted, listing, nearest

LOSSLESS = {".wav", ".flac", ".aif", ".aiff", ".au", ".caf"}
NEEDED = ("speaker", "emotion")

Fields = dict[str, str]


@dataclass(frozen=True)
class KnownFiles:
    """What is known of the files of a corpus below a folder.

    Attributes
    ----------
    text
        What their names are made like.
    fields
        What is said of each clip.
    emotions
        What each emotion that is taken is to be called, in order, by what the corpus calls it.
    segments
        The recording of each clip that is a segment of one, by the path that the clip would have
        in it; its fields have a `start` and an `end`.
    passed_over
        The files that are left alone.
    remarks
        What is told of these, and of how the copy differs from the corpus as it was published.
    """

    text: str
    fields: Mapping[Path, Fields]
    emotions: Mapping[str, str]
    segments: Mapping[Path, Path]
    passed_over: frozenset[Path]
    remarks: Sequence[str]

    def read(self, path: Path) -> Fields | None:
        """Return what is said of a clip, by field; None where its name does not fit."""
        return self.fields.get(path)


def read_known_files(
    corpus: KnownCorpus, folder: Path, chosen: Mapping[str, str] | None = None
) -> KnownFiles:
    """Find the clips of a known corpus below a folder, of any nesting.

    Parameters
    ----------
    corpus
        The corpus.
    folder
        The folder.
    chosen
        What each emotion is to be called, by what the corpus calls it; the others are left alone.
        Without it, all are taken as they are called.

    Raises
    ------
    InputError
        When no file fits, the annotations are missing, or an emotion is chosen that is none.
    """
    _check_chosen(corpus, chosen)
    files = find_media(folder)
    left = _LeftAlone()
    media = [path for path in files.media if not left.add(path, _why_no_clip(corpus, path))]
    read = {path: told for path in media if (told := _read_name(corpus, path))}
    recordings = _read_recordings(corpus, files.media)
    is_known = any(_is_known(corpus, told) for _, told in read.values())
    if files.media and not is_known and not recordings:
        raise _nothing_fits(corpus, folder, files.media)
    in_names = {name for pattern in corpus.names for name in pattern.names}
    annotations = [
        read_annotations(folder, kind, files.others, in_names) for kind in corpus.annotations
    ]
    segments = dict(_find_segments(recordings, annotations, read))
    read |= {path: told for path in segments if (told := _read_name(corpus, path))}
    complete = {
        path: _complete(corpus, path, in_name, annotations) for path, (_, in_name) in read.items()
    }
    for path in complete.keys() - segments.keys():
        for bound in BOUNDS:
            complete[path].pop(bound, None)
    fields = {
        path: told
        for path, told in complete.items()
        if not left.add(path, _why_no_emotion(corpus, told))
    }
    if read and not fields:
        raise _nothing_usable(corpus, folder, left)
    copies = _find_copies(fields, {path: rank for path, (rank, _) in read.items()})
    fields = {path: told for path, told in fields.items() if path not in copies}
    _unite_spellings(fields.values(), "speaker")
    emotions = chosen or _find_emotions(corpus, fields)
    not_chosen = {*corpus.emotions} - {*emotions}
    others = [path for path, told in fields.items() if told["emotion"] in not_chosen]
    return KnownFiles(
        text=" or ".join(pattern.text for pattern in corpus.names),
        fields=fields,
        emotions=emotions,
        segments=segments,
        passed_over=frozenset([*copies, *others, *left.paths]),
        remarks=[
            *find_deviations(corpus, folder, fields),
            *_describe_unused_rows(annotations, read),
            *left.describe(),
            *_describe_copies(copies),
        ],
    )


class _LeftAlone:
    """The files that are left alone, by why they are."""

    def __init__(self) -> None:
        self._by_reason: dict[str, list[Path]] = defaultdict(list)

    def add(self, path: Path, reason: str) -> bool:
        """Keep a file in mind if there is a reason to leave it alone; return whether there is."""
        if reason:
            self._by_reason[reason].append(path)
        return bool(reason)

    @property
    def paths(self) -> list[Path]:
        """All of these files."""
        return [path for paths in self._by_reason.values() for path in paths]

    def describe(self) -> Iterator[str]:
        """Yield how many there are for each reason, and what some are called."""
        for reason, paths in self._by_reason.items():
            yield f"{counted(len(paths), 'file')} left alone, {reason}: {listing(paths, 3)}"


def _check_chosen(corpus: KnownCorpus, chosen: Mapping[str, str] | None) -> None:
    for word in chosen or {}:
        if word not in corpus.emotions:
            raise InputError(
                f"the emotion {word!r}, not one of {corpus.title}{nearest(word, corpus.emotions)}",
                f"some of {', '.join(corpus.emotions)}",
                "correct --emotions; `joyful=happy` calls happy joyful",
            )


def _nothing_fits(corpus: KnownCorpus, folder: Path, media: Sequence[Path]) -> InputError:
    return InputError(
        f"{counted(len(media), 'file')} below {folder}, none of which is called like a clip of "
        f"{corpus.title}: {listing(media)}",
        f"names such as {' or '.join(pattern.text for pattern in corpus.names)}",
        "name another corpus, or describe the names with --pattern",
    )


def _nothing_usable(corpus: KnownCorpus, folder: Path, left: _LeftAlone) -> InputError:
    return InputError(
        f"no clip of {corpus.title} below {folder} that can be used ({'; '.join(left.describe())})",
        "clips that show an emotion",
        "name the folder of the whole corpus with --videos",
    )


def _why_no_clip(corpus: KnownCorpus, path: Path) -> str:
    """Return why a file is known to be no clip that can be used; nothing if it may be one."""
    for bad in corpus.bad:
        if bad.fits(path):
            return f"known to be bad ({bad.reason})"
    return "no clips" if any(other.fits(path) for other in corpus.other_files) else ""


def _read_name(corpus: KnownCorpus, path: Path) -> tuple[int, Fields] | None:
    """Return the number of the pattern that a path fits, and what it says; None if it fits none.

    The first one is taken that says a known emotion, or else the first.
    """
    fitting = []
    for rank, pattern in enumerate(corpus.names):
        told = pattern.read(path)
        told = _translate(corpus, told) if told is not None else None
        if told is not None:
            fitting.append((rank, told))
    known = [one for one in fitting if _is_known(corpus, one[1])]
    return next(iter(known or fitting), None)


def _is_known(corpus: KnownCorpus, told: Fields) -> bool:
    """Return whether a name says an emotion of the corpus, or leaves it to the annotations."""
    return told.get("emotion") in {None, *corpus.emotions, *corpus.no_emotion}


def _translate(corpus: KnownCorpus, told: Mapping[str, str]) -> Fields | None:
    """Return what codes stand for; None where one is unknown, other than that of an emotion."""
    words = {}
    for field, text in told.items():
        codes = corpus.codes.get(field)
        words[field] = codes.get(text.casefold(), text) if codes else text
        if codes and text.casefold() not in codes and field != "emotion":
            return None
    return words


def _read_recordings(corpus: KnownCorpus, media: Iterable[Path]) -> dict[Path, Fields]:
    """Return what the names of the recordings say that clips may be segments of."""
    patterns = corpus.recordings
    return {path: told for path in media for one in patterns if (told := one.read(path))}


def _find_segments(
    recordings: Mapping[Path, Fields], annotations: Iterable[Annotations], own: Iterable[Path]
) -> Iterator[tuple[Path, Path]]:
    """Yield the path of each clip that has no file of its own in its recording, and this one."""
    has_own = {with_one_ending(path).stem.casefold() for path in own}
    by_key = {
        tuple(sorted((field, text.casefold()) for field, text in told.items())): path
        for path, told in recordings.items()
    }
    fields = sorted({field for told in recordings.values() for field in told})
    for row in (row for rows in annotations for row in rows.rows.values()):
        if {CLIP, *BOUNDS, *fields} <= row.keys() and row[CLIP].casefold() not in has_own:
            recording = by_key.get(tuple((field, row[field].casefold()) for field in fields))
            if recording:
                yield recording / row[CLIP], recording


def _complete(
    corpus: KnownCorpus, path: Path, in_name: Fields, annotations: Iterable[Annotations]
) -> Fields:
    """Return all that is said of a clip."""
    told = dict(in_name)
    for rows in annotations:
        told |= _translate(corpus, rows.rows.get(rows.key_of(path, in_name), {})) or {}
    for field, parts in corpus.joined.items():
        told[field] = "".join(told.get(part, "") for part in parts)
    return told


def _why_no_emotion(corpus: KnownCorpus, told: Fields) -> str:
    """Return why a clip shows nothing to learn; nothing if it does."""
    missing = [field for field in NEEDED if not told.get(field)]
    if missing:
        return f"no annotation says the {' or the '.join(missing)}"
    label = told["emotion"].casefold()
    return f"labelled {label} ({corpus.no_emotion[label]})" if label in corpus.no_emotion else ""


def _find_copies(fields: Mapping[Path, Fields], ranks: Mapping[Path, int]) -> dict[Path, Path]:
    """Return the file that is taken in the place of each other of the same clip."""
    same: dict[frozenset[tuple[str, str]], list[Path]] = defaultdict(list)
    for path, told in fields.items():
        same[frozenset((field, text.casefold()) for field, text in told.items())].append(path)
    copies: dict[Path, Path] = {}
    for paths in same.values():
        best, *others = sorted(paths, key=lambda path: (ranks[path], *_preference(path)))
        copies |= dict.fromkeys(others, best)
    return copies


def _preference(path: Path) -> tuple[int, int, str]:
    """Return what is smaller for pictures, then for sound without losses, then near the top."""
    ending = path.suffix.lower()
    kind = 0 if ending in VIDEO else 1 if ending in LOSSLESS else 2
    return kind, len(path.parts), str(path)


def _unite_spellings(clips: Iterable[Fields], field: str) -> None:
    """Write what differs in capitals only as it is written first."""
    spellings: dict[str, str] = {}
    for told in clips:
        told[field] = spellings.setdefault(told[field].casefold(), told[field])


def _find_emotions(corpus: KnownCorpus, fields: Mapping[Path, Fields]) -> dict[str, str]:
    there = {told["emotion"] for told in fields.values()}
    return {word: word for word in corpus.emotions if word in there}


def _describe_unused_rows(
    annotations: Iterable[Annotations], read: Mapping[Path, tuple[int, Fields]]
) -> Iterator[str]:
    for rows in annotations:
        used = {rows.key_of(path, in_name) for path, (_, in_name) in read.items()}
        unused = ["/".join(key) for key in rows.rows if key not in used]
        if unused:
            yield f"{counted(len(unused), 'annotation')} without a clip: {listing(unused)}"


def _describe_copies(copies: Mapping[Path, Path]) -> Iterator[str]:
    if copies:
        pairs = [f"{path} is that of {best}" for path, best in copies.items()]
        yield (
            f"{counted(len(copies), 'file')} left alone, whose clip is taken from another file: "
            f"{listing(pairs, 3)}"
        )
