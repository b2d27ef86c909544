"""The line of progress: on a terminal alone, in whole numbers, from the first second on."""

import io
import re
from functools import partial

import pytest
from tqdm import tqdm

from emofold.commands.progress import show_progress


class Terminal(io.StringIO):
    """What a terminal is written."""

    def isatty(self):
        return True

    @property
    def lines(self):
        """What was seen one after the other, without what is drawn to fill the line."""
        seen = [line.strip() for line in self.getvalue().split("\r")]
        return [*dict.fromkeys(re.sub(r"\|.*\|", "|", line) for line in seen if line)]


@pytest.fixture
def terminal(monkeypatch):
    terminal = Terminal()
    at_once = partial(tqdm, file=terminal, mininterval=0, miniters=0, ncols=100)
    monkeypatch.setattr("tqdm.tqdm", at_once)
    return terminal


def test_what_has_no_size_is_named_until_there_is_something_to_count(terminal):
    with show_progress("looking") as progress:
        progress.name("loading")
        progress.count("predicting", 7.3, "s")
        assert terminal.lines[-1] == "loading ..."
        progress.advance(0.0)
        assert terminal.lines[-1].startswith("predicting   0 %| 0 of 8 s [")
    assert terminal.lines[0] == "looking ..."
    assert terminal.getvalue().endswith("\r")


def test_numbers_are_whole_and_never_beyond_the_end(terminal):
    with show_progress("looking") as progress:
        progress.count("predicting", 7.3, "s")
        for _ in range(100):
            progress.advance(0.1001)
    counted = [line for line in terminal.lines if line.startswith("predicting")]
    assert len(counted) > 10
    assert all(re.match(r"predicting +\d+ %\| \d of 8 s \[", line) for line in counted)
    assert counted[-1].startswith("predicting 100 %| 8 of 8 s [")


def test_where_the_size_is_not_known_the_step_is_named(terminal):
    with show_progress("looking") as progress:
        progress.count("predicting", 0.0, "s")
        progress.advance(1.5)
    assert terminal.lines == ["looking ...", "predicting ..."]


def test_nothing_is_written_but_to_a_terminal(capsys):
    with show_progress("looking") as progress:
        progress.name("loading")
        progress.count("predicting", 2.0, "s")
        progress.advance(1.0)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")
