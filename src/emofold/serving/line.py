"""The line of recordings that wait for their answers: one has its turn at a time."""

import shutil
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from threading import Condition
from typing import Any

from emofold.errors import InputError

MOST_WAITING = 8
WAITING, WORKING, PAGE, DONE, FAILED = "waiting", "working", "page", "done", "failed"


class LineIsFullError(InputError):
    """More wait already than may."""


@dataclass(eq=False)
class Turn:
    """A recording, and what has become of it.

    Attributes
    ----------
    folder
        Where its files are; it is gone when its turn is over, or given up.
    media
        Its file, in that folder.
    duration
        How many seconds it lasts; 0 where that is not known.
    stage
        Whether it waits, is worked on, gets its page, is done or has failed.
    share
        How much of the work is done, between 0 and 1.
    page
        The page about it.
    error
        Why there is none.
    is_given_up
        Whether who brought it has gone.
    """

    folder: Path
    media: Path
    duration: float
    stage: str = WAITING
    share: float = 0.0
    page: bytes = b""
    error: InputError | None = None
    is_given_up: bool = False

    @property
    def is_over(self) -> bool:
        """Whether there is an answer, or an error."""
        return self.stage in (DONE, FAILED)

    def discard(self) -> None:
        """Delete its files."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Line:
    """Turns in the order in which they came; threads may share it.

    Parameters
    ----------
    most
        How many may wait.
    """

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most, self._waiting, self._changed = most, deque[Turn](), Condition()
        self._is_busy = False

    def join(self, turn: Turn) -> None:
        """Let a turn wait behind all others.

        Raises
        ------
        LineIsFullError
            When too many wait.
        """
        with self._changed:
            self.check_room()
            self._waiting.append(turn)
            self._changed.notify()

    def check_room(self) -> None:
        """Raise a :class:`LineIsFullError` when nothing more may wait."""
        if len(self._waiting) >= self._most:
            raise LineIsFullError(
                f"{len(self._waiting)} recordings that wait already",
                f"at most {self._most}",
                "wait until some have their answers, and try again",
            )

    def next(self) -> Turn:
        """Wait for a turn, and return the first."""
        with self._changed:
            while not self._waiting:
                self._changed.wait()
            turn = self._waiting.popleft()
            turn.stage, self._is_busy = WORKING, True
            return turn

    def finish(self, turn: Turn) -> None:
        """Delete the files of a turn that was worked on, and tell what has become of it."""
        turn.discard()
        with self._changed:
            self._is_busy = False
            turn.stage = DONE if turn.page else FAILED

    def leave(self, turn: Turn) -> None:
        """Give up a turn: it waits no longer, and work on it stops soon."""
        with self._changed:
            turn.is_given_up = True
            if turn not in self._waiting:
                return
            self._waiting.remove(turn)
        turn.discard()

    def describe(self, turn: Turn) -> dict[str, Any]:
        """Return how far a turn is: its stage, and how many are before it or what is done."""
        with self._changed:
            if turn in self._waiting:
                return {"stage": WAITING, "ahead": self._waiting.index(turn) + self._is_busy}
            return {"stage": turn.stage, "percent": int(100 * turn.share)}
