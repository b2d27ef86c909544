"""How far a command is, in one line on a terminal, and nowhere else."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tqdm import tqdm

STEP = "{desc} ..."
BAR = (
    "{desc} {percentage:3.0f} %|{bar}| {n:.0f} of {total:.0f} {unit} [{elapsed}, {remaining} left]"
)


class Progress:
    """A line that says what is done, and then how much of it.

    Parameters
    ----------
    bar
        What draws the line.
    """

    def __init__(self, bar: "tqdm[None]") -> None:
        self._bar = bar
        self._counted = ""

    def name(self, step: str) -> None:
        """Say what is done now, of which nobody knows how long it takes."""
        self._bar.bar_format = STEP
        self._bar.set_description_str(step)

    def count(self, step: str, total: float, unit: str) -> None:
        """Make ready for a step whose size is known; it is named when it first advances.

        Parameters
        ----------
        step
            What will be done.
        total
            How much there is to do; 0 where that is not known.
        unit
            What it is measured in.
        """
        self._counted = step
        self._bar.total, self._bar.unit = math.ceil(total), unit

    def advance(self, done: float) -> None:
        """Say that some more is done."""
        if self._counted:
            self._bar.bar_format = BAR if self._bar.total else STEP
            self._bar.set_description_str(self._counted, refresh=False)
            self._bar.reset()
            self._counted = ""
        self._bar.update(min(done, self._bar.total - self._bar.n))


@contextmanager
def show_progress(step: str) -> Iterator[Progress]:
    """Draw a line on the terminal within the block, if there is one, and wipe it away at its end.

    Parameters
    ----------
    step
        What is done first.
    """
    from tqdm import tqdm  # noqa: PLC0415

    with tqdm(desc=step, bar_format=STEP, disable=None, leave=False) as bar:
        yield Progress(bar)
