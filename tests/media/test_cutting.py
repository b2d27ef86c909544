"""Segments of a recording are, to the sample and the frame, what files of their own would be."""

import numpy as np
import pytest

import joined_recordings
import recordings
from emofold.corpora.segments import Segment
from emofold.errors import InputError
from emofold.media import cutting, sound_tracks
from emofold.media.audio import decode_each, decode_sound
from emofold.media.playable import make_playable
from emofold.media.video import read_frame_near, read_frames, read_picture_start

UTTERANCES = joined_recordings.make_utterances(10)
SEGMENTS = [Segment(*bounds) for bounds in joined_recordings.bounds_of(UTTERANCES)]
LAST = SEGMENTS[-1].end
RATE = joined_recordings.RATE
VIDEOS = {".mkv": "pcm_s16le", ".mov": "pcm_s16le", ".avi": "pcm_s16le"}
SOUNDS = {".wav": "pcm_s16le", ".flac": "flac"}


@pytest.fixture(scope="module", params=(VIDEOS | SOUNDS).items(), ids=lambda pair: pair[0])
def both(request, tmp_path_factory):
    """Ten files, and the recording of all ten."""
    ending, codec = request.param
    folder = tmp_path_factory.mktemp("joined")
    files = [
        joined_recordings.write(folder / f"{number}{ending}", [one], codec)
        for number, one in enumerate(UTTERANCES)
    ]
    return files, joined_recordings.write(folder / f"all{ending}", UTTERANCES, codec)


@pytest.fixture
def video(tmp_path):
    return joined_recordings.write(tmp_path / "all.mov", UTTERANCES, "pcm_s16le")


def test_the_sound_of_a_segment_is_that_of_a_file_of_its_own(both):
    files, recording = both
    heard = dict(decode_each(recording, dict(enumerate(SEGMENTS))))
    for number, file in enumerate(files):
        assert np.array_equal(heard[number].samples, decode_sound(file).samples)
        assert heard[number].segments == decode_sound(file).segments


def test_the_pictures_of_a_segment_are_those_of_a_file_of_its_own(both):
    files, recording = both
    if recording.suffix in SOUNDS:
        pytest.skip("a sound has no pictures")
    for segment, file in zip(SEGMENTS, files, strict=True):
        times, pictures = zip(*read_frames(recording, segment=segment), strict=True)
        expected_times, expected_pictures = zip(*read_frames(file), strict=True)
        assert times == pytest.approx(expected_times, abs=1e-3)
        assert np.array_equal(pictures, expected_pictures)
        middle = read_frame_near(recording, 0.5, segment)
        assert np.array_equal(middle, read_frame_near(file, 0.5))


@pytest.mark.parametrize(("at", "first"), [(4410.4, 4410), (4410.6, 4411)])
def test_bounds_are_half_open_and_rounded_to_the_nearest_sample(tmp_path, at, first):
    pictures, sound = UTTERANCES[0]
    recording = joined_recordings.write(tmp_path / "a.wav", [UTTERANCES[0]], "pcm_s16le")
    halves = {"before": Segment(0.0, at / RATE), "after": Segment(at / RATE, None)}
    heard = dict(decode_each(recording, halves))
    for name, samples in (("before", sound[:first]), ("after", sound[first:])):
        alone = [(pictures, samples)]
        file = joined_recordings.write(tmp_path / f"{name}.wav", alone, "pcm_s16le")
        assert np.array_equal(heard[name].samples, decode_sound(file).samples)


def test_a_segment_from_zero_to_no_end_is_the_whole(both):
    _, recording = both
    whole = decode_sound(recording).samples
    assert np.array_equal(decode_sound(recording, segment=Segment.between(0, None)).samples, whole)


def test_a_recording_is_decoded_once_for_all_of_its_segments(video, monkeypatch):
    opened = []
    open_media = sound_tracks.open_media
    monkeypatch.setattr(sound_tracks, "open_media", lambda p: opened.append(p) or open_media(p))
    assert len([*decode_each(video, dict(enumerate(reversed(SEGMENTS))))]) == 10
    assert len(opened) == 1
    overlapping = {"a": Segment(0, 1), "b": Segment(0.5, 1.5), "c": Segment(1, 2)}
    heard = dict(decode_each(video, overlapping))
    assert len(opened) == 3
    assert np.array_equal(heard["b"].samples, decode_sound(video, segment=overlapping["b"]).samples)


def test_what_lies_before_a_segment_is_passed_over_in_a_video_with_an_index(video, monkeypatch):
    decoded = []
    place = cutting.PictureClock.place
    monkeypatch.setattr(
        cutting.PictureClock, "place", lambda *seen: decoded.append(0) or place(*seen)
    )
    shown = [*read_frames(video, segment=SEGMENTS[-1])]
    assert len(decoded) <= len(shown) + 32  # the first one, and a group of pictures


@pytest.mark.parametrize("ending", [".mkv", ".mp4"])
def test_pictures_that_begin_after_the_sound_are_cut_by_the_time_of_a_player(tmp_path, ending):
    pictures = np.concatenate([shown for shown, _ in UTTERANCES])[:75]
    times = [0.5 + number / 25 for number in range(75)]
    voice = np.concatenate([sound for _, sound in UTTERANCES])[:64_000, None]
    video = recordings.write(tmp_path / f"late{ending}", [*pictures], times, voice)
    late = read_picture_start(video)
    assert late > 0.4
    times = [late + number / 25 for number in range(75)]
    for start in (0.0, 1.0, 2.5):
        cut = [time + start for time, _ in read_frames(video, segment=Segment(start, start + 0.8))]
        expected = [time for time in times if start <= time + 5e-4 < start + 0.8]
        assert cut == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize("segment", [Segment(LAST + 5), Segment(1.0, LAST + 1), Segment(0, 1e9)])
def test_a_segment_beyond_the_end_fails_and_the_others_do_not(video, segment):
    heard = dict(decode_each(video, {"bad": segment, "good": SEGMENTS[0]}, max_duration=1e10))
    assert f"ends at {LAST:.2f} s" in heard["bad"].found
    assert len(heard["good"].samples)
    with pytest.raises(InputError, match=rf"ends at {LAST:.2f} s"):
        [*read_frames(video, 1e10, segment)]


def test_an_end_may_be_rounded_beyond_that_of_the_recording(video):
    segment = Segment(SEGMENTS[-1].start, LAST + 0.02)
    assert len(decode_sound(video, segment=segment).samples)
    assert len([*read_frames(video, segment=segment)]) == len(UTTERANCES[-1][0])


def test_a_recording_may_be_longer_than_a_clip_a_segment_may_not(video):
    heard = dict(decode_each(video, {"long": Segment(0, 3), "short": Segment(3, 4)}, 2.0))
    assert "of 3 s" in heard["long"].found
    assert len(heard["short"].samples) == 16_000
    assert len([*read_frames(video, 2.0, Segment(3, 4))]) == joined_recordings.FRAME_RATE
    with pytest.raises(InputError, match="of 3 s"):
        next(read_frames(video, 2.0, Segment(0, 3)))


def test_a_silent_segment_fails_alone(tmp_path):
    (pictures, sound), following = UTTERANCES[:2]
    muted = [(pictures, np.zeros_like(sound)), following]
    recording = joined_recordings.write(tmp_path / "a.wav", muted, "pcm_s16le")
    bounds = joined_recordings.bounds_of(muted)
    heard = dict(decode_each(recording, {n: Segment(*one) for n, one in enumerate(bounds)}))
    assert "nothing but silence" in heard[0].found
    assert len(heard[1].samples)


def test_a_page_plays_the_segment_alone(both, tmp_path):
    _, recording = both
    segment = SEGMENTS[4]
    playable = make_playable(recording, tmp_path / "copy.mp4", segment=segment)
    assert playable.is_copy
    lasts = segment.end - segment.start
    assert decode_sound(playable.path).end == pytest.approx(lasts, abs=0.1)
    if playable.media_type == "video/mp4":
        times, pictures = zip(*read_frames(playable.path), strict=True)
        expected = UTTERANCES[4][0]
        assert times == pytest.approx([n / 25 for n in range(len(expected))], abs=2e-3)
        unlike = np.abs(np.array(pictures, int) - expected).mean(axis=(1, 2, 3))
        assert unlike.max() < 20  # as coded, where another picture differs by 85
