"""The one kind of error that a user can mend."""

import difflib
import errno
import logging
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

CONTROLS = {"Cc", "Zl", "Zp", "Cs"}
DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
OF_THE_MACHINE = {  # whatever file is read or written
    *(errno.EDQUOT, errno.EINTR, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC),
    *(errno.EROFS, errno.EPIPE),
}
SIGNS_OF_A_FULL_DISK = (  # in what libraries raise that know no errno
    *("No space left on device", "Disk quota exceeded"),
    "inline_container.cc",  # of PyTorch, which writes and never says why it cannot
)
NO_THREAD = "can't start new thread"

logger = logging.getLogger(__name__)


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


@contextmanager
def errors_of_one(subject: object) -> Iterator[None]:
    """Make whatever a clip, or a file, throws within the block its own :class:`InputError`.

    What no clip can be blamed for goes through: a full disk, an interruption, no thread. An error
    that nobody foresaw leaves its traceback in the log.

    Parameters
    ----------
    subject
        The clip or the file, as the error is to name it.
    """
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        if explain_machine(error) is not None or isinstance(error, InterruptedError):
            raise
        if isinstance(error, OSError) and error.strerror:
            reason = error.strerror
        else:
            logger.warning("unexpected error on %s", printable(str(subject)), exc_info=error)
            reason = f"{type(error).__name__}: {error}".partition("\n")[0].removesuffix(": ")
        raise InputError(
            f"{subject} cannot be read ({reason})",
            "a file that is whole, of a format that is known",
            "replace the file",
        ) from error


def explain_machine(error: BaseException) -> InputError | None:
    """Return what is wrong with the machine or the folder, whatever is read; None if nothing is."""
    if isinstance(error, RuntimeError) and NO_THREAD in str(error):
        return InputError(
            f"the system starts no further thread ({error})",
            "memory, and room for processes, for one",
            "end other programs, or raise their limits (`ulimit -u`, `ulimit -v`), and run again",
        )
    if isinstance(error, OSError) and error.errno in OF_THE_MACHINE - {errno.EINTR}:
        return refuse_by_system(error)
    text = str(error)
    if isinstance(error, Exception) and any(sign in text for sign in SIGNS_OF_A_FULL_DISK):
        return refuse_by_system(error)
    return None


def refuse_by_system(error: BaseException) -> InputError:
    """Return what is said where the system does not let a file be read or written."""
    return InputError(
        f"the system refuses: {error}",
        "files that can be read and written, and space for them",
        "see to the folder or the disk and run the same command again",
    )


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
    all_names = [printable(str(name)) for name in names]
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


def duration_in_words(seconds: float) -> str:
    """Return a duration as people say it, to the second within an hour.

    Examples
    --------
    >>> [duration_in_words(seconds) for seconds in (0.04, 8.25, 9, 42.3, 61, 3599.6, 7260)]
    ['0 s', '8.2 s', '9 s', '42 s', '1 min 1 s', '1 h', '2 h 1 min']
    """
    if seconds < 9.95:
        return f"{round(seconds, 1):g} s"
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    units = ((hours, "h"), (minutes, "min"), (0 if hours else left, "s"))
    return " ".join(f"{number} {unit}" for number, unit in units if number)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint at the most similar known name, or nothing.

    Examples
    --------
    >>> nearest("modles", ["models", "fusions"])
    ', perhaps `models`'
    """
    close = difflib.get_close_matches(str(name), list(known), n=1)
    return f", perhaps `{close[0]}`" if close else ""
