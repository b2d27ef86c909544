"""Saying once what is to be said of many clips or files."""

import logging
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from emofold.errors import counted, listing, printable

MOST_NAMED = 3  # of more, the number is told
FILE_OR_NUMBER = re.compile(r"(?P<quoted>'[^']*')|[^\s']+\.\w+|\d+([.,]\d+)*")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Said:
    """What is said of one of many.

    Attributes
    ----------
    name
        What the one is called.
    text
        What is said of it.
    own
        What is its own in the text, such as the path of its file.
    """

    name: str
    text: str
    own: Collection[str] = ()

    @property
    def kind(self) -> str:
        """The text without what is this one's own, other files and numbers; quotes are kept."""
        text = self.text
        for word in sorted({self.name, *self.own} - {""}, key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(printable(word))}(?!\w)", "…", text)
        return FILE_OR_NUMBER.sub(lambda found: found["quoted"] or "#", text)


def say_once(
    all_said: Iterable[Said], describe: Callable[[Sequence[str]], str]
) -> Iterator[tuple[int, str]]:
    """Yield a line for each kind of thing that is said, with the number of those it is said of.

    Of a few the line has their names, of many what `describe` makes of these; where the texts are
    not the same, that of the first stands for all.

    Parameters
    ----------
    all_said
        What is said.
    describe
        Returns how many are named in short.
    """
    for alike in _group(all_said, lambda one: one.kind):
        names = _names(alike)
        if len(names) > MOST_NAMED:
            differ = len({one.text for one in alike}) > 1
            example = f", such as {printable(names[0])}" if differ else ""
            yield len(names), f"{describe(names)}{example}: {alike[0].text}"
            continue
        for same in _group(alike, lambda one: one.text):
            yield len(_names(same)), f"{listing(_names(same))}: {same[0].text}"


def complain_once(all_said: Sequence[Said], command: str) -> Iterator[str]:
    """Yield what is wrong with clips, each kind once; the log has what is wrong with each.

    Parameters
    ----------
    all_said
        What is wrong.
    command
        The command that says so, such as ``predict``.
    """
    for one in all_said:
        logger.warning("%s: %s", one.name, one.text)
    lines = [*say_once(all_said, partial(name_some, noun="clip"))]
    yield from (line for _, line in lines)
    if any(number > MOST_NAMED for number, _ in lines):
        yield f"all of them, one by one, are in the log of `emofold --log FILE {command} ...`"


def name_some(names: Sequence[str], noun: str) -> str:
    """Return how many there are, and a few by name.

    Examples
    --------
    >>> name_some(["a", "b", "c", "d"], "clip")
    '4 clips (a, b, c and 1 more)'
    """
    return f"{counted(len(names), noun)} ({listing(names, MOST_NAMED)})"


def _names(alike: Iterable[Said]) -> list[str]:
    return [*dict.fromkeys(one.name for one in alike)]


def _group(all_said: Iterable[Said], key: Callable[[Said], Hashable]) -> list[list[Said]]:
    groups: dict[Hashable, list[Said]] = {}
    for one in all_said:
        groups.setdefault(key(one), []).append(one)
    return [*groups.values()]
