"""The command ``emofold serve``."""

import os
import re
import signal
import socket
import subprocess
import sys

import pytest
import requests

import small_bundle
from emofold.__main__ import main


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    voice = {"speech": small_bundle.SYSTEMS["speech"]}
    return small_bundle.make_bundle(tmp_path_factory.mktemp("bundle") / "a voice", voice)


@pytest.fixture
def started(bundle, tmp_path):
    """The command at work, and the address that it has printed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "emofold", "serve", "--model", str(bundle)],
        env=os.environ | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    printed = [process.stdout.readline() for _ in range(4)]
    yield process, "".join(printed)
    process.kill()
    process.communicate()


CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.mark.parametrize("stop", CODES)
def test_it_prints_its_address_answers_there_and_ends_at_once_without_a_trace(
    started, tmp_path, bundle, stop
):
    process, printed = started
    assert f"Loading {bundle}" in printed
    (address,) = re.findall(r"http://127\.0\.0\.1:\d+/[\w-]{40,}/", printed)
    assert "Which emotion" in requests.get(address, timeout=30).text
    sound = small_bundle.sound(tmp_path / "sound.wav", "happy").read_bytes()
    (tmp_path / "sound.wav").unlink()
    waiting = [
        requests.post(f"{address}clips?name=a.wav", data=sound, stream=True, timeout=30)
        for _ in range(3)
    ]
    assert {path.name for path in tmp_path.rglob("a.wav")} == {"a.wav"}
    process.send_signal(stop)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == CODES[stop]
    assert errors.strip() == "emofold: interrupted"
    assert [*tmp_path.iterdir()] == []
    assert len(waiting) == 3


def test_a_port_that_is_taken_is_told_before_anything_is_loaded(bundle, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", "--model", str(bundle), "--port", str(port)]) == 1
    said = capsys.readouterr()
    assert f"port {port}, which cannot be had (Address already in use)" in said.err
    assert said.out == ""


@pytest.mark.parametrize("package", ["starlette", "uvicorn"])
def test_without_the_extra_it_says_what_to_install(bundle, capsys, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    assert main(["serve", "--model", str(bundle)]) == 1
    said = capsys.readouterr().err
    assert f"no package {package}" in said
    assert "pip install 'emofold[serve]'" in said


@pytest.mark.parametrize(
    "option", ["--port=70000", "--port=-1", "--max-size=0", "--max-size=1.5", "--max-length=soon"]
)
def test_what_is_no_port_no_size_or_no_length_is_refused(option, bundle, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["serve", "--model", str(bundle), option])
    assert stopped.value.code == 2
    assert option.partition("=")[0] in capsys.readouterr().err
