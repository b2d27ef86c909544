"""The page that takes recordings, as HTTP has it: who is let in, what is taken, what is left."""

import re
import socket
import time

import pytest
import requests

import small_bundle
from emofold.media.audio import write_wav
from emofold.prediction.predictor import Predictor
from emofold.serving.app import MOST_PAGES
from serving_here import TOKEN, news, serving


@pytest.fixture
def elsewhere(tmp_path_factory):
    """A folder that the server knows nothing of."""
    return tmp_path_factory.mktemp("elsewhere")


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_a_recording_gets_its_page_and_its_files_are_gone(server, loud):
    told = [*news(server.send(loud.read_bytes(), loud.name))]
    assert [one["stage"] for one in told][-1] == "done"
    page = server.page(told[-1])
    assert "<strong>happy</strong>" in page
    assert "Größe &amp; &lt;b&gt;.wav" in page
    assert server.files() == []


def test_a_recording_by_a_browser_which_does_not_say_how_long_it_lasts_gets_its_page(
    server, recorded
):
    page = server.page(server.ask(recorded))
    assert "Most likely:" in page
    assert 'aria-valuemax="3.0"' in page


def test_the_first_page_says_what_the_model_is_and_what_becomes_of_a_recording(server):
    page = requests.get(server.address, timeout=30).text
    for words in ("noises", "36 clips of 6 speakers", "calm, happy", "At most 50 MB and 1 min"):
        assert words in page
    assert "stays on this machine" in page


def test_without_the_token_nothing_is_there(server, loud):
    paths = ["", "favicon.ico", "clips", TOKEN[:-1], f"{TOKEN}x/", f"other/{TOKEN}/", "é/"]
    for path in paths:
        for method in ("GET", "POST"):
            answer = requests.request(method, f"{server.origin}/{path}", data=b"x", timeout=30)
            assert answer.status_code == 404
            assert TOKEN not in answer.text
    assert server.files() == []


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_under_another_name_than_that_of_this_machine_nothing_is_answered(server, host):
    answer = requests.get(server.address, headers={"Host": host}, timeout=30)
    assert answer.status_code == 400
    assert "emofold" not in answer.text


def test_this_machine_may_be_called_localhost(server):
    address = server.address.replace("127.0.0.1", "localhost")
    assert requests.get(address, timeout=30).status_code == 200


def test_it_listens_on_loopback_alone(server):
    port = int(server.origin.rpartition(":")[2])
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port)}
    for other in {"127.0.0.2", "::1", *others} - {"127.0.0.1"}:
        with pytest.raises(OSError, match=r"refused|unreachable|assign"):
            socket.create_connection((other, port), timeout=2).close()


def test_every_answer_keeps_the_browser_from_storing_and_from_sending_elsewhere(server, loud):
    answers = [
        requests.get(server.address, timeout=30),
        requests.get(server.address + "start_page.js", timeout=30),
        requests.get(server.address + server.ask(loud)["page"], timeout=30),
        requests.get(server.origin, timeout=30),
        requests.get(server.address, headers={"Host": "evil.example"}, timeout=30),
        server.send(b"no recording"),
    ]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors" in answer.headers["Content-Security-Policy"]
        assert "Server" not in answer.headers
    start, _, page, *others = (one.headers["Content-Security-Policy"] for one in answers)
    assert start.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "http" not in start
    assert page.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in page
    assert {*others} == {"default-src 'none'; frame-ancestors 'none'; sandbox"}


def test_too_many_bytes_are_refused_before_they_are_sent(bundle, tmp_path):
    with serving(bundle, tmp_path, megabytes=1) as server:
        answer = speak(server, [b"Content-Length: 1000001\r\n\r\n"])
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"clip, which has more than 1 MB" in answer
    assert server.files() == []


def test_bytes_that_nobody_announced_are_refused_while_they_come_in(bundle, tmp_path):
    chunk = b"80000\r\n" + b"\0" * 0x80000 + b"\r\n"
    with serving(bundle, tmp_path, megabytes=1) as server:
        answer = speak(server, [b"Transfer-Encoding: chunked\r\n\r\n", chunk, chunk])
        assert answer.startswith(b"HTTP/1.1 413")
        wait_for(lambda: server.files() == [])


def speak(server, parts):
    """Send the parts of a request that does not end, and return what is answered meanwhile."""
    host, port = server.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = f"POST /{TOKEN}/clips?name=clip HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for part in [head.encode(), *parts]:
            connection.sendall(part)
        answer = b""
        while b"remedy" not in answer:
            answer += connection.recv(4096) or pytest.fail(answer.decode())
        return answer


def test_what_lasts_too_long_is_refused_whether_it_says_how_long_it_lasts_or_not(
    bundle, tmp_path, loud, recorded
):
    with serving(bundle, tmp_path, duration=2.5) as server:
        for recording in (loud, recorded):
            answer = server.send(recording.read_bytes(), recording.name)
            assert answer.status_code == 422
            assert answer.json()["found"] == f"{recording.name}, which lasts longer than 2.5 s"
            assert "--max-length" in answer.json()["remedy"]
        assert server.files() == []


def test_what_lasts_too_long_is_refused_while_it_comes_in(bundle, tmp_path, elsewhere):
    long = small_bundle.sound(elsewhere / "long.wav", "calm", 60.0).read_bytes()
    with serving(bundle, tmp_path, duration=10.0) as server:
        half = [f"Content-Length: {len(long)}\r\n\r\n".encode(), long[: len(long) // 2]]
        answer = speak(server, half)
        assert answer.startswith(b"HTTP/1.1 422")
        assert b"clip, which lasts longer than 10 s" in answer
        assert server.files() == []


@pytest.mark.parametrize("body", [b"", b"this is no video", b"media\n/etc/hostname\n"])
def test_what_is_no_recording_is_refused_by_its_name_and_never_read_as_a_sheet(server, body):
    answer = server.send(body, "clips.csv")
    assert answer.status_code == 422
    assert "clips.csv" in answer.json()["found"]
    assert str(server.scratch) not in answer.text
    assert server.files() == []


def test_silence_is_told_with_the_name_of_the_file_and_not_of_its_folder(server, elsewhere):
    write_wav(0 * small_bundle.noise("calm"), elsewhere / "silence.wav")
    last = server.ask(elsewhere / "silence.wav")
    assert last["stage"] == "failed"
    assert last["found"] == "nothing but silence in silence.wav"
    assert str(server.scratch) not in str(last)
    assert server.files() == []


@pytest.mark.parametrize(
    "name", ["../../outside.wav", "/etc/passwd", "..", "nul\0.wav", "a" * 500 + ".wav", ""]
)
def test_whatever_a_recording_is_called_it_stays_in_the_temporary_folder(
    server, loud, name, tmp_path
):
    *_, last = news(server.send(loud.read_bytes(), name))
    assert last["stage"] == "done"
    assert [*tmp_path.parent.glob("outside*")] == []
    assert server.files() == []


def test_recordings_wait_for_their_turn_and_know_how_many_come_before(idle, loud):
    first, second = (news(idle.send(loud.read_bytes(), name)) for name in ("one", "two"))
    assert next(first) == {"stage": "waiting", "ahead": 0}
    assert next(second) == {"stage": "waiting", "ahead": 1}
    idle.answering.answer_next()
    assert [*first][-1]["stage"] == "done"
    assert next(second) == {"stage": "waiting", "ahead": 0}
    idle.answering.answer_next()
    assert [*second][-1]["stage"] == "done"


def test_who_goes_away_gives_up_the_place_and_leaves_no_file(idle, loud):
    gone = idle.send(loud.read_bytes(), "one")
    first = news(gone)
    assert next(first)["ahead"] == 0
    second = news(idle.send(loud.read_bytes(), "two"))
    assert next(second)["ahead"] == 1
    gone.close()
    assert next(second)["ahead"] == 0
    assert {path.name for path in idle.files() if path.is_file()} == {"two"}


def test_work_that_nobody_waits_for_any_more_stops(server, loud, monkeypatch):
    answer, stopped = Predictor._answer, []

    def answer_once_gone(self, requests, together):
        wait_for(lambda: server.answering._turn.is_given_up)
        try:
            return answer(self, requests, together)
        except InterruptedError:
            stopped.append(requests)
            raise

    monkeypatch.setattr(Predictor, "_answer", answer_once_gone)
    gone = server.send(loud.read_bytes())
    told = news(gone)
    while next(told)["stage"] != "working":
        pass
    gone.close()
    wait_for(lambda: stopped and server.files() == [])
    monkeypatch.undo()
    assert server.ask(loud)["stage"] == "done"


def test_an_upload_that_breaks_off_leaves_nothing(idle):
    host, port = idle.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST /{TOKEN}/clips HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n"
        connection.sendall(head.encode() + b"half")
        wait_for(lambda: any(path.is_file() for path in idle.files()))
    wait_for(lambda: idle.files() == [])


def test_more_than_a_few_do_not_wait(idle, loud):
    waiting = [idle.send(loud.read_bytes(), name) for name in ("one", "two")]
    answer = idle.send(loud.read_bytes(), "three")
    assert answer.status_code == 503
    assert answer.json()["found"] == "2 recordings that wait already"
    assert len([path for path in idle.files() if path.is_file()]) == len(waiting)


def test_a_full_disk_is_told_and_ends_nothing(server, loud, monkeypatch):
    def write(self, requests, together):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Predictor, "_answer", write)
    last = server.ask(loud)
    assert last["stage"] == "failed"
    assert "No space left on device" in last["found"]
    monkeypatch.undo()
    assert server.ask(loud)["stage"] == "done"


def test_a_page_is_there_until_it_is_forgotten_or_many_others_came(server, loud):
    page = server.address + server.ask(loud)["page"]
    for _ in range(2):
        assert requests.get(page, timeout=30).status_code == 200
    assert requests.delete(page, timeout=30).status_code == 204
    assert requests.get(page, timeout=30).status_code == 404
    assert server.answering._turn is None, "it would keep the page, which holds the recording"
    names = [server.desk.pages.keep(b"page") for _ in range(MOST_PAGES + 1)]
    codes = [
        requests.get(f"{server.address}pages/{name}", timeout=30).status_code for name in names
    ]
    assert codes == [404] + [200] * MOST_PAGES


def test_pages_load_nothing_from_elsewhere(server, loud):
    assets = ("", "start_page.css", "start_page.js", server.ask(loud)["page"])
    for asset in assets:
        answer = requests.get(server.address + asset, timeout=30)
        assert answer.status_code == 200
        text = answer.text
        assert [*re.findall(r"(?:src|href)=\"?(?:https?:)?//[^\"]*|url\(|@import", text)] == []
