"""What a page can play: the file itself where browsers play it, and else a reduced copy."""

from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

import recordings
from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE, decode_audio, decode_sound
from emofold.media.playable import make_playable
from emofold.media.video import read_frames, read_picture_start

TOO_LARGE_FOR_ITSELF = 60_000


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return recordings.good(tmp_path_factory.mktemp("good") / "good clip.mp4")


def tracks(path):
    with av.open(str(path)) as container:
        return [
            (stream.type, stream.codec_context.codec.canonical_name, float(stream.start_time or 0))
            for stream in container.streams
        ]


def size_of(path):
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return stream.width, stream.height


def loudness(path):
    """Return how loud a player is in each tenth of a second."""
    sound = decode_sound(path)
    silence = np.zeros(round(SAMPLE_RATE * sound.segments[0].start))
    samples = np.append(silence, sound.samples.astype(float))
    tenth = SAMPLE_RATE // 10
    tenths = samples[: len(samples) // tenth * tenth].reshape(-1, tenth)
    return np.sqrt((tenths**2).mean(axis=1))


def assert_sounds_alike(original, copy):
    before, after = loudness(original), loudness(copy)
    length = min(len(before), len(after))
    assert max(len(before), len(after)) - length <= 1
    assert np.corrcoef(before[:length], after[:length])[0, 1] > 0.99


def recoded(path, source, codec, pixels="yuv420p", start=0.0):
    """Write the pictures of a clip with another codec, in another container, or later."""
    with av.open(str(path), "w") as written:
        first, *_ = pictures = recordings.pictures_of(source)[:20]
        stream = written.add_stream(codec, rate=25, width=first.shape[1], height=first.shape[0])
        stream.pix_fmt = pixels
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(25 * start) + number, Fraction(1, 25)
            written.mux(stream.encode(frame))
        written.mux(stream.encode(None))
    return path


def test_a_video_that_browsers_play_is_given_as_it_is(clip, tmp_path):
    playable = make_playable(clip, tmp_path / "copy.mp4")
    assert (playable.path, playable.media_type) == (clip, "video/mp4")
    assert not playable.is_copy


def test_so_is_a_webm(clip, tmp_path):
    path = recoded(tmp_path / "clip.webm", clip, "libvpx-vp9")
    playable = make_playable(path, tmp_path / "copy.mp4")
    assert (playable.media_type, playable.is_copy) == ("video/webm", False)


def test_and_a_wav(clip, tmp_path):
    path = recordings.write(tmp_path / "speech.wav", sound=decode_audio(clip)[:, None])
    playable = make_playable(path, tmp_path / "copy.mp4")
    assert (playable.path, playable.media_type) == (path, "audio/wav")


@pytest.mark.parametrize(
    ("name", "codec", "pixels"),
    [
        ("old.avi", "mpeg4", "yuv420p"),
        ("matroska.mkv", "libx264", "yuv420p"),
        ("no browser has all colours.mp4", "libx264", "yuv444p"),
    ],
)
def test_of_what_browsers_do_not_play_there_is_a_copy(clip, tmp_path, name, codec, pixels):
    path = recoded(tmp_path / name, clip, codec, pixels)
    playable = make_playable(path, tmp_path / "copy.mp4")
    assert playable.is_copy
    assert playable.media_type == "video/mp4"
    assert tracks(playable.path) == [("video", "h264", 0.0)]
    with av.open(str(playable.path)) as container:
        assert container.streams.video[0].pix_fmt == "yuv420p"


def test_sound_that_browsers_do_not_play_is_copied_too(clip, tmp_path):
    path = recordings.write(tmp_path / "speech.mka", sound=decode_audio(clip)[:, None])
    playable = make_playable(path, tmp_path / "copy.mp4")
    assert playable.media_type == "audio/mp4"
    assert tracks(playable.path) == [("audio", "aac", 0.0)]
    assert_sounds_alike(path, playable.path)


def test_a_copy_shows_each_picture_when_the_original_does(clip, tmp_path):
    path = recordings.of_variable_rate(tmp_path / "variable.mkv", clip)
    copy = make_playable(path, tmp_path / "copy.mp4").path
    before, after = ([seconds for seconds, _ in read_frames(one)] for one in (path, copy))
    assert after == pytest.approx(before, abs=0.002)
    assert_sounds_alike(path, copy)


def test_a_copy_of_a_phone_that_was_held_upright_is_upright(clip, tmp_path):
    path = recordings.turned(tmp_path / "turned.mp4", clip)
    playable = make_playable(path, tmp_path / "copy.mp4", path.stat().st_size - 1)
    copy = playable.path
    with av.open(str(copy)) as container:
        assert next(container.decode(video=0)).rotation == 0
    before, after = (Image.fromarray(recordings.pictures_of(one)[5]) for one in (path, copy))
    one, other = (np.ravel(picture) for picture in (before.resize(after.size), after))
    assert np.corrcoef(one, other)[0, 1] > 0.99


def test_a_large_picture_gets_fewer_lines_on_its_shorter_side(tmp_path):
    upright = [np.zeros((1280, 722, 3), np.uint8)]
    path = recordings.write(tmp_path / "large.mkv", upright, [0.0])
    assert size_of(make_playable(path, tmp_path / "copy.mp4").path) == (360, 638)


def test_a_file_that_is_too_large_becomes_a_copy_that_is_not(clip, tmp_path):
    assert clip.stat().st_size > TOO_LARGE_FOR_ITSELF
    playable = make_playable(clip, tmp_path / "copy.mp4", TOO_LARGE_FOR_ITSELF)
    assert playable.is_copy
    assert playable.path.stat().st_size <= TOO_LARGE_FOR_ITSELF


def test_a_recording_too_long_for_a_watchable_copy_has_no_player(tmp_path):
    path = recordings.half_an_hour(tmp_path / "long.mp4")
    size = path.stat().st_size
    assert make_playable(path, tmp_path / "copy.mp4", size) is not None
    assert make_playable(path, tmp_path / "copy.mp4", size - 1) is None
    assert not (tmp_path / "copy.mp4").exists()


def test_what_begins_late_in_its_file_becomes_a_copy_that_begins_at_zero(clip, tmp_path):
    path = recoded(tmp_path / "cut from a stream.webm", clip, "libvpx-vp9", start=2.0)
    with av.open(str(path)) as container:
        assert container.start_time == 2 * av.time_base
    assert tracks(make_playable(path, tmp_path / "copy.mp4").path) == [("video", "h264", 0.0)]
    assert read_picture_start(path) == 0.0


def test_a_copy_of_restless_pictures_keeps_within_its_bytes(tmp_path):
    noise = np.random.default_rng(0)
    pictures = [noise.integers(0, 255, (120, 160, 3), np.uint8) for _ in range(100)]
    times = [number / 4 for number in range(100)]
    path = recordings.write(tmp_path / "noise.mp4", pictures, times)
    assert path.stat().st_size > 700_000
    assert (
        200_000 < make_playable(path, tmp_path / "copy.mp4", 350_000).path.stat().st_size <= 350_000
    )


def test_what_is_no_media_file_is_named(tmp_path):
    path = tmp_path / "notes.mp4"
    path.write_text("no video")
    with pytest.raises(InputError, match=r"notes\.mp4 cannot be decoded"):
        make_playable(path, tmp_path / "copy.mp4")


@pytest.mark.realdata
def test_hevc_of_a_phone_becomes_h264(realdata, tmp_path):
    path = realdata / "faces" / "noface_face.mov"
    playable = make_playable(path, tmp_path / "copy.mp4")
    assert tracks(playable.path) == [("video", "h264", 0.0), ("audio", "aac", 0.0)]
    copy = playable.path
    before, after = ([seconds for seconds, _ in read_frames(one)] for one in (path, copy))
    assert after == pytest.approx(before, abs=0.002)


@pytest.mark.realdata
def test_sound_that_begins_late_is_heard_late(realdata, tmp_path):
    path = realdata / "faces" / "face_noface.mov"
    assert read_picture_start(path) == 0.0
    assert decode_sound(path).segments[0].start == pytest.approx(2.43, abs=0.001)
    copy = make_playable(path, tmp_path / "copy.mp4").path
    assert loudness(copy)[:23].max() < 1
    assert_sounds_alike(path, copy)
