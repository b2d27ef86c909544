"""The videos of an actor of RAVDESS are here whole, or none of them is and the error says why."""

import shutil
import subprocess

import pytest
from tenacity import stop_after_attempt

from emofold.corpora.ravdess_files import VIDEOS
from emofold.corpora.ravdess_videos import Destination, fetch_videos
from emofold.errors import InputError
from emofold.fetch.http import RETRY
from faulty_server import serving
from served_videos import ARCHIVES, CLIPS, RECORD, described, md5, members_of, path_of, zipped

ARCHIVE = path_of("07")
RETRY_AT_ONCE = RETRY.copy(sleep=lambda _: None, stop=stop_after_attempt(3))


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server():
    archive = zipped(members_of())
    with serving({ARCHIVE: archive, RECORD: described({ARCHIVE: archive})}) as server:
        yield server


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "ravdess"


def fetch(server, folder, *, keep=False):
    destination = Destination(folder / "videos", keep=keep)
    fetch_videos("07", f"{server.url}/records", ARCHIVES, destination, RETRY_AT_ONCE)


def refused(server, folder, **how):
    with pytest.raises(InputError) as error:
        fetch(server, folder, **how)
    return error.value


def files_in(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def serve(server, archive, *, listed=True):
    """Let the server have another archive, which its record describes or not."""
    server.files[ARCHIVE] = archive
    if listed:
        server.files[RECORD] = described({ARCHIVE: archive})
    else:
        server.files.pop(RECORD, None)


WANTED = {f"videos/{name}": content for name, content in members_of().items() if "/01-" in name}


def assert_whole(folder, *more):
    here = files_in(folder)
    listed = here.pop("videos/Actor_07.sha256").decode().splitlines()
    assert {path: content for path, content in here.items() if path not in more} == WANTED
    assert here.keys() - WANTED.keys() == {*more}
    assert len(listed) == 60


def test_the_clips_with_sound_are_unpacked_and_the_archive_is_deleted(server, folder):
    fetch(server, folder)
    assert_whole(folder)
    assert [*WANTED] == VIDEOS.paths_of_actor("videos", "07")
    assert server.asked == {RECORD: [None], ARCHIVE: [None]}


def test_the_list_of_checksums_is_one_that_sha256sum_reads(server, folder):
    fetch(server, folder)
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("no sha256sum here")
    arguments = [program, "--check", "--strict", "--quiet", "Actor_07.sha256"]
    subprocess.run(arguments, cwd=folder / "videos", check=True)


def test_videos_that_are_here_and_whole_are_not_fetched_again(server, folder):
    fetch(server, folder)
    fetch(server, folder)
    assert_whole(folder)
    assert server.asked == {RECORD: [None], ARCHIVE: [None]}


@pytest.mark.parametrize("harm", ["changed", "deleted", "cut"])
def test_videos_of_which_one_was_harmed_are_fetched_again(server, folder, harm):
    fetch(server, folder)
    video = folder / "videos" / "Actor_07" / f"{CLIPS[31]}.mp4"
    if harm == "deleted":
        video.unlink()
    else:
        video.write_bytes(b"other" if harm == "changed" else video.read_bytes()[:-1])
    fetch(server, folder)
    assert_whole(folder)
    assert len(server.asked[ARCHIVE]) == 2


def test_an_archive_that_is_to_stay_is_not_downloaded_again(server, folder):
    fetch(server, folder, keep=True)
    kept = "downloads/Video_Speech_Actor_07.zip"
    assert_whole(folder, kept)
    shutil.rmtree(folder / "videos")
    fetch(server, folder, keep=True)
    assert_whole(folder, kept)
    assert len(server.asked[ARCHIVE]) == 1


def test_where_the_folder_is_a_link_the_archives_go_to_the_same_disk(server, folder, tmp_path):
    disk = tmp_path / "disk"
    (disk / "ravdess").mkdir(parents=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "videos").symlink_to(disk / "ravdess", target_is_directory=True)
    fetch(server, folder, keep=True)
    assert [path.name for path in (disk / "downloads").iterdir()] == ["Video_Speech_Actor_07.zip"]
    assert [path.name for path in folder.iterdir()] == ["videos"]


def test_a_kept_archive_that_is_not_the_right_one_is_downloaded_again(server, folder):
    kept = folder / "downloads" / "Video_Speech_Actor_07.zip"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(zipped(dict.fromkeys(members_of(), b"another film")))
    fetch(server, folder)
    assert_whole(folder)


def test_a_cut_connection_is_resumed(server, folder):
    server.plans[ARCHIVE] = ["cut"]
    fetch(server, folder)
    assert_whole(folder)
    first, second = server.asked[ARCHIVE]
    assert first is None
    assert second.startswith("bytes=")


def test_a_run_that_was_killed_goes_on_where_it_stopped(server, folder):
    part = folder / "downloads" / "Video_Speech_Actor_07.zip.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(server.files[ARCHIVE][:5000])
    (folder / "videos" / ".Actor_07.partial").mkdir(parents=True)
    (folder / "videos" / ".Actor_07.partial" / "half.mp4").write_bytes(b"half")
    fetch(server, folder)
    assert_whole(folder)
    assert server.asked[ARCHIVE] == ["bytes=5000-"]


@pytest.mark.parametrize("trouble", [429, 503, (429, {"Retry-After": "0"})])
def test_a_busy_server_is_asked_again(server, folder, trouble):
    server.plans[RECORD] = [trouble]
    server.plans[ARCHIVE] = [trouble, trouble]
    fetch(server, folder)
    assert_whole(folder)


def test_a_server_that_stays_busy_is_given_up_and_nothing_is_here(server, folder):
    server.plans[ARCHIVE] = [503] * 3
    error = refused(server, folder)
    assert f"no complete answer from {server.url}/{ARCHIVE} in 3 attempts" in error.found
    assert files_in(folder) == {}


def test_wrong_bytes_are_refused_and_thrown_away(server, folder):
    right = server.files[ARCHIVE]
    wrong = bytearray(right)
    wrong[len(wrong) // 2] ^= 1
    server.files[ARCHIVE] = bytes(wrong)
    error = refused(server, folder)
    assert f"with the MD5 {md5(wrong)}" in error.found
    assert md5(right) in error.expected
    assert files_in(folder) == {}


def test_an_archive_of_another_size_than_the_record_says_is_refused(server, folder):
    server.files[RECORD] = described({ARCHIVE: server.files[ARCHIVE]}, size=12_345)
    error = refused(server, folder)
    assert f"{len(server.files[ARCHIVE])} bytes at {server.url}/{ARCHIVE}" in error.found
    assert "12345 bytes" in error.expected
    assert files_in(folder) == {}


NO_RECORDS = {"none": None, "a page": b"<html>", "of other files": b'{"files": []}'}


@pytest.mark.parametrize("record", NO_RECORDS.values(), ids=NO_RECORDS.keys())
def test_without_a_record_the_log_warns_and_the_archive_answers_for_itself(
    server, folder, caplog, record
):
    del server.files[RECORD]
    server.files |= {RECORD: record} if record else {}
    fetch(server, folder)
    assert_whole(folder)
    warnings = [entry.message for entry in caplog.records if entry.levelname == "WARNING"]
    assert warnings[-1].startswith("no known checksum of Video_Speech_Actor_07.zip")


FIRST, LACKING = (f"Actor_07/{clip}.mp4" for clip in (CLIPS[0], CLIPS[31]))
HARMED = {
    "1 file missing": {name: film for name, film in members_of().items() if name != LACKING},
    "1 file leading out of": members_of() | {"../../outside.mp4": b"harm"},
    "1 file there twice": members_of() | {f"copies/{FIRST}": b"another film"},
    "60 files missing": members_of("08"),
}


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("problem", HARMED)
def test_an_archive_that_is_not_as_it_should_be_is_not_unpacked(server, folder, problem, listed):
    serve(server, zipped(HARMED[problem]), listed=listed)
    error = refused(server, folder)
    assert problem in error.found
    kept = {"downloads/Video_Speech_Actor_07.zip": server.files[ARCHIVE]} if listed else {}
    assert files_in(folder.parent) == {f"ravdess/{path}": body for path, body in kept.items()}
    assert ("delete the archive" if listed else "downloads the archive anew") in error.remedy


@pytest.mark.parametrize("part", [0, 0.3, 0.99])
@pytest.mark.parametrize("listed", [True, False])
def test_a_truncated_archive_is_not_unpacked(server, folder, part, listed):
    whole = server.files[ARCHIVE]
    server.files[ARCHIVE] = whole[: int(part * len(whole))]
    if not listed:
        del server.files[RECORD]
    error = refused(server, folder)
    assert f"{int(part * len(whole))} bytes" in error.found
    assert files_in(folder) == {}


def test_harm_within_an_unlisted_archive_is_noticed_by_its_own_checksums(server, folder):
    wrong = bytearray(server.files[ARCHIVE])
    wrong[len(wrong) // 4] ^= 1
    serve(server, bytes(wrong), listed=False)
    assert "Bad CRC-32" in refused(server, folder).found
    assert files_in(folder) == {}


def test_videos_that_are_here_survive_an_archive_that_is_not_whole(server, folder):
    fetch(server, folder)
    video = folder / "videos" / "Actor_07" / f"{CLIPS[0]}.mp4"
    video.write_bytes(b"other")
    before = files_in(folder)
    serve(server, server.files[ARCHIVE][:-100], listed=False)
    refused(server, folder)
    assert files_in(folder) == before
