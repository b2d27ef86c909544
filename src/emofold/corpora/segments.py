"""Segments of recordings: from when to when a clip lasts, as sheets write it."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

from emofold.errors import InputError

BOUNDS = ("start", "end")
MOST_SHARED = 0.5  # of the shorter of two segments, such as turns of speakers who interrupt
ROUNDING = 0.05  # seconds by which the last segment may overlap the one before
EXCESS = 0.1  # seconds by which an end may be rounded beyond the recording
DECIMALS = 9  # of times, which differences do not keep
HALF_A_MILLISECOND = 0.0005  # Matroska, and many a sheet, round times of pictures to milliseconds
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
TIME = re.compile(
    r"(?:(?P<days>-?\d+) days?,? )?(?P<hours>\+?\d+):"
    r"(?P<minutes>[0-5]\d):(?P<seconds>[0-5]\d(\.\d*)?)",
    re.ASCII,
)
EXPECTED = "seconds, such as 1.5, or a time, such as 0 days 00:00:01.5; nothing for the whole"


class Cells(Protocol):
    """The cells of a row, by column."""

    def __getitem__(self, column: str) -> str: ...


@dataclass(frozen=True)
class Segment:
    """A piece of a recording, half-open; as it stands, all of it.

    Attributes
    ----------
    start
        When it begins, in seconds of the recording.
    end
        When it ends; None at the end of the recording.
    """

    start: float = 0.0
    end: float | None = None

    def __str__(self) -> str:
        return f"{self.start:g} s to {'the end' if self.end is None else f'{self.end:g} s'}"

    @classmethod
    def between(cls, start: float | None = None, end: float | None = None) -> Self:
        """Return the segment of a row that may name either bound, or none."""
        return cls(start or 0.0, end)

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the recording."""
        return self.start == 0 and self.end is None

    @property
    def stop(self) -> float:
        """When it ends; infinite where that is the end of the recording."""
        return math.inf if self.end is None else self.end

    def holds(self, time: Any) -> Any:
        """Return whether it has the picture of a time; of an array of times, for each."""
        late = time + HALF_A_MILLISECOND
        return (late >= self.start) & (late < self.stop)

    def check_within(self, recording: float, path: object) -> None:
        """Raise an :class:`InputError` unless a recording of so many seconds holds it."""
        if self.start >= recording or (self.end or 0.0) > recording + EXCESS:
            raise InputError(
                f"the segment from {self} of {path}, which ends at {recording:.2f} s",
                "a segment within the recording",
                "correct `start` and `end` of the clip, or name another recording",
            )

    def measure(self, recording: float) -> float:
        """Return how long it lasts in a recording of so many seconds."""
        return max(0.0, round(min(self.stop, recording) - self.start, DECIMALS))


WHOLE = Segment()


def read_seconds(cell: str) -> float | None:
    """Return the seconds in a cell; None where it holds none.

    Examples
    --------
    >>> read_seconds("1.5"), read_seconds("0 days 00:01:01.5"), read_seconds("NaT")
    (1.5, 61.5, None)
    """
    if NUMBER.fullmatch(cell):
        seconds = float(cell)
        return seconds if math.isfinite(seconds) else None
    time = TIME.fullmatch(cell)
    if time is None:
        return None
    whole = 24 * int(time["days"] or 0) + int(time["hours"])
    return 60 * (60 * whole + int(time["minutes"])) + float(time["seconds"])


def find_flaws_of_segment(cells: Cells) -> Iterator[str]:
    """Yield what is wrong with the cells `start` and `end` of a row; empty ones are right."""
    found = {name: read_seconds(cells[name]) for name in BOUNDS if cells[name]}
    for name, seconds in found.items():
        if seconds is None:
            yield f"the {name} {cells[name]!r}, which is no time ({EXPECTED})"
        elif seconds < 0:
            yield f"the {name} {cells[name]!r}, before the recording begins"
    if any(seconds is None or seconds < 0 for seconds in found.values()):
        return
    start, end = found.get("start") or 0.0, found.get("end")
    if end is not None and start >= end:
        yield f"the start {cells['start'] or 0!r} not before the end {cells['end']!r}"


def read_bounds(cells: Cells) -> tuple[float | None, float | None]:
    """Return `start` and `end` of a row in seconds; None where a cell is empty."""
    return read_seconds(cells["start"]), read_seconds(cells["end"])


def find_overlaps(segments: Sequence[Segment]) -> dict[int, list[int]]:
    """Return the numbers of the segments of one recording that overlap others, with theirs.

    Two overlap that share more than half of the shorter one. How long one is that ends with the
    recording is not known: it shares no more than what times are rounded by.

    Examples
    --------
    >>> find_overlaps([Segment(0, 2), Segment(1.5, 4), Segment(3), Segment(1, 1.8)])
    {0: [3], 3: [0], 1: [2], 2: [1]}
    """
    in_order = sorted(range(len(segments)), key=lambda number: segments[number].start)
    overlaps: dict[int, list[int]] = {}
    for place, number in enumerate(in_order):
        segment = segments[number]
        for other in in_order[place + 1 :]:
            if segments[other].start >= segment.stop:
                break
            if _are_one(segment, segments[other]):
                overlaps.setdefault(number, []).append(other)
                overlaps.setdefault(other, []).append(number)
    return overlaps


def _are_one(earlier: Segment, later: Segment) -> bool:
    """Return whether most of either of two segments that overlap is in the other."""
    shared = later.measure(earlier.stop)
    if math.inf in (earlier.stop, later.stop):
        return shared > ROUNDING
    shorter = min(earlier.stop - earlier.start, later.stop - later.start)
    return shared > round(MOST_SHARED * shorter, DECIMALS)


def in_passes(segments: Sequence[Segment]) -> list[list[int]]:
    """Return the numbers of segments such that each list can be cut in one pass: in order, apart.

    Examples
    --------
    >>> in_passes([Segment(3), Segment(0, 2), Segment(1, 4)])
    [[1, 0], [2]]
    """
    passes: list[list[int]] = []
    for number in sorted(range(len(segments)), key=lambda number: segments[number].start):
        free = [one for one in passes if segments[one[-1]].stop <= segments[number].start]
        if free:
            free[0].append(number)
        else:
            passes.append([number])
    return passes
