"""A disk that is too small for the videos of RAVDESS is named before anything is downloaded."""

import json
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from tenacity import stop_after_attempt

from emofold.corpora import ravdess_videos
from emofold.corpora.ravdess import ACTORS
from emofold.corpora.ravdess_files import VIDEOS
from emofold.corpora.ravdess_videos import Destination, fetch_videos
from emofold.errors import InputError
from emofold.fetch.http import RETRY
from faulty_server import serving
from served_videos import ARCHIVES, RECORD, described, members_of, path_of, zipped

ARCHIVE = path_of("07")
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def server(monkeypatch):
    """A server that has one archive, and says that the others have a gigabyte each."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    archive = zipped(members_of())
    known = json.loads(described({ARCHIVE: archive}))["files"]
    names = (Path(path_of(f"{actor:02d}")).name for actor in ACTORS if actor != 7)
    others = [{"key": name, "size": 10**9} for name in names]
    record = json.dumps({"files": [*known, *others]}).encode()
    with serving({ARCHIVE: archive, RECORD: record}) as server:
        yield server


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "ravdess"


def fetch(server, folder, *, keep=False):
    destination, once = Destination(folder / "videos", keep=keep), stop_after_attempt(1)
    fetch_videos("07", f"{server.url}/records", ARCHIVES, destination, RETRY.copy(stop=once))
    assert len([*folder.rglob("*.mp4")]) >= 60


def refused(server, folder, **how):
    """Return why nothing is fetched; nothing is asked for but the record."""
    before = {*folder.rglob("*.*")}
    with pytest.raises(InputError) as error:
        fetch(server, folder, **how)
    assert server.asked.keys() == {RECORD}
    assert {*folder.rglob("*.*")} == before
    return error.value


def leave(monkeypatch, free, cores=1):
    """Let the disk have so many bytes, and the computer so many cores."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - free, free))
    monkeypatch.setattr(ravdess_videos.os, "cpu_count", lambda: cores)


FOR_A_WHILE = "13.8 GB of videos and, for a while, {} GB of archives"


@pytest.mark.parametrize(
    ("how", "needed"),
    [
        ({}, "14.8 GB for the videos of 24 actors that are still to come: "),
        ({}, FOR_A_WHILE.format("1.0")),
        ({"cores": 4}, FOR_A_WHILE.format("4.0")),
        ({"cores": 4, "keep": True}, "13.8 GB of videos and, to stay, 23.0 GB of archives"),
    ],
)
def test_too_small_a_disk_is_named_with_its_numbers(server, folder, monkeypatch, how, needed):
    leave(monkeypatch, 12_300_000_000, how.get("cores", 1))
    error = refused(server, folder, keep=how.get("keep", False))
    assert error.found == f"12.3 GB free on the disk of {(folder / 'videos').absolute()}"
    assert needed in error.expected
    assert "`ravdess: videos`" in error.remedy


def test_a_disk_that_is_just_large_enough_will_do(server, folder, monkeypatch):
    needed = round(0.6 * (23 * 10**9 + len(server.files[ARCHIVE]))) + 10**9
    leave(monkeypatch, needed - 1)
    refused(server, folder)
    leave(monkeypatch, needed)
    fetch(server, folder)


def test_what_is_here_already_needs_no_disk_space(server, folder, monkeypatch):
    for path in map(Path, VIDEOS.unpacked_paths(str(folder / "videos")).values()):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    part = folder / "downloads" / "Video_Speech_Actor_07.zip.part"
    part.parent.mkdir()
    part.write_bytes(server.files[ARCHIVE][:5000])
    size = len(server.files[ARCHIVE])
    needed = round(0.6 * size) + size - 5000
    leave(monkeypatch, needed - 1, cores=8)
    assert "1 actor that" in refused(server, folder).expected
    leave(monkeypatch, needed, cores=8)
    fetch(server, folder)


def test_without_a_record_an_archive_is_taken_for_as_large_as_any(server, folder, monkeypatch):
    del server.files[RECORD]
    needed = 24 * 600_000 + 1_000_000
    leave(monkeypatch, needed - 1)
    refused(server, folder)
    leave(monkeypatch, needed)
    fetch(server, folder)
