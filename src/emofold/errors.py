"""The one kind of error that a user can mend."""

import difflib
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Self

CONTROLS = {"Cc", "Zl", "Zp", "Cs"}
DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


class InputError(Exception):
    """Something given to emofold does not fit: what was found, what was expected, what to do.

    Parameters
    ----------
    found
        What is wrong, and where: name the file, the clip or the key.
    expected
        What would have been right.
    remedy
        What the user can do about it.

    Examples
    --------
    >>> print(InputError("fold 3 holds no clip", "clips in every fold", "mend `folds`"))
    Found: fold 3 holds no clip. Expected: clips in every fold. What to do: mend `folds`.
    """

    def __init__(self, found: str, expected: str, remedy: str) -> None:
        self.found, self.expected, self.remedy = found, expected, remedy
        told = f"Found: {found}. Expected: {expected}. What to do: {remedy}."
        super().__init__(printable(told))

    def about(self, path: Path, name: str) -> Self:
        """Return the same error with a name in the place of a path, which readers need not know.

        Examples
        --------
        >>> error = InputError("a broken /tmp/x.wav", "a whole one", "replace /tmp/x.wav")
        >>> print(error.about(Path("/tmp/x.wav"), "anna"))
        Found: a broken anna. Expected: a whole one. What to do: replace anna.
        """
        texts = (self.found, self.expected, self.remedy)
        return type(self)(*(text.replace(str(path), name) for text in texts))


def printable(text: str) -> str:
    r"""Return a text in one line in which nothing commands a terminal or turns its order.

    Control characters, breaks of lines and marks of direction are written as Python escapes them.

    Examples
    --------
    >>> print(printable("an\x1b[31mna, Zoë"))
    an\x1b[31mna, Zoë
    """
    return "".join(_escape(sign) if _commands(sign) else sign for sign in text)


def _commands(sign: str) -> bool:
    is_mark_of_direction = unicodedata.bidirectional(sign) in DIRECTIONS
    return unicodedata.category(sign) in CONTROLS or is_mark_of_direction


def _escape(sign: str) -> str:
    return sign.encode("unicode_escape").decode("ascii")


def listing(names: Iterable[object], most: int = 5) -> str:
    """Name the first few of many: ``"a, b, c and 97 more"``.

    Examples
    --------
    >>> listing(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    all_names = [str(name) for name in names]
    shown = ", ".join(all_names[:most])
    rest = len(all_names) - most
    return f"{shown} and {rest} more" if rest > 0 else shown


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "clip"), counted(2, "clip")
    ('1 clip', '2 clips')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint at the most similar known name, or nothing.

    Examples
    --------
    >>> nearest("modles", ["models", "fusions"])
    ', perhaps `models`'
    """
    close = difflib.get_close_matches(str(name), list(known), n=1)
    return f", perhaps `{close[0]}`" if close else ""
