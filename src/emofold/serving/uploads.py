"""Recordings as they come in: named, written, measured, and refused where they are too much."""

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from emofold.corpora.sheets import make_clip_name
from emofold.errors import InputError, errors_of_one
from emofold.media.packet_times import measure_duration
from emofold.serving.line import Turn

MEGABYTE = 10**6
FIRST_LOOK = MEGABYTE // 2  # bytes


class TooLargeError(InputError):
    """A file has more bytes than it may."""


@dataclass(frozen=True)
class Limits:
    """How much is taken.

    Attributes
    ----------
    max_megabytes
        The size of a file.
    max_duration
        The length of a recording, in seconds.
    """

    max_megabytes: int
    max_duration: float

    @property
    def max_bytes(self) -> int:
        """The size of a file in bytes."""
        return self.max_megabytes * MEGABYTE

    def check_size(self, size: int, name: str) -> None:
        """Raise a :class:`TooLargeError` for a file of more bytes than are taken."""
        if size > self.max_bytes:
            raise TooLargeError(
                f"{name}, which has more than {self.max_megabytes} MB",
                f"a file of at most {self.max_megabytes} MB",
                "cut it, or start `emofold serve` with another --max-size",
            )

    def check_duration(self, duration: float, name: str) -> None:
        """Raise an :class:`InputError` for a recording that lasts longer than is taken."""
        if duration > self.max_duration:
            raise InputError(
                f"{name}, which lasts longer than {self.max_duration:g} s",
                f"a recording of at most {self.max_duration:g} s",
                "cut it, or start `emofold serve` with another --max-length",
            )


async def receive(
    chunks: AsyncIterator[bytes], name: str, stated_size: int, limits: Limits, scratch: Path
) -> Turn:
    """Write a file as it comes in, and return its turn; where it is refused, nothing is left.

    Parameters
    ----------
    chunks
        The bytes of the file.
    name
        What it is called.
    stated_size
        How many bytes are to come, where that is said; else 0.
    limits
        How much is taken.
    scratch
        Where its folder is made.

    Raises
    ------
    InputError
        When the file is too large or too long, as soon as that is known, or no recording.
    """
    name = make_clip_name(name)
    limits.check_size(stated_size, name)
    folder = Path(tempfile.mkdtemp(dir=scratch))
    turn = Turn(folder, folder / "recording" / name, 0.0)
    try:
        turn.media.parent.mkdir()
        await _write(chunks, turn.media, limits)
        turn.duration = await run_in_threadpool(_measure, turn.media, limits)
        limits.check_duration(turn.duration, name)
    except BaseException:
        turn.discard()
        raise
    return turn


async def _write(chunks: AsyncIterator[bytes], path: Path, limits: Limits) -> None:
    """Write a file, and look now and then how long it lasts so far."""
    size, next_look = 0, FIRST_LOOK
    with path.open("wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            limits.check_size(size, path.name)
            file.write(chunk)
            if size >= next_look:
                file.flush()
                so_far = await run_in_threadpool(_measure_so_far, path, limits)
                limits.check_duration(so_far, path.name)
                next_look = 2 * size


def _measure_so_far(path: Path, limits: Limits) -> float:
    """Return how long a part of a file lasts; 0 where that cannot be known yet."""
    try:
        return _measure(path, limits)
    except InputError:
        return 0.0


def _measure(path: Path, limits: Limits) -> float:
    try:
        with errors_of_one(path):
            return measure_duration(path, limits.max_duration)
    except InputError as error:
        raise error.about(path, path.name) from error
