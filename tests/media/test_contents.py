"""The header of a media file says what is in it."""

import av
import numpy as np
import pytest

import recordings
from emofold.errors import InputError
from emofold.media.contents import Contents, choose_modalities, read_contents

TONE = np.zeros((16_000, 1), np.int16)
PICTURES = [np.zeros((48, 64, 3), np.uint8)] * 25

FILM, MUTE = Contents(True, True, 1.0), Contents(False, True, 1.0)
VOICE = Contents(True, False, 1.0)


@pytest.mark.parametrize(
    ("file", "pictures", "sound", "expected"),
    [
        ("both.mp4", PICTURES, TONE, (True, True)),
        ("silent.mp4", PICTURES, None, (False, True)),
        ("sound.wav", [], TONE, (True, False)),
        ("sound.mp4", [], TONE, (True, False)),
    ],
)
def test_sound_and_pictures_are_told_apart(tmp_path, file, pictures, sound, expected):
    path = recordings.write(
        tmp_path / file, pictures, recordings.steady(len(pictures)), sound=sound
    )
    contents = read_contents(path)
    assert (contents.has_sound, contents.has_pictures) == expected
    assert contents.duration == pytest.approx(1, abs=0.1)


def test_neither_a_cover_nor_text_is_a_picture(tmp_path):
    text = tmp_path / "clip.txt"
    text.write_text("dogs are sitting by the door\n" * 50)
    assert not read_contents(text).has_pictures
    with av.open(str(tmp_path / "song.mp4"), "w") as container:
        sound = container.add_stream("aac", rate=16_000)
        cover = container.add_stream("mjpeg", rate=1, width=64, height=48)
        cover.pix_fmt, cover.disposition = "yuvj420p", av.stream.Disposition.attached_pic
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        silence.sample_rate = 16_000
        container.mux([*sound.encode(silence), *sound.encode(None)])
        image = av.VideoFrame.from_ndarray(PICTURES[0]).reformat(format="yuvj420p")
        container.mux([*cover.encode(image), *cover.encode(None)])
    contents = read_contents(tmp_path / "song.mp4")
    assert (contents.has_sound, contents.has_pictures) == (True, False)


def test_a_length_that_is_guessed_from_the_first_bytes_is_none(tmp_path):
    assert read_contents(recordings.write(tmp_path / "sound.aac", sound=TONE)).duration is None


def test_what_is_no_media_file_is_refused(tmp_path):
    text, empty = tmp_path / "text.mp4", tmp_path / "empty.mp4"
    text.write_bytes(b"This is no video.\n" * 99)
    empty.touch()
    with pytest.raises(InputError, match="cannot be decoded"):
        read_contents(text)
    with pytest.raises(InputError, match="the empty file"):
        read_contents(empty)


@pytest.mark.parametrize(
    ("contents", "branches"),
    [
        ([FILM] * 9 + [MUTE], (True, True)),
        ([MUTE] * 6 + [VOICE], (False, True)),
        ([MUTE] * 9 + [FILM], (False, True)),
        ([VOICE] * 3, (True, False)),
        ([], (False, False)),
    ],
)
def test_a_single_odd_file_does_not_decide_what_all_clips_must_have(contents, branches):
    assert choose_modalities(contents) == branches
