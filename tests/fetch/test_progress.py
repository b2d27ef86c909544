"""Who waits at a terminal sees how much has come; elsewhere only the log tells."""

import io
import sys

import pytest

from emofold.fetch import progress
from emofold.fetch.progress import Progress


class Screen(io.StringIO):
    """A standard error that is a terminal, or is none."""

    def __init__(self, *, is_terminal):
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self):
        return self.is_terminal


@pytest.fixture
def shown(monkeypatch):
    """Return what is shown of a download of which a tenth was there and half comes."""
    monkeypatch.delenv("TQDM_DISABLE", raising=False)

    def screen(total, *, is_terminal=True, delay=0):
        written = Screen(is_terminal=is_terminal)
        monkeypatch.setattr(sys, "stderr", written)
        monkeypatch.setattr(progress, "SECONDS_BEFORE_THE_BAR", delay)
        with Progress("film.zip", 100_000_000, total) as counted:
            counted._bar.mininterval = counted._bar.miniters = 0
            counted.add(250_000_000)
            counted.add(250_000_000)
        return written.getvalue()

    return screen


def test_a_terminal_shows_the_name_the_percents_and_the_bytes(shown):
    written = shown(1_000_000_000)
    assert "film.zip:  10%" in written
    assert "film.zip:  35%" in written
    assert "600M/1.00G" in written


def test_of_an_unknown_size_the_bytes_are_shown(shown):
    assert "film.zip: 600MB" in shown(None)


def test_what_is_no_terminal_shows_nothing(shown):
    assert shown(1_000_000_000, is_terminal=False) == ""


def test_a_download_of_a_moment_shows_nothing(shown):
    assert shown(1_000_000_000, delay=2) == ""


def test_the_log_is_told_at_intervals(monkeypatch, caplog):
    times = iter([0.0, 9.9, 10.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(times))
    caplog.set_level("INFO")
    with Progress("film.zip", 0, 400_000_000) as counted:
        counted.add(100_000_000)
        counted.add(100_000_000)
    assert caplog.messages == ["film.zip: 200.0 of 400.0 MB, 50 %"]
