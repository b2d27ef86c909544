"""What is no recording is named as what it is, and nothing that it names is opened."""

import os
import socket

import numpy as np
import pytest
from PIL import Image

import recordings
from emofold.errors import InputError
from emofold.media.audio import decode_sound
from emofold.media.contents import read_contents
from emofold.media.playable import make_playable
from emofold.media.video import read_frames

MPD = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>'
    "<AdaptationSet><Representation><BaseURL>{}</BaseURL></Representation></AdaptationSet></Period>"
    "</MPD>"
)
LISTS = {
    "a.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n",
    "a.wav": "\ufeff\n#EXTM3U\n#EXTINF:1,\n{}\n",
    "a.mp4": "ffconcat version 1.0\nfile {}\n",
    "a.mpd": MPD,
    "a.pls": "[playlist]\nFile1={}\n",
}


def refused(path, copy):
    """Return what each reader of media says of a file."""
    readers = [
        lambda: decode_sound(path),
        lambda: [*read_frames(path)],
        lambda: read_contents(path),
        lambda: make_playable(path, copy),
    ]
    found = set()
    for read in readers:
        with pytest.raises(InputError) as error:
            read()
        found.add(error.value.found)
    (one,) = found
    return one


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("named", ["secret.wav", "pipe"])
def test_a_list_opens_nothing_that_it_names(tmp_path, name, named):
    """Opening a named pipe would wait for ever for someone to write into it."""
    recordings.write(tmp_path / "secret.wav", sound=np.full((1600, 1), 99, np.int16))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / name).write_text(LISTS[name].format(named), encoding="utf-8")
    assert "a list of other files" in refused(tmp_path / name, tmp_path / "copy.mp4")


def test_a_name_with_a_pattern_of_numbers_names_only_itself(tmp_path):
    Image.new("RGB", (64, 48)).save(tmp_path / "a1.png")
    Image.new("RGB", (64, 48)).save(tmp_path / "a%d.png")
    assert "a single picture" in refused(tmp_path / "a%d.png", tmp_path / "copy.mp4")


def test_what_is_no_regular_file_is_named_without_being_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    listener = socket.socket(socket.AF_UNIX)
    os.chdir(tmp_path)
    listener.bind("socket.wav")
    (tmp_path / "folder.wav").mkdir()
    for name in ("pipe.wav", "socket.wav", "folder.wav"):
        assert "no regular file" in refused(tmp_path / name, tmp_path / "copy.mp4")
    listener.close()


def test_a_name_that_is_too_long_for_the_file_system_is_one_files_error(tmp_path):
    found = refused(tmp_path / ("x" * 300), tmp_path / "copy.mp4")
    assert found.endswith("cannot be opened (File name too long)")


@pytest.mark.parametrize("ending", ["jpg", "png", "gif", "webp", "tiff", "bmp", "jp2", "avif"])
@pytest.mark.parametrize("name", ["photo.{}", "named like {}.mp4"])
def test_a_single_picture_is_named_so(tmp_path, ending, name):
    path = tmp_path / name.format(ending)
    with path.open("wb") as file:
        Image.new("RGB", (64, 48), "red").save(
            file, {"jpg": "jpeg", "jp2": "jpeg2000"}.get(ending, ending)
        )
    assert refused(path, tmp_path / "copy.mp4") == f"{path}, a single picture"


def test_a_picture_of_a_phone_is_one_too(tmp_path):
    path = tmp_path / "IMG_0001.HEIC"
    path.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(500))
    assert "a single picture" in refused(path, tmp_path / "copy.mp4")


def test_pictures_that_move_are_a_video(tmp_path):
    still = [Image.new("RGB", (64, 48), (40 * number, 0, 0)) for number in range(5)]
    still[0].save(tmp_path / "a.gif", save_all=True, append_images=still[1:], duration=100)
    assert len([*read_frames(tmp_path / "a.gif")]) == 5


def test_a_pointer_of_git_lfs_says_how_to_fetch_the_file(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")
    with pytest.raises(InputError, match=r"a pointer of Git LFS.*run `git lfs pull`"):
        decode_sound(path)
