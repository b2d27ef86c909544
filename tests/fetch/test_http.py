"""Downloads go on where they stopped, try again, and leave all files or none."""

import hashlib
import logging
import time

import numpy as np
import pytest
import requests

from emofold.errors import InputError
from emofold.fetch import http as downloads
from emofold.fetch import progress
from emofold.fetch.http import Content, download_all
from emofold.fetch.retry import ATTEMPTS
from faulty_server import serving

LONG = np.random.default_rng(0).bytes(400_000)
SHORT = b"short"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server():
    with serving({"long.bin": LONG, "sub/short.txt": SHORT}) as server:
        yield server


def download(server, folder, **files):
    """Download files, given by their content; by default those that the server has."""
    wanted = files or server.files
    checksums = {path: hashlib.sha256(body).hexdigest() for path, body in wanted.items()}
    download_all(server.url, checksums, folder, first_wait_seconds=0.001)


def refused(server, folder, **files):
    with pytest.raises(InputError) as error:
        download(server, folder, **files)
    return error.value


def files_in(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_files_come_whole_and_leave_nothing_beside_them(server, tmp_path):
    download(server, tmp_path)
    assert files_in(tmp_path) == server.files
    assert server.asked == {"long.bin": [None], "sub/short.txt": [None]}


def test_names_with_spaces_and_signs_are_asked_for_as_they_are(server, tmp_path):
    server.files = {"a folder/50% #1.csv": SHORT}
    download(server, tmp_path)
    assert files_in(tmp_path) == server.files


def test_a_cut_download_asks_for_the_rest_and_for_nothing_else(server, tmp_path):
    server.plans["long.bin"] = ["cut"]
    download(server, tmp_path)
    assert files_in(tmp_path) == server.files
    first, second = server.asked["long.bin"]
    have = int(second.removeprefix("bytes=").removesuffix("-"))
    assert first is None
    assert 0 < have <= len(LONG) // 2
    assert server.sent == [len(LONG) // 2, len(LONG) - have, len(SHORT)]


def test_a_server_that_ignores_the_range_sends_the_file_anew(server, tmp_path):
    server.plans["long.bin"] = ["cut", "ignoring the range"]
    download(server, tmp_path)
    assert files_in(tmp_path) == server.files


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_passing_trouble_of_the_server_is_waited_out(server, tmp_path, status):
    server.plans["long.bin"] = [status, status]
    download(server, tmp_path)
    assert files_in(tmp_path) == server.files
    assert len(server.asked["long.bin"]) == 3


def test_trouble_between_two_pieces_keeps_the_first(server, tmp_path):
    server.plans["long.bin"] = ["cut", 503]
    download(server, tmp_path)
    _, at_the_trouble, after_it = server.asked["long.bin"]
    assert at_the_trouble == after_it != "bytes=0-"
    assert files_in(tmp_path) == server.files


def test_trouble_that_lasts_is_given_up_with_advice(server, tmp_path):
    server.plans["long.bin"] = [503] * ATTEMPTS
    error = refused(server, tmp_path)
    assert f"{server.url}/long.bin in {ATTEMPTS} attempts (status 503)" in error.found
    assert "local copy" in error.remedy
    assert len(server.asked["long.bin"]) == ATTEMPTS


def test_a_server_that_is_not_there_is_named(tmp_path):
    url = "http://127.0.0.1:1"
    with pytest.raises(InputError, match=f"no complete answer from {url}/x in {ATTEMPTS} attempts"):
        download_all(url, {"x": "0"}, tmp_path, first_wait_seconds=0.001)


def test_a_file_that_does_not_exist_is_refused_at_once(server, tmp_path):
    error = refused(server, tmp_path, absent=b"")
    assert error.found == f"status 404 for {server.url}/absent"
    assert server.asked == {"absent": [None]}
    assert files_in(tmp_path) == {}


def test_wrong_bytes_are_refused_and_thrown_away(server, tmp_path):
    error = refused(server, tmp_path, **{"sub/short.txt": b"other"})
    assert hashlib.sha256(SHORT).hexdigest() in error.found
    assert hashlib.sha256(b"other").hexdigest() in error.expected
    assert f"{server.url}/sub/short.txt" in error.found
    assert files_in(tmp_path) == {}


def test_a_part_of_something_else_does_no_lasting_harm(server, tmp_path):
    (tmp_path / "long.bin.part").write_bytes(b"something else")
    download(server, tmp_path)
    assert files_in(tmp_path) == server.files
    assert server.asked["long.bin"] == ["bytes=14-", None]


def test_wrong_bytes_are_not_fetched_twice_where_nothing_was_left(server, tmp_path, caplog):
    (tmp_path / "long.bin.part").touch()
    refused(server, tmp_path, **{"long.bin": SHORT})
    assert server.asked["long.bin"] == [None]
    assert "fetched anew" not in caplog.text


def test_a_server_that_goes_on_elsewhere_is_asked_for_the_whole(server, tmp_path):
    (tmp_path / "long.bin.part").write_bytes(LONG[:1000])
    server.plans["long.bin"] = ["another range"]
    download(server, tmp_path)
    assert files_in(tmp_path) == server.files
    assert server.asked["long.bin"] == ["bytes=1000-", None]


def test_a_part_longer_than_the_file_is_thrown_away(server, tmp_path):
    (tmp_path / "long.bin.part").write_bytes(LONG + b"more")
    download(server, tmp_path)
    assert files_in(tmp_path) == server.files
    assert server.asked["long.bin"] == [f"bytes={len(LONG) + 4}-", None]


def test_all_files_appear_or_none_and_a_whole_one_is_not_fetched_again(server, tmp_path):
    server.plans["sub/short.txt"] = [404]
    refused(server, tmp_path)
    assert files_in(tmp_path) == {"long.bin.part": LONG}
    download(server, tmp_path)
    assert files_in(tmp_path) == server.files
    assert server.asked["long.bin"] == [None]


def test_the_earlier_file_stays_until_the_new_one_is_whole(server, tmp_path):
    (tmp_path / "long.bin").write_bytes(b"earlier")
    server.plans["long.bin"] = [404]
    refused(server, tmp_path)
    assert files_in(tmp_path) == {"long.bin": b"earlier"}
    download(server, tmp_path)
    assert files_in(tmp_path) == server.files


def test_an_impatient_caller_asks_once(server, tmp_path):
    server.plans["long.bin"] = [503]
    checksums = {"long.bin": hashlib.sha256(LONG).hexdigest()}
    with pytest.raises(InputError, match=r"in 1 attempt \(status 503\)"):
        download_all(server.url, checksums, tmp_path, attempts=1, connect_seconds=1)
    assert len(server.asked["long.bin"]) == 1


def test_servers_are_told_who_asks(server, tmp_path):
    download(server, tmp_path)
    (agent,) = server.agents
    assert agent.startswith("emofold/")


def bring(server, target, **known):
    """Download the long file by itself."""
    downloads.download(f"{server.url}/long.bin", target, Content(**known))


def test_one_file_comes_whole_though_nothing_is_known_of_it(server, tmp_path):
    server.plans["long.bin"] = ["cut"]
    bring(server, tmp_path / "a.zip")
    assert files_in(tmp_path) == {"a.zip": LONG}


def test_a_part_that_is_whole_already_is_taken_though_nothing_is_known_of_it(server, tmp_path):
    (tmp_path / "a.zip.part").write_bytes(LONG)
    bring(server, tmp_path / "a.zip")
    assert files_in(tmp_path) == {"a.zip": LONG}
    assert server.asked["long.bin"] == [f"bytes={len(LONG)}-"]


def test_a_size_that_the_server_declares_otherwise_is_refused_before_anything_comes(
    server, tmp_path, monkeypatch
):
    monkeypatch.setattr(downloads, "Progress", None)  # nothing is written without it
    (tmp_path / "a.zip.part").write_bytes(LONG[:1000])
    with pytest.raises(InputError) as error:
        bring(server, tmp_path / "a.zip", size=len(LONG) + 1)
    assert error.value.found == f"{len(LONG)} bytes at {server.url}/long.bin"
    assert f"{len(LONG) + 1} bytes" in error.value.expected
    assert files_in(tmp_path) == {}


def test_an_answer_that_does_not_tell_its_size_is_measured_at_its_end(
    server, tmp_path, monkeypatch
):
    monkeypatch.setattr(downloads, "raise_if_passing", lambda answer: answer.headers.clear())
    with pytest.raises(InputError, match=f"{len(LONG)} bytes at .*the file of 5 bytes"):
        bring(server, tmp_path / "a.zip", size=5)
    assert files_in(tmp_path) == {}
    bring(server, tmp_path / "a.zip", size=len(LONG))
    assert files_in(tmp_path) == {"a.zip": LONG}


def test_the_log_tells_now_and_then_how_much_has_come(server, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0)
    caplog.set_level(logging.INFO)
    server.plans["long.bin"] = ["cut"]
    download(server, tmp_path)
    lines = [line for line in caplog.messages if line.startswith("long.bin: ")]
    assert "long.bin: 0.1 of 0.4 MB, 16 %" in lines
    assert "long.bin: 0.4 of 0.4 MB, 100 %" in lines
    assert len(lines) > 4


def test_a_short_download_leaves_the_log_alone(server, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    download(server, tmp_path)
    assert caplog.messages == ["long.bin: 400000 bytes", "short.txt: 5 bytes"]


def test_an_answer_that_ends_early_without_a_word_is_noticed(server, tmp_path, monkeypatch):
    whole = requests.Response.iter_content

    def first_block(answer, size):
        yield next(whole(answer, size))
        monkeypatch.setattr(requests.Response, "iter_content", whole)

    monkeypatch.setattr(requests.Response, "iter_content", first_block)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    bring(server, tmp_path / "a.zip")
    assert files_in(tmp_path) == {"a.zip": LONG}
    assert server.asked["long.bin"] == [None, "bytes=65536-"]
