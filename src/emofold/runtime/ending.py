"""Ending a process when the system asks for it: soon, wherever the work is, and cleaned up.

A signal raises :class:`KeyboardInterrupt`, which unwinds the work. That may be lost: Python drops
what is raised in a finaliser or in the callback of a weak reference, of which each import has one;
some libraries catch all there is; a call into C, or another thread, may take long. So a thread
watches for signals too, and ends the process where that exception did not.
"""

import os
import select
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from threading import Thread

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE = 5.0  # seconds
STDERR = 2
MESSAGE = "emofold: interrupted"


@dataclass
class _State:
    """Which signal has come, how many blocks it has to wait for, and what an end undoes."""

    asked: int | None = None
    postponed: int = 0
    undone: list[Callable[[], object]] = field(default_factory=list)


_state = _State()


@contextmanager
def ending_when_asked(grace: float = GRACE) -> Iterator[None]:
    """End what is done within the block when ctrl-C, SIGTERM or SIGHUP asks for it.

    Signals that the process was started to ignore, as by ``nohup``, stay ignored. A second signal
    ends the process at once.

    Parameters
    ----------
    grace
        How long the work may take to unwind, in seconds.
    """
    _state.asked = None
    before = {
        number: signal.signal(number, _ask)
        for number in SIGNALS
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    woken_before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    unraisable_before, sys.unraisablehook = sys.unraisablehook, _report_but_for_interrupts
    try:
        Thread(target=_end_unless_over, args=(reading, grace), daemon=True).start()
        yield
    finally:
        signal.set_wakeup_fd(woken_before)
        os.close(writing)
        sys.unraisablehook = unraisable_before
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


@contextmanager
def postponed_end() -> Iterator[None]:
    """Let the block, which must be short, come to its end before the process is ended."""
    _state.postponed += 1
    try:
        yield
    finally:
        _state.postponed -= 1
        if _state.asked is not None and not _state.postponed:
            raise KeyboardInterrupt


@contextmanager
def undone_at_an_end(undo: Callable[[], object]) -> Iterator[None]:
    """Have something undone where the process is ended without unwinding the block."""
    _state.undone.append(undo)
    try:
        yield
    finally:
        _state.undone.remove(undo)


def exit_code() -> int:
    """Return the exit code of a process that was asked to end, as shells know it."""
    return 128 + (_state.asked or signal.SIGINT)


def _ask(number: int, _: object) -> None:
    if _state.asked is None:
        _state.asked = number
        if not _state.postponed:
            raise KeyboardInterrupt


def _end_unless_over(signals: int, grace: float) -> None:
    """Wait for a signal; end the process unless the other end of the pipe is closed soon after."""
    with os.fdopen(signals, "rb", buffering=0) as pipe:
        numbers = chain.from_iterable(iter(partial(pipe.read, 1), b""))
        if not any(number in SIGNALS for number in numbers):  # others may have handlers too
            return
        is_closed = select.select([pipe], [], [], grace)[0] and not pipe.read(1)
    if not is_closed:
        for undo in [*_state.undone]:
            with suppress(Exception):
                undo()
        os.write(STDERR, f"{MESSAGE}\n".encode())
        os._exit(exit_code())


def _report_but_for_interrupts(unraisable: "sys.UnraisableHookArgs") -> None:
    if not issubclass(unraisable.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(unraisable)
