"""What a file says of itself may be absurd, or contradict itself: it is decoded all the same."""

import re
import struct

import av
import numpy as np
import pytest

import recordings
from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE, decode_audio, decode_sound
from emofold.media.contents import read_contents
from emofold.media.playable import make_playable
from emofold.media.video import read_frame_near, read_frames, read_picture_start

NOW = 1_700_000_000.0
DURATION_OF_SEGMENT = b"\x44\x89\x88"
TAG = re.compile(rb"\d\d:\d\d:\d\d\.\d{9}")


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return recordings.good(tmp_path_factory.mktemp("good") / "good.mp4")


@pytest.fixture(scope="module")
def pictures(clip):
    return recordings.pictures_of(clip)


@pytest.fixture(scope="module")
def matroska(clip, pictures, tmp_path_factory):
    """The first half of the pictures of a clip beside all of its sound."""
    path = tmp_path_factory.mktemp("good") / "good.mkv"
    half = pictures[: len(pictures) // 2]
    return recordings.write(path, half, recordings.steady(len(half)), decode_audio(clip)[:, None])


def changed(path, source, change):
    path.write_bytes(change(source.read_bytes()))
    return path


def assert_is_decoded_like(path, source):
    """Fail unless a file gives the samples and pictures of another, with the same times."""
    sound, expected = decode_sound(path), decode_sound(source)
    assert np.array_equal(sound.samples, expected.samples)
    assert len(sound.segments) == len(expected.segments)
    assert abs(sound.segments[0].start - read_picture_start(path)) < 0.1
    times, pictures = zip(*read_frames(path), strict=True)
    expected_times, expected_pictures = zip(*read_frames(source), strict=True)
    assert times == pytest.approx(expected_times, abs=0.002)
    assert all(np.array_equal(*pair) for pair in zip(pictures, expected_pictures, strict=True))
    assert read_frame_near(path, 0.5).shape == pictures[0].shape


def assert_can_be_played_like(path, source, copy):
    """Fail unless there is a copy of a file that lasts as long as another file."""
    playable = make_playable(path, copy)
    assert playable.is_copy
    played = playable.path
    assert decode_sound(played).end == pytest.approx(decode_sound(source).end, abs=0.2)
    assert len([*read_frames(played)]) == len([*read_frames(source)])


@pytest.mark.parametrize(
    "tag",
    [
        b"00:00:01,358000000",
        b"00:00:31.858000000",
        b"99999999:99:99.999",
        b"-1:00:01.358000000",
        b"nan:inf:01.35800000",
        b"1358              ",
        b"\xff" * 18,
    ],
)
def test_a_tag_that_cannot_be_read_or_is_of_a_longer_file_is_no_tag(matroska, tmp_path, tag):
    path = changed(tmp_path / "a.mkv", matroska, lambda content: TAG.sub(tag[:18], content))
    assert path.stat().st_size == matroska.stat().st_size
    assert_is_decoded_like(path, matroska)


@pytest.mark.parametrize("duration", [np.nan, np.inf, -5000.0, 0.0, 1e9, 1e300])
def test_so_is_an_absurd_duration_of_the_whole_file(matroska, tmp_path, duration):
    def change(content):
        at = content.index(DURATION_OF_SEGMENT) + len(DURATION_OF_SEGMENT)
        return content[:at] + struct.pack(">d", duration) + content[at + 8 :]

    path = changed(tmp_path / "a.mkv", matroska, change)
    assert_is_decoded_like(path, matroska)
    assert read_contents(path).duration is None
    assert_can_be_played_like(path, matroska, tmp_path / "copy.mp4")


@pytest.mark.parametrize("box", [b"mvhd", b"tkhd", b"mdhd"])
@pytest.mark.parametrize("duration", [0, 2**31 - 1, 2**32 - 1])
def test_and_those_of_the_tracks_of_an_mp4(clip, tmp_path, box, duration):
    def change(content):
        at = 24 if box == b"tkhd" else 20
        pattern = re.compile(re.escape(box) + b".{%d}(....)" % (at - 4), re.DOTALL)
        return pattern.sub(lambda found: found[0][:-4] + struct.pack(">I", duration), content)

    path = changed(tmp_path / "a.mp4", clip, change)
    assert path.read_bytes() != clip.read_bytes()
    assert_is_decoded_like(path, clip)


@pytest.mark.parametrize("ending", ["mkv", "mov", "flv"])
@pytest.mark.parametrize("tracks", [["video"], ["audio"], ["video", "audio"]])
def test_a_track_that_is_stamped_with_the_time_of_day_begins_with_the_other(
    clip, tmp_path, ending, tracks
):
    path = tmp_path / f"a.{ending}"
    recordings.with_later_times(path, clip, dict.fromkeys(tracks, NOW))
    assert_is_decoded_like(path, clip)
    assert_can_be_played_like(path, clip, tmp_path / "copy.mp4")


@pytest.mark.parametrize("tracks", [["video"], ["video", "audio"]])
def test_times_that_leap_by_years_are_a_mistake(clip, tmp_path, tracks):
    path = tmp_path / "a.mkv"
    recordings.with_later_times(path, clip, dict.fromkeys(tracks, NOW), since=1.0)
    assert_is_decoded_like(path, clip)
    assert_can_be_played_like(path, clip, tmp_path / "copy.mp4")


def test_pictures_that_nothing_decodes_are_named_and_the_sound_is_heard(clip, tmp_path):
    whole = recordings.with_later_times(tmp_path / "whole.mkv", clip, {})
    path = changed(
        tmp_path / "a.mkv",
        whole,
        lambda content: content.replace(b"V_MPEG4/ISO/AVC", b"V_XPEG4/ISO/AVC"),
    )
    assert np.array_equal(decode_audio(path), decode_audio(whole))
    for read in (lambda: [*read_frames(path)], lambda: read_frame_near(path, 0.5)):
        with pytest.raises(InputError, match="no pictures that can be decoded"):
            read()
    contents = read_contents(path)
    assert (contents.has_sound, contents.has_pictures) == (True, False)
    assert make_playable(path, tmp_path / "copy.mp4").media_type == "audio/mp4"


def test_sound_that_nothing_decodes_is_named_and_the_pictures_are_seen(clip, tmp_path):
    whole = recordings.with_later_times(tmp_path / "whole.mkv", clip, {})
    path = changed(tmp_path / "a.mkv", whole, lambda content: content.replace(b"A_AAC", b"A_XXX"))
    assert len([*read_frames(path)]) == len([*read_frames(whole)])
    with pytest.raises(InputError, match="no sound that can be decoded"):
        decode_sound(path)


@pytest.mark.parametrize("rate", [1, 2**31 - 1])
def test_sound_at_a_rate_that_no_sound_has_is_named(tmp_path, rate):
    path = recordings.write(tmp_path / "a.wav", sound=np.full((2000, 1), 99, np.int16))
    content = path.read_bytes()
    path.write_bytes(content[:24] + struct.pack("<II", rate, 2 * rate % 2**32) + content[32:])
    with pytest.raises(InputError, match=r"samples a second|a clip of at most"):
        decode_sound(path)


def test_pictures_larger_than_any_camera_takes_are_refused(tmp_path):
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=25, width=8192, height=4200)
        stream.pix_fmt = "yuvj420p"
        picture = av.VideoFrame(8192, 4200, "yuvj420p")
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    with pytest.raises(InputError, match="cannot be decoded"):
        next(read_frames(path))


def test_a_file_without_anything_to_play_has_no_copy(tmp_path):
    path = tmp_path / "empty.aiff"
    with av.open(str(path), "w") as container:
        container.add_stream("pcm_s16be", rate=SAMPLE_RATE, layout="mono")
        container.start_encoding()
    with pytest.raises(InputError, match="neither pictures nor sound"):
        make_playable(path, tmp_path / "copy.mp4")
    assert not (tmp_path / "copy.mp4").exists()
