"""The pattern that the names of files follow, and the emotions behind the codes in them."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePath
from typing import ClassVar, Protocol

from emofold.errors import InputError, nearest

FIELDS = ("speaker", "emotion", "intensity", "statement", "repetition")
NEEDED = ("speaker", "emotion")
EMOTION_NAME = re.compile(r"[\w-]+")
FEWEST_EMOTIONS = 2

TOKEN = re.compile(
    r"\{(?P<field>[^{}:]*)(:(?P<length>[^{}]*))?\}|(?P<star>\*)|(?P<text>/|[^{}*/]+)"
)
SEPARATORS_AT_END = re.compile(r"[\W_]+\Z")
ANY_CHARACTER = "[^/]"
END_OF_NAME = "/"


@dataclass(frozen=True)
class Blank:
    """A part of a pattern that differs from name to name; without a field, it does not matter."""

    field: str | None
    length: int | None = None

    def __str__(self) -> str:
        return "*" if self.field is None else f"{{{self.field}}}"


class Names(Protocol):
    """What tells what the name of a file says of its clip, and says how such names are made."""

    @property
    def text(self) -> str:
        """What the names are made like."""

    def read(self, path: Path) -> Mapping[str, str] | None:
        """Return what the path of a file says, by field; None where it does not fit."""


class NamePattern:
    """What the name of a file says of its clip.

    Text stands for itself. ``{speaker}``, ``{emotion}``, ``{intensity}``, ``{statement}`` and
    ``{repetition}`` stand for what is to be read, ``*`` for what does not matter. None of them
    holds a ``/``, or the text that follows it in the pattern; the last one of a name does not hold
    the separator before it, so that a name of more parts than the pattern does not fit. A ``*`` at
    the end of a name stands for all the rest, and ``{speaker:2}`` for any two characters. A field
    that comes twice is the same text both times. So there is one way at most to read a name.

    Parameters
    ----------
    text
        The pattern, of the whole path of a file where it has a ``/``, else of its name; either way
        without the ending.

    Raises
    ------
    InputError
        When the pattern lacks the speaker or the emotion, or could be read in several ways.

    Examples
    --------
    >>> NamePattern("{speaker}_{emotion}_*").read(PurePath("videos/anna_happy_take_2.mp4"))
    {'speaker': 'anna', 'emotion': 'happy'}
    >>> NamePattern("Actor_{speaker}/*-{emotion:2}").read(PurePath("Actor_07/x-03.mp4"))
    {'speaker': '07', 'emotion': '03'}
    """

    fields: ClassVar[Collection[str] | None] = FIELDS  # None: any
    needed: ClassVar[Collection[str]] = NEEDED
    flags: ClassVar[re.RegexFlag] = re.NOFLAG

    def __init__(self, text: str) -> None:
        self.text = text
        tokens = [*_tokens(unicodedata.normalize("NFC", text), text, self.fields)]
        _check(tokens, text, self.needed)
        self._expression = re.compile("".join(_expressions(tokens)), self.flags)

    def read(self, path: PurePath) -> dict[str, str] | None:
        """Return what the path of a file says, by field; None where it does not fit.

        Letters with accents are one character each, in whatever way the file system writes them.
        """
        return self._read(path.with_suffix("").as_posix() if "/" in self.text else path.stem)

    def _read(self, text: str) -> dict[str, str] | None:
        match = self._expression.fullmatch(unicodedata.normalize("NFC", text))
        fields = {name: text.strip() for name, text in match.groupdict().items()} if match else {}
        return fields if match and all(fields.values()) else None


def parse_emotions(text: str) -> dict[str, str]:
    """Return the emotion behind each code, in the order given.

    Parameters
    ----------
    text
        Emotions with commas between them, each as ``emotion`` or ``emotion=code``. An emotion may
        have several codes.

    Raises
    ------
    InputError
        When a name cannot be an emotion's, a code stands for two, or there is only one emotion.

    Examples
    --------
    >>> parse_emotions("happy=hap,sad")
    {'hap': 'happy', 'sad': 'sad'}
    """
    emotions: dict[str, str] = {}
    for item in unicodedata.normalize("NFC", text).split(","):
        emotion, _, code = map(str.strip, item.partition("="))
        code = code or emotion
        if not is_emotion_name(emotion):
            raise _bad_emotions(f"{item.strip()!r} in the emotions {text!r}")
        if code in emotions:
            raise _bad_emotions(f"{code!r} twice in the emotions {text!r}")
        emotions[code] = emotion
    if len({*emotions.values()}) < FEWEST_EMOTIONS:
        raise _bad_emotions(f"one emotion alone, {text!r}")
    return emotions


def is_emotion_name(text: str) -> bool:
    """Return whether an emotion can be called so: it will be part of names of columns.

    Examples
    --------
    >>> is_emotion_name("fröhlich"), is_emotion_name("very sad")
    (True, False)
    """
    return EMOTION_NAME.fullmatch(text) is not None


def _bad_emotions(found: str) -> InputError:
    return InputError(
        found,
        "two emotions at least, of letters, digits, _ and -, each code once: "
        "neutral=01,happy=03 or neutral,happy",
        "correct --emotions",
    )


def _bad_pattern(found: str, text: str) -> InputError:
    return InputError(
        f"{found} in the pattern {text!r}",
        f"text, *, {', '.join(f'{{{name}}}' for name in FIELDS)}, with the first two among them",
        "correct --pattern; `emofold init --help` has examples",
    )


def _tokens(pattern: str, text: str, fields: Collection[str] | None) -> Iterator[str | Blank]:
    index = 0
    while index < len(pattern):
        match = TOKEN.match(pattern, index)
        if not match:
            raise _bad_pattern(f"a single {pattern[index]}", text)
        index = match.end()
        field, length = match["field"], match["length"]
        if match["text"]:
            yield match["text"]
        elif match["star"]:
            yield Blank(None)
        elif field not in fields if fields else not field.isidentifier():
            hint = nearest(field, fields or [])
            raise _bad_pattern(f"the unknown {{{field}}}{hint and f'{hint},'}", text)
        elif length is None:
            yield Blank(field)
        elif length.isascii() and length.isdecimal() and int(length):
            yield Blank(field, int(length))
        else:
            raise _bad_pattern(f"{length!r}, which is no number of characters,", text)


def _check(tokens: Sequence[str | Blank], text: str, needed: Collection[str]) -> None:
    read = [token.field for token in tokens if isinstance(token, Blank)]
    for name in needed:
        if name not in read:
            raise _bad_pattern(f"no {{{name}}}", text)
    for run in _runs(tokens):
        of_any_length = [blank for blank in run if isinstance(blank, Blank) and not blank.length]
        if len(of_any_length) > 1:
            left, right = of_any_length[:2]
            raise _bad_pattern(f"nothing that tells {left} from {right}, side by side,", text)


def _runs(tokens: Sequence[str | Blank]) -> list[list[str | Blank]]:
    """Return the texts and the blanks that stand side by side, in turns."""
    return [[*run] for _, run in groupby(tokens, lambda token: isinstance(token, Blank))]


def _expressions(tokens: Sequence[str | Blank]) -> Iterator[str]:
    """Yield the regular expression of each token, every text escaped."""
    runs: list[list[str | Blank]] = [[END_OF_NAME], *_runs(tokens), [END_OF_NAME]]
    read: set[str] = set()
    for before, run, after in zip(runs, runs[1:], runs[2:], strict=False):
        character = _character(str(before[-1]), run, str(after[0]))
        for token in run:
            if isinstance(token, str):
                yield re.escape(token)
            elif token.field is None:
                is_rest = token is run[-1] and after[0] == END_OF_NAME
                yield f"{ANY_CHARACTER if is_rest else character}*"
            elif token.field in read:
                yield f"(?P={token.field})"
            else:
                read.add(token.field)
                count = f"{{{token.length}}}" if token.length else "+"
                yield f"(?P<{token.field}>{character}{count})"


def _character(before: str, run: Sequence[str | Blank], after: str) -> str:
    """Return the expression of one character of a run of blanks."""
    if all(isinstance(token, Blank) and token.length for token in run):
        return ANY_CHARACTER
    separators = SEPARATORS_AT_END.search(before)
    barrier = after if after != END_OF_NAME else separators[0] if separators else END_OF_NAME
    return f"(?:(?!{re.escape(barrier)}){ANY_CHARACTER})"
