"""Pictures come upright, in the order and at the times at which they are shown, or not at all."""

import struct
from fractions import Fraction

import av
import numpy as np
import pytest

import recordings
from emofold.errors import InputError
from emofold.media.playable import make_playable
from emofold.media.reduced_copy import write_copy
from emofold.media.video import read_frame_near, read_frames, read_picture_start

STEADY = [40 * number for number in range(50)]
UPRIGHT = (1, 0, 0, 1)
ORIENTATIONS = [  # the matrix a b c d, what shape it gives, and where the left upper corner goes
    (UPRIGHT, (48, 64, 3), (0, 0)),
    ((0, 1, -1, 0), (64, 48, 3), (0, -1)),
    ((-1, 0, 0, -1), (48, 64, 3), (-1, -1)),
    ((0, -1, 1, 0), (64, 48, 3), (-1, 0)),
    ((-1, 0, 0, 1), (48, 64, 3), (0, -1)),
    ((1, 0, 0, -1), (48, 64, 3), (-1, 0)),
    ((0, 1, 1, 0), (64, 48, 3), (0, 0)),
    ((0, -1, -1, 0), (64, 48, 3), (-1, -1)),
]
NO_ORIENTATIONS = [(0, 0, 0, 0), (1, 1, 1, 1), (1, 0, 1, 1), (0, -1, 0, 0), (-7, 3, 1, 5)]


def picture(brightness):
    """A picture 64 wide and 48 high, its left upper corner red on grey."""
    drawn = np.full((48, 64, 3), brightness, dtype=np.uint8)
    drawn[:16, :16] = (250, 0, 0)
    return drawn


def made_video(path, milliseconds, codec="libx264"):
    """Write a picture at each time, every one a bit brighter than the one before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, time in enumerate(milliseconds):
            frame = av.VideoFrame.from_ndarray(picture(50 + 3 * (number % 50)), format="rgb24")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def made_sound(path, pictures=None):
    """Write a second of silence, beside a cover (mjpeg) or a picture track that stays empty."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000)
        if pictures:
            image = container.add_stream(pictures, rate=1)
            image.width, image.height = 64, 48
            image.pix_fmt = "yuvj420p" if pictures == "mjpeg" else "yuv420p"
            if pictures == "mjpeg":
                image.disposition = av.stream.Disposition.attached_pic
        for start in range(0, 16000, 1000):
            silence = np.zeros((1, 1000), dtype=np.float32)
            frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 16000, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if pictures == "mjpeg":
            drawn = av.VideoFrame.from_ndarray(picture(50), format="rgb24")
            container.mux(image.encode(drawn.reformat(format="yuvj420p")))
            container.mux(image.encode(None))
    return path


def turned(path, matrix):
    """Write into an mp4 how it is to be turned when shown, as a phone does."""
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 4 + 40
    a, b, c, d = (value << 16 for value in matrix)
    content[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    return path


def refused(path, **limits):
    with pytest.raises(InputError) as error:
        list(read_frames(path, **limits))
    return error.value


def red_corner(shown):
    """Return the row and the column of the red corner: 0 the first, -1 the last."""
    red = (shown[..., 0] > 180) & (shown[..., 1] < 90)
    row, column = np.argwhere(red).mean(axis=0)
    return (0 if row < shown.shape[0] / 2 else -1), (0 if column < shown.shape[1] / 2 else -1)


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv", "clip.avi", "Über uns/ein clip.mov"])
def test_pictures_come_in_rgb_in_the_order_in_which_they_are_shown(name, tmp_path):
    codec = "mpeg4" if name.endswith("avi") else "libx264"
    frames = list(read_frames(made_video(tmp_path / name, STEADY, codec)))
    seconds = [time for time, _ in frames]
    brightness = [shown[30, 40].mean() for _, shown in frames]
    assert seconds == pytest.approx([time / 1000 for time in STEADY])
    assert brightness == pytest.approx([50 + 3 * number for number in range(50)], abs=6)
    assert {(shown.shape, shown.dtype.name) for _, shown in frames} == {((48, 64, 3), "uint8")}
    assert red_corner(frames[0][1]) == (0, 0)


def test_a_variable_frame_rate_keeps_its_times_counted_from_the_first_picture(tmp_path):
    times = [500, 520, 600, 605, 900, 1400, 1433]
    video = made_video(tmp_path / "clip.mkv", times)
    expected = [(time - 500) / 1000 for time in times]
    assert [time for time, _ in read_frames(video)] == pytest.approx(expected)


def test_pictures_of_a_stream_without_times_follow_one_another(tmp_path):
    video = made_video(tmp_path / "clip.h264", STEADY)
    times = [time for time, _ in read_frames(video)]
    assert len(times) == 50
    assert np.ptp(np.diff(times)) < 1e-9 < times[1]


@pytest.mark.parametrize(("matrix", "shape", "corner"), ORIENTATIONS)
def test_pictures_are_turned_and_mirrored_as_players_do(matrix, shape, corner, tmp_path):
    video = turned(made_video(tmp_path / "clip.mp4", STEADY), matrix)
    shown = next(read_frames(video))[1]
    assert shown.shape == shape
    assert red_corner(shown) == corner
    assert read_frame_near(video, 0.5).shape == shape
    write_copy(video, tmp_path / "copy.mp4", rate=1_000_000, longest=9.0)
    played = next(read_frames(tmp_path / "copy.mp4"))[1]
    assert (played.shape, red_corner(played)) == (shape, corner)


@pytest.mark.parametrize("matrix", NO_ORIENTATIONS)
def test_a_matrix_that_turns_nothing_upright_is_none(matrix, tmp_path):
    video = turned(made_video(tmp_path / "clip.mp4", STEADY), matrix)
    assert red_corner(next(read_frames(video))[1]) == (0, 0)


def test_a_page_shows_a_video_as_it_is_where_all_browsers_show_it_upright(tmp_path):
    video = made_video(tmp_path / "clip.mp4", STEADY)
    for matrix, is_copy in ((UPRIGHT, False), ((0, 1, -1, 0), False), ((-1, 0, 0, 1), True)):
        playable = make_playable(turned(video, matrix), tmp_path / "copy.mp4")
        assert playable.is_copy == is_copy


def test_sound_alone_has_no_pictures_and_a_cover_is_none(tmp_path):
    for name, pictures in (("speech.m4a", None), ("song.mp4", "mjpeg")):
        path = made_sound(tmp_path / name, pictures)
        assert refused(path).found == f"no pictures in {path}"
        with pytest.raises(InputError, match="no pictures"):
            read_frame_near(path, 0.5)


@pytest.mark.parametrize("name", ["clip.mp4", "clip.txt"])
def test_text_is_no_video(name, tmp_path):
    path = tmp_path / name
    path.write_text("dogs are sitting by the door\n" * 50)
    assert str(path) in refused(path).found


def test_an_empty_or_missing_file_is_said_to_be_so(tmp_path):
    empty = tmp_path / "clip.mp4"
    empty.touch()
    assert refused(empty).found == f"the empty file {empty}"
    assert refused(tmp_path / "other.mp4").found == f"no file {tmp_path / 'other.mp4'}"


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_a_video_that_breaks_off_is_refused(name, share, tmp_path):
    path = made_video(tmp_path / name, [40 * number for number in range(250)])
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    error = refused(path)
    assert "breaks off" in error.found or "cannot be decoded" in error.found
    assert str(path) in error.found


def test_a_video_without_a_single_picture_is_refused(tmp_path):
    path = made_sound(tmp_path / "clip.mkv", pictures="mpeg4")
    assert refused(path).found == f"an empty picture track in {path}"
    with pytest.raises(InputError, match="an empty picture track"):
        read_frame_near(path, 0.5)


def test_a_video_that_says_to_be_too_long_is_refused_before_it_is_decoded(tmp_path):
    path = made_video(tmp_path / "clip.mp4", STEADY)
    with pytest.raises(InputError, match=r"of 2 s.*at most 1\.5 s"):
        next(read_frames(path, max_duration=1.5))
    assert len(list(read_frames(path, max_duration=2.01))) == 50


def test_a_video_that_hides_its_length_is_refused_while_it_is_decoded(tmp_path):
    path = made_video(tmp_path / "clip.h264", STEADY)
    frames = read_frames(path, max_duration=1.0)
    next(frames)
    with pytest.raises(InputError, match="at most 1 s"):
        list(frames)


@pytest.mark.parametrize(("share", "number"), [(0, 0), (0.5, 25), (1, 49)])
def test_a_picture_is_found_by_its_share_of_the_video(share, number, tmp_path):
    shown = read_frame_near(made_video(tmp_path / "clip.mp4", STEADY), share)
    assert shown[30, 40].mean() == pytest.approx(50 + 3 * number, abs=4)


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "pictures", "last"),
    [("single_face.mp4", 72, 71 / 30), ("noface_face.mov", 169, 6.3453)],
)
def test_real_videos_are_read_to_their_end(name, pictures, last, realdata):
    times = [time for time, _ in read_frames(realdata / "faces" / name)]
    assert len(times) == pictures
    assert times == sorted(times)
    assert times[-1] == pytest.approx(last, abs=1e-3)


def test_the_time_of_the_first_picture_is_that_of_the_first_that_can_be_decoded(tmp_path):
    good = recordings.good(tmp_path / "good.mp4")
    assert read_picture_start(good) == 0.0
    cut = recordings.cut_between_key_pictures(tmp_path / "cut.ts", good, packets=5)
    assert read_picture_start(cut) == pytest.approx(0.2, abs=0.001)


def test_pictures_that_begin_late_in_matroska_do_not_break_off(tmp_path):
    path = made_video(tmp_path / "late.mkv", [3000 + time for time in STEADY])
    times = [seconds for seconds, _ in read_frames(path)]
    assert times == pytest.approx([time / 1000 for time in STEADY], abs=0.002)


def test_pictures_of_files_that_were_joined_follow_one_another(tmp_path):
    made_video(tmp_path / "a.ts", STEADY)
    joined = tmp_path / "joined.ts"
    joined.write_bytes(2 * (tmp_path / "a.ts").read_bytes())
    times = [seconds for seconds, _ in read_frames(joined)]
    assert times == pytest.approx([0.04 * number for number in range(100)], abs=0.002)
    make_playable(joined, tmp_path / "copy.mp4")
    played = [seconds for seconds, _ in read_frames(tmp_path / "copy.mp4")]
    assert played == pytest.approx(times, abs=0.002)


def test_sound_alone_has_no_first_picture(tmp_path):
    path = recordings.write(tmp_path / "a.wav", sound=np.zeros((1600, 1), np.int16))
    with pytest.raises(InputError, match="no pictures"):
        read_picture_start(path)


@pytest.mark.parametrize(("ratio", "width"), [((16, 11), 93), ((101, 100), 65), ((200, 201), 64)])
def test_pictures_of_oblong_pixels_are_as_wide_as_players_show_them(tmp_path, ratio, width):
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(*ratio)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(50), format="rgb24")))
        container.mux(stream.encode(None))
    ((_, shown),) = read_frames(path)
    assert shown.shape == (48, width, 3)
    make_playable(path, tmp_path / "copy.mp4")
    ((_, played),) = read_frames(tmp_path / "copy.mp4")
    assert played.shape[1] == pytest.approx(width, abs=1)
