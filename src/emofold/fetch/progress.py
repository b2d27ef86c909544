"""How much of a download has come: in the log now and then, on a terminal all the time."""

import logging
import time
from types import TracebackType
from typing import Self

from tqdm import tqdm

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LINES = 10.0
SECONDS_BEFORE_THE_BAR = 2.0


class Progress:
    """Count the bytes of a file as they come.

    Parameters
    ----------
    name
        What the file is called.
    have
        The bytes that are here already.
    total
        All its bytes, if they are known.
    """

    def __init__(self, name: str, have: int, total: int | None) -> None:
        self._name, self._have, self._total = name, have, total
        self._last_line = time.monotonic()

    def __enter__(self) -> Self:
        # None: a bar where the standard error is a terminal, and none elsewhere
        self._bar = tqdm(
            desc=self._name,
            initial=self._have,
            total=self._total,
            unit="B",
            unit_scale=True,
            delay=SECONDS_BEFORE_THE_BAR,
            leave=False,
            disable=None,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.close()

    def add(self, count: int) -> None:
        """Count so many bytes more."""
        self._have += count
        self._bar.update(count)
        now = time.monotonic()
        if now - self._last_line >= SECONDS_BETWEEN_LINES:
            self._last_line = now
            logger.info("%s: %s", self._name, described(self._have, self._total))


def described(have: int, total: int | None) -> str:
    """Say how many bytes have come, and of how many.

    Examples
    --------
    >>> described(138_240_000, 552_968_353)
    '138.2 of 553.0 MB, 25 %'
    >>> described(138_240_000, None)
    '138.2 MB'
    """
    come = f"{have / 1e6:.1f}"
    return f"{come} of {total / 1e6:.1f} MB, {100 * have / total:.0f} %" if total else f"{come} MB"
