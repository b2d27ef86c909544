"""Archives are unpacked whole and where they belong, or not at all."""

import functools
import hashlib
import shutil
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from emofold.errors import InputError
from emofold.fetch import archives
from emofold.fetch.archives import fetch_files, unpack

FILES = {
    "Actor_01/one.wav": b"the first recording",
    "Actor_02/two.wav": b"the second recording",
    "read me.txt": b"nobody asks for this",
}
TARGETS = {"one.wav": "Actor_01/one.wav", "two.wav": "deep/er/two.wav"}
UNPACKED = {
    "Actor_01/one.wav": FILES["Actor_01/one.wav"],
    "deep/er/two.wav": FILES["Actor_02/two.wav"],
}
PATH = "123/files/Speech.zip"
WANTED = ["Actor_01/one.wav", "Actor_02/two.wav"]


def zipped(path, files=FILES, compression=zipfile.ZIP_DEFLATED):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def files_in(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def refused(archive, targets=TARGETS):
    """Return why an archive is not unpacked; an earlier folder stays, and nothing comes to it."""
    folder = archive.with_name("recordings")
    (folder / "earlier").mkdir(parents=True)
    (folder / "earlier" / "whole.wav").write_bytes(b"from an earlier run")
    before = files_in(archive.parent)
    with pytest.raises(InputError) as error:
        unpack(archive, targets, folder)
    assert files_in(archive.parent) == before
    assert {path.name for path in archive.parent.iterdir()} == {archive.name, "recordings"}
    assert str(archive) in error.value.found
    return error.value


def test_wanted_files_go_where_they_belong_and_others_stay_in_the_archive(tmp_path):
    unpack(zipped(tmp_path / "a.zip"), TARGETS, tmp_path / "here" / "recordings")
    assert files_in(tmp_path / "here") == {f"recordings/{p}": c for p, c in UNPACKED.items()}


def test_folders_within_the_archive_do_not_matter(tmp_path):
    moved = {
        "./": b"",
        "data/one.wav/": b"",
        "data/one.wav/one.wav": FILES["Actor_01/one.wav"],
        "two.wav": FILES["Actor_02/two.wav"],
        "__MACOSX/._two.wav": b"resource fork",
    }
    unpack(zipped(tmp_path / "a.zip", moved), TARGETS, tmp_path / "recordings")
    assert files_in(tmp_path / "recordings") == UNPACKED


def test_an_unpacked_folder_replaces_an_earlier_one_and_what_a_killed_run_left(tmp_path):
    for folder in ("recordings", ".recordings.partial"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "stale.wav").touch()
    unpack(zipped(tmp_path / "a.zip"), TARGETS, tmp_path / "recordings")
    assert files_in(tmp_path / "recordings") == UNPACKED
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "recordings"}


@pytest.mark.parametrize(
    "name",
    [
        "../outside.txt",
        "Actor_01/../../one.wav",
        "/tmp/one.wav",  # noqa: S108
        "..\\outside.txt",
        "Actor_01\\..\\..\\one.wav",
        "\\\\server\\one.wav",
        "C:\\one.wav",
        "C:/one.wav",
        "C:one.wav",
    ],
)
def test_a_name_that_leads_out_of_the_archive_is_refused(tmp_path, name):
    error = refused(zipped(tmp_path / "a.zip", FILES | {name: b"harm"}))
    assert "1 file leading out of" in error.found
    assert repr(name) in error.found


def test_a_wanted_file_that_is_missing_is_named(tmp_path):
    error = refused(zipped(tmp_path / "a.zip"), TARGETS | {"three.wav": "three.wav"})
    assert "1 file missing" in error.found
    assert error.found.endswith(": three.wav")


def test_a_folder_of_the_name_of_a_wanted_file_is_no_such_file(tmp_path):
    archive = zipped(tmp_path / "a.zip", {"one.wav/": b"", "two.wav": b"sound"})
    assert "1 file missing" in refused(archive).found


def test_a_wanted_file_that_is_there_twice_is_named(tmp_path):
    error = refused(zipped(tmp_path / "a.zip", FILES | {"copies/two.wav": b"another"}))
    assert "1 file there twice" in error.found
    assert error.found.endswith(": two.wav")


def test_a_file_that_nobody_wants_may_be_there_twice(tmp_path):
    files = FILES | {"copies/read me.txt": b"again"}
    unpack(zipped(tmp_path / "a.zip", files), TARGETS, tmp_path / "recordings")
    assert files_in(tmp_path / "recordings") == UNPACKED


def test_a_wanted_file_that_is_too_large_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_FILE", len(FILES["Actor_01/one.wav"]))
    error = refused(zipped(tmp_path / "a.zip"))
    assert "1 file too large" in error.found
    assert error.found.endswith(": two.wav")


def test_a_file_of_the_largest_size_and_larger_unwanted_ones_are_fine(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_FILE", len(FILES["Actor_02/two.wav"]))
    files = FILES | {"film.mp4": b"x" * 1000}
    unpack(zipped(tmp_path / "a.zip", files), TARGETS, tmp_path / "recordings")
    assert files_in(tmp_path / "recordings") == UNPACKED


@pytest.mark.parametrize("part", [0, 0.1, 0.5, 0.9, 0.99])
def test_a_truncated_archive_is_refused(tmp_path, part):
    archive = zipped(tmp_path / "a.zip")
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(part * len(whole))])
    error = refused(archive)
    assert f"of {int(part * len(whole))} bytes cannot be unpacked" in error.found
    assert error.expected == "a whole zip archive"


def damage(archive, name, part, at, to):
    """Change a byte of a file's content in an archive, or of its entry in the directory."""
    with zipfile.ZipFile(archive) as opened:
        header = opened.getinfo(name).header_offset
    changed = bytearray(archive.read_bytes())
    start = {"content": header + 30 + len(name), "entry": changed.rindex(name.encode()) - 46}
    changed[start[part] + at] = to
    archive.write_bytes(changed)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_wrong_bytes_in_the_second_file_keep_the_first_from_appearing(tmp_path, compression):
    archive = zipped(tmp_path / "a.zip", compression=compression)
    damage(archive, "Actor_02/two.wav", "content", at=0, to=0xFF)
    assert "cannot be unpacked" in refused(archive).found


@pytest.mark.parametrize(
    ("at", "to", "reason"),
    [
        pytest.param(8, 1, "encrypted", id="encrypted"),
        pytest.param(10, 99, "compression", id="packed in an unknown way"),
        pytest.param(24, 5, "CRC", id="longer than it says"),
    ],
)
def test_a_file_that_is_other_than_its_entry_says_is_refused(tmp_path, at, to, reason):
    archive = zipped(tmp_path / "a.zip")
    damage(archive, "Actor_02/two.wav", "entry", at, to)
    assert reason in refused(archive).found


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A web server with an archive, that notes what it is asked for."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    asked = []

    class Handler(SimpleHTTPRequestHandler):
        def log_request(self, code="-", size="-"):
            asked.append((self.path.lstrip("/"), int(code)))

        def log_message(self, *_):
            """Keep the output of the tests free of requests."""

    root = tmp_path / "web"
    handler = functools.partial(Handler, directory=str(root))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.archive, server.asked = zipped(root / PATH), asked
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def md5(path):
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def fetch(server, folder, wanted=WANTED, checksum=None, keep=False):
    size = server.archive.stat().st_size
    known = {"path": PATH, "bytes": size, "md5": checksum or md5(server.archive)}
    files = [f"{folder}/{path}" for path in wanted]
    fetch_files(server.url, known, files, folder, keep=keep)


def test_fetched_files_are_unpacked_and_the_archive_is_deleted(server, tmp_path):
    fetch(server, tmp_path / "ravdess" / "speech")
    assert files_in(tmp_path / "ravdess") == {f"speech/{path}": FILES[path] for path in WANTED}
    assert server.asked == [(PATH, 200)]


def test_an_archive_that_is_to_stay_is_downloaded_once(server, tmp_path):
    folder = tmp_path / "ravdess" / "speech"
    fetch(server, folder, keep=True)
    assert (tmp_path / "ravdess" / "downloads" / PATH).read_bytes() == server.archive.read_bytes()
    shutil.rmtree(folder)
    fetch(server, folder, keep=True)
    assert files_in(folder) == {path: FILES[path] for path in WANTED}
    assert server.asked == [(PATH, 200)]


def test_an_archive_of_the_wrong_checksum_is_refused_and_thrown_away(server, tmp_path):
    folder = tmp_path / "ravdess" / "speech"
    with pytest.raises(InputError) as error:
        fetch(server, folder, checksum="0" * 32)
    assert f"with the MD5 {md5(server.archive)} at {server.url}/{PATH}" in error.value.found
    assert "0" * 32 in error.value.expected
    assert "local copy" in error.value.remedy
    assert files_in(tmp_path / "ravdess") == {}


def test_an_archive_whose_unpacking_failed_is_kept_and_not_downloaded_again(server, tmp_path):
    folder = tmp_path / "ravdess" / "speech"
    with pytest.raises(InputError, match=r"1 file missing in .*three\.wav"):
        fetch(server, folder, wanted=[*WANTED, "three.wav"])
    kept = {f"downloads/{PATH}": server.archive.read_bytes()}
    assert files_in(tmp_path / "ravdess") == kept
    fetch(server, folder)
    assert files_in(tmp_path / "ravdess") == {f"speech/{path}": FILES[path] for path in WANTED}
    assert server.asked == [(PATH, 200)]


def test_a_kept_archive_that_is_not_the_right_one_is_downloaded_again(server, tmp_path):
    other = zipped(tmp_path / "ravdess" / "downloads" / PATH, {"one.wav": b"another"})
    assert md5(other) != md5(server.archive)
    fetch(server, tmp_path / "ravdess" / "speech")
    assert files_in(tmp_path / "ravdess") == {f"speech/{path}": FILES[path] for path in WANTED}
    assert server.asked == [(PATH, 200)]
