"""Downloads go on where they stopped, try again, and leave all files or none."""

import hashlib
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote

import numpy as np
import pytest

from emofold.corpora.downloads import ATTEMPTS, download_all
from emofold.errors import InputError

LONG = np.random.default_rng(0).bytes(400_000)
SHORT = b"short"


class Handler(BaseHTTPRequestHandler):
    """Answer with a file of the server: well, or in the way that is next in its plan."""

    def do_GET(self):
        server, path = self.server, unquote(self.path).lstrip("/")
        server.asked[path].append(self.headers.get("Range"))
        plan = server.plans[path]
        way = plan.pop(0) if plan else "well"
        body = server.files.get(path)
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        if body is None:
            self.answer(404, b"no such file")
        elif isinstance(way, int):
            self.answer(way, b"not now")
        elif way == "ignoring the range" or not start:
            self.answer(200, body, len(body) // 2 if way == "cut" else None)
        elif start >= len(body):
            self.answer(416, b"")
        else:
            self.answer(206, body[start:])

    def answer(self, status, body, cut_at=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.server.sent.append(len(body[:cut_at]))
        self.wfile.write(body[:cut_at])

    def log_message(self, *_):
        """Keep the output of the tests free of requests."""


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.files = {"long.bin": LONG, "sub/short.txt": SHORT}
    server.plans, server.asked, server.sent = defaultdict(list), defaultdict(list), []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


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
    refused(server, tmp_path)
    download(server, tmp_path)
    assert files_in(tmp_path) == server.files


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
