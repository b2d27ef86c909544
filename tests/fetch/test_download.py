"""Downloads go on where they stopped, try again, and leave all files or none."""

import hashlib
import io
import logging
import sys
from functools import partial

import numpy as np
import pytest
import requests
from tqdm import tqdm

from emofold.errors import InputError
from emofold.fetch import download as downloads
from emofold.fetch.download import Content, report_progress
from faulty_server import serving

LONG = np.random.default_rng(0).bytes(400_000)
SHORT = b"short"
ATTEMPTS = 6


@pytest.fixture
def server():
    with serving({"long.bin": LONG, "sub/short.txt": SHORT}) as server:
        yield server


@pytest.fixture
def download(server, tmp_path, retry):
    """Download files, given by their content; by default those that the server has."""

    def download(**files):
        wanted = files or server.files
        known = {path: Content(hashlib.sha256(body).hexdigest()) for path, body in wanted.items()}
        downloads.download(server.url, known, tmp_path, retry)

    return download


@pytest.fixture
def refused(download):
    """Return why a download is refused."""

    def refused(**files):
        with pytest.raises(InputError) as error:
            download(**files)
        return error.value

    return refused


def files_in(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_files_come_whole_and_leave_nothing_beside_them(server, download, tmp_path):
    download()
    assert files_in(tmp_path) == server.files
    assert server.asked == {"long.bin": [None], "sub/short.txt": [None]}


def test_names_with_spaces_and_signs_are_asked_for_as_they_are(server, download, tmp_path):
    server.files = {"a folder/50% #1.csv": SHORT}
    download()
    assert files_in(tmp_path) == server.files


def test_a_cut_download_asks_for_the_rest_and_for_nothing_else(server, download, tmp_path):
    server.plans["long.bin"] = ["cut"]
    download()
    assert files_in(tmp_path) == server.files
    first, second = server.asked["long.bin"]
    have = int(second.removeprefix("bytes=").removesuffix("-"))
    assert first is None
    assert 0 < have <= len(LONG) // 2
    assert server.sent == [len(LONG) // 2, len(LONG) - have, len(SHORT)]


def test_a_server_that_ignores_the_range_sends_the_file_anew(server, download, tmp_path):
    server.plans["long.bin"] = ["cut", "ignoring the range"]
    download()
    assert files_in(tmp_path) == server.files


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_passing_trouble_of_the_server_is_waited_out(server, download, tmp_path, status):
    server.plans["long.bin"] = [status, status]
    download()
    assert files_in(tmp_path) == server.files
    assert len(server.asked["long.bin"]) == 3


def test_trouble_between_two_pieces_keeps_the_first(server, download, tmp_path):
    server.plans["long.bin"] = ["cut", 503]
    download()
    _, at_the_trouble, after_it = server.asked["long.bin"]
    assert at_the_trouble == after_it != "bytes=0-"
    assert files_in(tmp_path) == server.files


def test_trouble_that_lasts_is_given_up_with_advice(server, refused):
    server.plans["long.bin"] = [503] * ATTEMPTS
    error = refused()
    assert f"{server.url}/long.bin in {ATTEMPTS} attempts (status 503)" in error.found
    assert "local copy" in error.remedy
    assert len(server.asked["long.bin"]) == ATTEMPTS


def test_a_server_that_is_not_there_is_named(tmp_path, retry):
    url = "http://127.0.0.1:1"
    with pytest.raises(InputError, match=f"no complete answer from {url}/x in {ATTEMPTS} attempts"):
        downloads.download(url, {"x": Content()}, tmp_path, retry)


def test_a_file_that_does_not_exist_is_refused_at_once(server, refused, tmp_path):
    error = refused(absent=b"")
    assert error.found == f"status 404 for {server.url}/absent"
    assert server.asked == {"absent": [None]}
    assert files_in(tmp_path) == {}


def test_wrong_bytes_are_refused_and_thrown_away(server, refused, tmp_path):
    error = refused(**{"sub/short.txt": b"other"})
    assert hashlib.sha256(SHORT).hexdigest() in error.found
    assert hashlib.sha256(b"other").hexdigest() in error.expected
    assert f"{server.url}/sub/short.txt" in error.found
    assert files_in(tmp_path) == {}


def test_a_part_of_something_else_does_no_lasting_harm(server, download, tmp_path):
    (tmp_path / "long.bin.part").write_bytes(b"something else")
    download()
    assert files_in(tmp_path) == server.files
    assert server.asked["long.bin"] == ["bytes=14-", None]


def test_wrong_bytes_are_not_fetched_twice_where_nothing_was_left(
    server, refused, tmp_path, caplog
):
    (tmp_path / "long.bin.part").touch()
    refused(**{"long.bin": SHORT})
    assert server.asked["long.bin"] == [None]
    assert "fetched anew" not in caplog.text


def test_a_server_that_goes_on_elsewhere_is_asked_for_the_whole(server, download, tmp_path):
    (tmp_path / "long.bin.part").write_bytes(LONG[:1000])
    server.plans["long.bin"] = ["another range"]
    download()
    assert files_in(tmp_path) == server.files
    assert server.asked["long.bin"] == ["bytes=1000-", None]


def test_a_part_longer_than_the_file_is_thrown_away(server, download, tmp_path):
    (tmp_path / "long.bin.part").write_bytes(LONG + b"more")
    download()
    assert files_in(tmp_path) == server.files
    assert server.asked["long.bin"] == [f"bytes={len(LONG) + 4}-", None]


def test_all_files_appear_or_none_and_a_whole_one_is_not_fetched_again(
    server, refused, download, tmp_path
):
    server.plans["sub/short.txt"] = [404]
    refused()
    assert files_in(tmp_path) == {"long.bin.part": LONG}
    download()
    assert files_in(tmp_path) == server.files
    assert server.asked["long.bin"] == [None]


def test_the_earlier_file_stays_until_the_new_one_is_whole(server, refused, download, tmp_path):
    (tmp_path / "long.bin").write_bytes(b"earlier")
    server.plans["long.bin"] = [404]
    refused()
    assert files_in(tmp_path) == {"long.bin": b"earlier"}
    download()
    assert files_in(tmp_path) == server.files


def test_servers_are_told_who_asks(server, download):
    download()
    (agent,) = server.agents
    assert agent.startswith("emofold/")


@pytest.fixture
def bring(server, tmp_path, retry):
    """Download the long file by itself, of which this much is known."""

    def bring(**known):
        downloads.download(server.url, {"long.bin": Content(**known)}, tmp_path, retry)

    return bring


def test_one_file_comes_whole_though_nothing_is_known_of_it(server, bring, tmp_path):
    server.plans["long.bin"] = ["cut"]
    bring()
    assert files_in(tmp_path) == {"long.bin": LONG}


def test_a_part_that_is_whole_already_is_taken_though_nothing_is_known_of_it(
    server, bring, tmp_path
):
    (tmp_path / "long.bin.part").write_bytes(LONG)
    bring()
    assert files_in(tmp_path) == {"long.bin": LONG}
    assert server.asked["long.bin"] == [f"bytes={len(LONG)}-"]


def test_a_size_that_the_server_declares_otherwise_is_refused_before_anything_comes(
    server, bring, tmp_path, monkeypatch
):
    monkeypatch.setattr(downloads, "report_progress", None)  # nothing is written without it
    (tmp_path / "long.bin.part").write_bytes(LONG[:1000])
    with pytest.raises(InputError) as error:
        bring(size=len(LONG) + 1)
    assert error.value.found == f"{len(LONG)} bytes at {server.url}/long.bin"
    assert f"{len(LONG) + 1} bytes" in error.value.expected
    assert files_in(tmp_path) == {}


def test_a_piece_of_what_its_range_says_is_not_taken_for_the_whole(server, bring, tmp_path):
    (tmp_path / "long.bin.part").write_bytes(LONG[:1000])
    server.plans["long.bin"] = ["a piece"]
    bring()
    assert files_in(tmp_path) == {"long.bin": LONG}
    assert server.asked["long.bin"] == ["bytes=1000-", "bytes=2000-"]


def test_a_length_that_no_file_has_is_refused(server, bring, tmp_path):
    server.plans["long.bin"] = ["absurd length"]
    with pytest.raises(InputError, match=r"9{30} bytes at .*at most \d+ bytes"):
        bring()
    assert files_in(tmp_path) == {}


@pytest.mark.parametrize("fault", [None, "no length"])
def test_a_file_of_unknown_size_may_not_go_on_for_ever(server, bring, tmp_path, monkeypatch, fault):
    monkeypatch.setattr(downloads, "MOST_BYTES", 100_000)
    server.plans["long.bin"] = [fault]
    with pytest.raises(InputError, match="100000 bytes"):
        bring()
    assert files_in(tmp_path) == {}


def test_lengths_that_contradict_each_other_are_refused_at_once(server, bring, tmp_path):
    server.plans["long.bin"] = [(200, {"Content-Length": "9"})]
    with pytest.raises(InputError, match="Content-Length"):
        bring()
    assert len(server.asked["long.bin"]) == 1


@pytest.mark.parametrize("fault", ["no length", "odd length", "negative length"])
def test_an_answer_that_does_not_tell_its_length_is_taken_until_its_end(
    server, bring, tmp_path, fault
):
    server.plans["long.bin"] = [fault]
    bring(size=len(LONG))
    assert files_in(tmp_path) == {"long.bin": LONG}


@pytest.mark.parametrize("fault", ["no length", "odd length"])
def test_a_file_that_goes_on_beyond_its_size_is_refused_without_its_end(
    server, bring, tmp_path, fault
):
    server.plans["long.bin"] = [fault]
    with pytest.raises(InputError, match=r"^Found: 65536 bytes at .*the file of 5 bytes"):
        bring(size=5)
    assert files_in(tmp_path) == {}


def test_a_file_that_ends_before_its_size_is_refused(server, bring, tmp_path):
    server.plans["long.bin"] = ["no length"]
    with pytest.raises(InputError, match=f"{len(LONG)} bytes at .*the file of 999999 bytes"):
        bring(size=999_999)
    assert files_in(tmp_path) == {}


def test_the_log_tells_now_and_then_how_much_has_come(server, download, monkeypatch, caplog):
    monkeypatch.setattr(downloads, "LOG_INTERVAL", 0)
    caplog.set_level(logging.INFO)
    server.plans["long.bin"] = ["cut"]
    download()
    lines = [line for line in caplog.messages if line.startswith("long.bin: ")]
    assert any(line.startswith("long.bin:  16% 65.5k/400k [") for line in lines)
    assert any(line.startswith("long.bin: 100% 400k/400k [") for line in lines)
    assert len(lines) > 4


def test_a_short_download_leaves_the_log_alone(download, caplog):
    caplog.set_level(logging.INFO)
    download()
    assert caplog.messages == ["long.bin: 400000 bytes", "short.txt: 5 bytes"]


def test_an_answer_that_ends_early_without_a_word_is_noticed(server, bring, tmp_path, monkeypatch):
    whole = requests.Response.iter_content

    def first_block(answer, size):
        yield next(whole(answer, size))
        monkeypatch.setattr(requests.Response, "iter_content", whole)

    monkeypatch.setattr(requests.Response, "iter_content", first_block)
    bring()
    assert files_in(tmp_path) == {"long.bin": LONG}
    assert server.asked["long.bin"] == [None, "bytes=65536-"]


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
        monkeypatch.setattr(downloads, "BAR_DELAY", delay)
        monkeypatch.setattr(downloads, "tqdm", partial(tqdm, mininterval=0, miniters=0))
        blocks = [bytes(25_000_000)] * 2
        assert [*report_progress(blocks, "film.zip", 10_000_000, total)] == blocks
        return written.getvalue()

    return screen


def test_a_terminal_shows_the_name_the_percents_and_the_bytes(shown):
    written = shown(100_000_000)
    assert "film.zip:  10%" in written
    assert "film.zip:  35%" in written
    assert "60.0M/100M" in written


def test_of_an_unknown_size_the_bytes_are_shown(shown):
    assert "film.zip: 60.0MB" in shown(None)


def test_what_is_no_terminal_shows_nothing(shown):
    assert shown(100_000_000, is_terminal=False) == ""


def test_a_download_of_a_moment_shows_nothing(shown):
    assert shown(100_000_000, delay=2) == ""


def test_the_log_is_told_at_intervals(monkeypatch, caplog):
    times = iter([0.0, 9.9, 10.0])
    monkeypatch.setattr(downloads.time, "monotonic", lambda: next(times))
    caplog.set_level("INFO")
    list(report_progress([bytes(10_000_000)] * 2, "film.zip", 0, 40_000_000))
    assert caplog.messages == ["film.zip:  50% 20.0M/40.0M [00:10<00:10, 2.00MB/s]"]
