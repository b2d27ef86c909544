"""The patterns of known corpora: any field, in capitals or not, at the end of a path."""

import re
from collections.abc import Collection
from pathlib import PurePath
from typing import ClassVar

from emofold.config.name_pattern import NamePattern
from emofold.corpora.media_files import AUDIO, VIDEO


class CorpusPattern(NamePattern):
    """What the end of a path says, wherever a copy of the corpus has been put.

    Unlike in :class:`NamePattern`, a field may have any name, and none is needed; capitals do not
    matter; and a pattern of n folders and a name fits the last n folders and the name.

    Examples
    --------
    >>> pattern = CorpusPattern("{speaker}/{emotion}{statement:2}")
    >>> pattern.read(PurePath("savee/AudioData/DC/SA01.WAV"))
    {'speaker': 'DC', 'emotion': 'SA', 'statement': '01'}
    """

    fields: ClassVar[Collection[str] | None] = None
    needed: ClassVar[Collection[str]] = ()
    flags: ClassVar[re.RegexFlag] = re.IGNORECASE

    @property
    def names(self) -> frozenset[str]:
        """The fields of the pattern."""
        return frozenset(self._expression.groupindex)

    def read(self, path: PurePath) -> dict[str, str] | None:
        """Return what the end of a path says, by field; None where it does not fit."""
        return super().read(with_one_ending(self._end(path)))

    def read_with_ending(self, path: PurePath) -> dict[str, str] | None:
        """Return what the end of a path says, whose ending is part of the pattern."""
        return self._read(self._end(path).as_posix())

    def read_line(self, line: str) -> dict[str, str] | None:
        """Return what a line of text says, by field; None where it does not fit."""
        return self._read(line.strip())

    def fits(self, path: PurePath) -> bool:
        """Return whether the end of a path fits."""
        return self.read(path) is not None

    def _end(self, path: PurePath) -> PurePath:
        return PurePath(*path.parts[-1 - self.text.count("/") :])


def with_one_ending(path: PurePath) -> PurePath:
    """Return a path without what copying programs repeat at its end.

    Examples
    --------
    >>> with_one_ending(PurePath("wav/03a01Fa.wav.WAV")).as_posix()
    'wav/03a01Fa.wav'
    """
    while is_media(PurePath(path.stem)):
        path = path.with_name(path.stem)
    return path


def is_media(path: PurePath) -> bool:
    """Return whether a path ends as those of videos and recordings do."""
    return path.suffix.lower() in VIDEO | AUDIO
