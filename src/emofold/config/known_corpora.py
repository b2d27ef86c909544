"""The corpora that emofold knows by name: a file each in workflow/resources/corpora."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import yaml

from emofold.config.annotations import AnnotationFiles
from emofold.config.corpus_pattern import CorpusPattern, is_media
from emofold.config.schema import fill_defaults, find_misfits, read_schema
from emofold.corpora.sample_sheet import OF_CORPUS
from emofold.errors import InputError, counted, nearest

WORKFLOW = Path(__file__).parents[3] / "workflow"
FOLDER = WORKFLOW / "resources" / "corpora"
SCHEMA = WORKFLOW / "schemas" / "corpus.schema.yaml"
RANGE = re.compile(r"(?P<before>\D*)(?P<first>\d+)\.\.(?P<last>\d+)")


@dataclass(frozen=True)
class Counts:
    """How many clips a whole copy of a corpus has, without those that are bad.

    Attributes
    ----------
    clips, speakers, clips_per_speaker
        How many; None where it is not known, or differs.
    codes_of_speakers
        Who the speakers are; none where it is not known.
    emotions
        How many clips of each emotion.
    """

    clips: int
    speakers: int | None
    codes_of_speakers: Sequence[str]
    clips_per_speaker: int | None
    emotions: Mapping[str, int]


@dataclass(frozen=True)
class BadClip:
    """What a clip is called that cannot be used, in files of one ending or of any; and why."""

    name: str
    pattern: CorpusPattern
    ending: str
    reason: str

    def fits(self, path: Path) -> bool:
        """Return whether a file is one of these."""
        return self.ending in ("", path.suffix.lower()) and self.pattern.fits(path)


@dataclass(frozen=True)
class KnownCorpus:
    """What is known of a corpus; the schema of its file explains each attribute but the name."""

    name: str
    title: str
    speakers_of: str | None
    language: str
    acted: bool
    licence: str | None
    citation: str
    source: str
    names: Sequence[CorpusPattern]
    codes: Mapping[str, Mapping[str, str]]
    emotions: Sequence[str]
    joined: Mapping[str, Sequence[str]]
    annotations: Sequence[AnnotationFiles]
    recordings: Sequence[CorpusPattern]
    other_files: Sequence[CorpusPattern]
    no_emotion: Mapping[str, str]
    bad: Sequence[BadClip]
    counts: Counts

    def name_speaker(self, speaker: str) -> str:
        """Return what a sheet calls a speaker: after another corpus, where it is one of that."""
        return f"{self.speakers_of}{OF_CORPUS}{speaker}" if self.speakers_of else speaker

    def describe(self) -> list[str]:
        """Return what whoever uses the corpus should know, a line for each thing."""
        kind = "acted" if self.acted else "not acted"
        return [
            f"{self.title}: {self.language}, {kind}",
            f"Licence: {self.licence or f'see {self.source}'}",
            f"Cite: {self.citation}",
        ]


def list_known_corpora(folder: Path = FOLDER) -> list[str]:
    """Return the names of the corpora that there is a file for."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def read_known_corpus(name: str, folder: Path = FOLDER) -> KnownCorpus:
    """Read the file of a corpus.

    Parameters
    ----------
    name
        Its name, or another that it goes by; capitals, hyphens and underscores do not matter.
    folder
        Where the files are.

    Raises
    ------
    InputError
        When there is no file of the name, or it does not fit its schema.
    """
    known = list_known_corpora(folder)
    found = [one for one in known if _plain(one) == _plain(name)]
    found = found or [one for one in known if _plain(name) in _aliases(folder / f"{one}.yaml")]
    if not found:
        raise InputError(
            f"the corpus {name!r}, which is not known{nearest(name.lower(), known)}",
            f"one of {', '.join(known)}" if known else f"files in {folder}",
            "name one of these, or describe the names of the files with --pattern",
        )
    file = folder / f"{found[0]}.yaml"
    schema = read_schema(SCHEMA)
    content = _read_yaml(file)
    problems = find_misfits(content, schema, "the file")
    if not problems:
        content = fill_defaults(content, schema)
        problems = [*_find_contradictions(content)]
    if problems:
        raise _bad_file(file, f"{counted(len(problems), 'problem')}: {'; '.join(problems)}")
    try:
        return _as_corpus(found[0], content)
    except InputError as error:
        raise _bad_file(file, error.found) from error


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def _aliases(file: Path) -> list[str]:
    """Return what else a corpus is called, if its file can be read."""
    content = _read_yaml(file)
    aliases = content.get("aliases") if isinstance(content, dict) else None
    return [_plain(str(alias)) for alias in aliases or []]


def _bad_file(file: Path, found: str) -> InputError:
    return InputError(
        f"{found} (in {file})", f"a file that fits {SCHEMA.name}", "correct the file of the corpus"
    )


def _read_yaml(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _bad_file(file, f"no yaml: {' '.join(str(error).split())}") from error


def _find_contradictions(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield what no schema can say."""
    for field, words in content["codes"].items():
        codes = [code.casefold() for _, code in _pairs(words)]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            yield f"the code {code!r} stands for two words of `codes.{field}`"
    emotions = content["codes"]["emotion"]
    for word in content["counts"].get("emotions", {}):
        if word not in emotions:
            yield f"`counts.emotions` has {word!r}{nearest(word, emotions)}, which `codes` has not"


def _as_corpus(name: str, content: Mapping[str, Any]) -> KnownCorpus:
    told = {key: content[key] for key in ("title", "language", "acted", "source", "joined")}
    return KnownCorpus(
        name,
        **told,
        speakers_of=content.get("speakers_of"),
        licence=content.get("licence"),
        citation=" ".join(content["citation"].split()),
        names=[CorpusPattern(text) for text in content["names"]],
        codes={
            field: {code.casefold(): word for word, code in _pairs(words)}
            for field, words in content["codes"].items()
        },
        emotions=[*content["codes"]["emotion"]],
        annotations=[_as_annotation_files(row) for row in content["annotations"]],
        recordings=[CorpusPattern(text) for text in content["recordings"]],
        other_files=[CorpusPattern(text) for text in content["other_files"]],
        no_emotion={label.casefold(): why for label, why in content["no_emotion"].items()},
        bad=[_as_bad_clip(name, reason) for name, reason in content["bad"].items()],
        counts=_as_counts(content["counts"]),
    )


def _pairs(words: Mapping[str, str | list[str]]) -> Iterator[tuple[str, str]]:
    """Yield each word with each of its codes."""
    for word, codes in words.items():
        yield from ((word, code) for code in ([codes] if isinstance(codes, str) else codes))


def _as_annotation_files(row: Mapping[str, Any]) -> AnnotationFiles:
    lines = CorpusPattern(row["lines"]) if "lines" in row else None
    return AnnotationFiles(CorpusPattern(row["files"]), row.get("columns"), lines)


def _as_bad_clip(name: str, reason: str) -> BadClip:
    path = PurePath(name)
    if is_media(path):
        pattern = CorpusPattern(path.with_suffix("").as_posix())
        return BadClip(name, pattern, path.suffix.lower(), reason)
    return BadClip(name, CorpusPattern(name), "", reason)


def _as_counts(counts: Mapping[str, Any]) -> Counts:
    speakers = counts.get("speakers")
    codes = speakers if isinstance(speakers, list) else []
    codes = [code for text in codes for code in _spell_out(text)]
    return Counts(
        clips=counts["clips"],
        speakers=len(codes) or speakers,
        codes_of_speakers=codes,
        clips_per_speaker=counts.get("clips_per_speaker"),
        emotions=counts.get("emotions", {}),
    )


def _spell_out(text: str) -> list[str]:
    """Return the codes that a text such as ``F_01..10`` stands for."""
    match = RANGE.fullmatch(text)
    if not match:
        return [text]
    first, last = match["first"], match["last"]
    numbers = range(int(first), int(last) + 1)
    return [f"{match['before']}{number:0{len(first)}}" for number in numbers]
