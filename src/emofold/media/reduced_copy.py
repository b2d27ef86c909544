"""Reduced copies of media files that all browsers play, made frame by frame."""

from collections.abc import Container, Iterable, Iterator
from fractions import Fraction
from heapq import merge
from operator import attrgetter
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from emofold.corpora.segments import WHOLE, Segment
from emofold.errors import InputError
from emofold.media.audio import choose_sound
from emofold.media.clocks import PictureClock, SoundClock, measure_start
from emofold.media.containers import MAX_DURATION, REPLACE, open_media
from emofold.media.cutting import cut_pictures, cut_sound
from emofold.media.orientations import Orientation, find_orientation
from emofold.media.sound_frames import check_sound_frames, pick_channel, read_sound_frames
from emofold.media.tracks import find_picture_track, find_zero, list_sound_tracks
from emofold.media.video import read_frame_near

QUALITY = "28"  # the constant rate factor of H.264
SPEED = "superfast"  # a video of ten minutes takes half a minute
LINES, FEWER_LINES = 360, 240  # of the shorter side
ENOUGH_RATE_FOR_LINES = 200_000  # bits a second
MIN_PICTURE_RATE, MAX_RATE = 80_000, 8_000_000
SOUND_RATE, MIN_SOUND_RATE = 64_000, 24_000
SOUND_SAMPLES = 44_100  # a second
TICKS = 90_000  # a second


def write_copy(
    path: Path, target: Path, rate: int, longest: float, segment: Segment = WHOLE
) -> str | None:
    """Write a reduced copy of a media file.

    Pictures become H.264, upright, with the shorter side at most 360 pixels long; the sound that
    is heard becomes AAC in mono. Both keep their times, counted from where the file begins. No more
    than a few pictures are held at a time.

    Parameters
    ----------
    path
        A video or audio file.
    target
        The mp4 to write.
    rate
        How many bits a second the copy may have.
    longest
        How many seconds it may last.
    segment
        What of the file is copied.

    Returns
    -------
    str or None
        The media type of the copy; None, and no whole copy, where the rate is too low for a good
        one, or the file is longer than that.

    Raises
    ------
    InputError
        When the file cannot be decoded, or has neither pictures nor sound.
    """
    number, channel = choose_sound(path, segment)
    with open_media(path) as source:
        pictures, sounds = find_picture_track(source), list_sound_tracks(source)
        sound = sounds[number] if sounds else None
        if pictures is None and sound is None:
            raise _nothing_to_play(path)
        rates = _share_rate(min(rate, MAX_RATE), pictures is not None, sound is not None)
        if rates is None:
            return None
        options = {"movflags": "+faststart"}
        with av.open(f"file:{target}", "w", format="mp4", options=options) as copy:
            tracks: dict[str, _PictureCopy | _SoundCopy] = {}
            if pictures:
                height, width, _ = read_frame_near(path, 0.0, segment).shape
                zero = find_zero(source, pictures) if segment.is_whole else 0.0
                tracks["video"] = _PictureCopy(copy, pictures, (width, height), rates[0], zero)
            if sound:
                zero = find_zero(source, sound) if segment.is_whole else 0.0
                tracks["audio"] = _SoundCopy(copy, rates[1], zero)
            ends = dict.fromkeys(tracks, 0.0)
            for kind, frame in (
                _read_frames(source, pictures, sound, channel, path)
                if segment.is_whole
                else _read_segment(path, segment, tracks, number, channel)
            ):
                ends[kind] = tracks[kind].write(frame)
                if ends[kind] > longest:
                    return None
            for track in tracks.values():
                track.finish()
        if not target.is_file():
            raise _nothing_to_play(path)
        return "video/mp4" if pictures else "audio/mp4"


def _nothing_to_play(path: Path) -> InputError:
    return InputError(f"neither pictures nor sound in {path}", "a video or audio file", REPLACE)


def _read_frames(
    source: InputContainer,
    pictures: VideoStream | None,
    sound: AudioStream | None,
    channel: int | None,
    path: Path,
) -> Iterator[tuple[str, Any]]:
    """Yield the frames of both tracks as they come, each with the type of its track."""

    def hear(frames: Iterable[AudioFrame]) -> Iterator[tuple[str, AudioFrame]]:
        heard = frames if channel is None else pick_channel(frames, channel)
        return (("audio", frame) for frame in heard)

    if sound is not None and pictures is None:
        frames, _ = read_sound_frames(source, sound, path)
        yield from hear(frames)
        return
    for packet in source.demux([track for track in (pictures, sound) if track]):
        decoded: list[Any] = packet.decode()
        if packet.stream.type == "audio":
            yield from hear(check_sound_frames(decoded, path))
        else:
            yield from (("video", frame) for frame in decoded)


def _read_segment(
    path: Path, segment: Segment, kinds: Container[str], number: int, channel: int | None
) -> Iterator[tuple[str, Any]]:
    """Yield the frames of both tracks within a segment, timed from its start."""
    pictures = _read_pictures(path, segment) if "video" in kinds else ()
    sound = _read_sound(path, segment, number, channel) if "audio" in kinds else ()
    for frame in merge(pictures, sound, key=attrgetter("time")):
        yield "video" if isinstance(frame, VideoFrame) else "audio", frame


def _read_pictures(path: Path, segment: Segment) -> Iterator[Any]:
    with open_media(path) as source:
        track = find_picture_track(source)
        for start, end, frame in cut_pictures(source, track, segment, path) if track else ():
            frame.pts, frame.time_base = round(TICKS * start), Fraction(1, TICKS)
            frame.duration = round(TICKS * (end - start))
            yield frame


def _read_sound(path: Path, segment: Segment, number: int, channel: int | None) -> Iterator[Any]:
    with open_media(path) as source:
        track = list_sound_tracks(source)[number]
        clock = SoundClock(find_zero(source, track), MAX_DURATION, SOUND_SAMPLES)
        frames, _ = read_sound_frames(source, track, path)
        ((_, pieces),) = cut_sound(frames, {0: segment}, clock)
        yield from pieces if channel is None else pick_channel(pieces, channel)


def _share_rate(rate: int, has_pictures: bool, has_sound: bool) -> tuple[int, int] | None:
    """Return the bits a second of pictures and of sound; None where these are too few."""
    of_sound = min(SOUND_RATE, rate // 4 if has_pictures else rate) if has_sound else 0
    of_pictures = rate - of_sound
    if has_pictures and of_pictures < MIN_PICTURE_RATE:
        return None
    if has_sound and of_sound < MIN_SOUND_RATE:
        return None
    return of_pictures, of_sound


class _PictureCopy:
    """Encodes pictures, smaller and upright, at the times at which the original shows them."""

    def __init__(
        self,
        copy: OutputContainer,
        track: VideoStream,
        size: tuple[int, int],
        rate: int,
        zero: float,
    ) -> None:
        lines = LINES if rate >= ENOUGH_RATE_FOR_LINES else FEWER_LINES
        shrunk = min(1.0, lines / min(size))
        self._width, self._height = (max(2, 2 * round(side * shrunk / 2)) for side in size)
        self._copy, self._zero, self._last = copy, zero, -1
        self._clock = PictureClock(track, MAX_DURATION)
        self._first: float | None = None
        self._stream = copy.add_stream(
            "libx264",
            rate=30,
            width=self._width,
            height=self._height,
            pix_fmt="yuv420p",
            options={
                "crf": QUALITY,
                "preset": SPEED,
                "maxrate": str(rate),
                "bufsize": str(rate),
            },
        )
        self._stream.codec_context.time_base = Fraction(1, TICKS)

    def write(self, frame: Any) -> float:
        """Write a frame, and return until when it is shown."""
        if self._first is None:
            self._first = measure_start(frame.time, self._zero)
        start, end = (self._first + time for time in self._clock.place(frame))
        ticks = round(TICKS * start)
        if ticks > self._last:
            upright = self._turn_upright(frame)
            upright.pts, upright.time_base = ticks, Fraction(1, TICKS)
            self._last = ticks
            self._copy.mux(self._stream.encode(upright))
        return end

    def finish(self) -> None:
        self._copy.mux(self._stream.encode(None))

    def _turn_upright(self, frame: VideoFrame) -> VideoFrame:
        orientation = find_orientation(frame)
        if orientation == Orientation():
            return frame.reformat(self._width, self._height, "yuv420p")
        size = self._width, self._height
        width, height = reversed(size) if orientation.is_lying else size
        small = frame.reformat(width, height, "rgb24").to_ndarray()
        shown: Any = orientation.apply(small)
        return VideoFrame.from_ndarray(shown, format="rgb24").reformat(format="yuv420p")


class _SoundCopy:
    """Encodes sound in mono; silence where the original has none, so that it stays in step."""

    def __init__(self, copy: OutputContainer, rate: int, zero: float) -> None:
        self._copy, self._samples = copy, 0
        self._clock = SoundClock(zero, MAX_DURATION, SOUND_SAMPLES)
        self._stream = copy.add_stream("aac", rate=SOUND_SAMPLES, layout="mono")
        self._stream.bit_rate = rate
        self._resampler: av.AudioResampler | None = None
        self._alike: tuple[str, str, int] | None = None

    def write(self, frame: Any) -> float:
        """Write a frame, and return until when it is played."""
        alike = frame.format.name, frame.layout.name, frame.sample_rate
        if alike != self._alike:
            self._write_resampled(None)
            filling = {"async": "1", "first_pts": str(self._samples)}
            self._resampler = av.AudioResampler("fltp", "mono", SOUND_SAMPLES, options=filling)
            self._alike = alike
        start = self._clock.place(frame)
        frame.time_base = Fraction(1, frame.sample_rate)
        frame.pts = round(start * frame.sample_rate)
        self._write_resampled(frame)
        return start + frame.samples / frame.sample_rate

    def finish(self) -> None:
        self._write_resampled(None)
        self._copy.mux(self._stream.encode(None))

    def _write_resampled(self, frame: AudioFrame | None) -> None:
        for chunk in self._resampler.resample(frame) if self._resampler else ():
            chunk.pts, chunk.time_base = self._samples, Fraction(1, SOUND_SAMPLES)
            self._samples += chunk.samples
            self._copy.mux(self._stream.encode(chunk))
