"""Reduced copies of media files that all browsers play, made frame by frame."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.container import OutputContainer
from av.video.frame import VideoFrame

from emofold.errors import InputError
from emofold.media.containers import REPLACE, open_media
from emofold.media.tracks import find_picture_track, find_sound_track, find_start
from emofold.media.video import read_frame_near

QUALITY = "28"  # the constant rate factor of H.264
SPEED = "superfast"  # a video of ten minutes takes half a minute
LINES, FEWER_LINES = 360, 240  # of the shorter side
ENOUGH_RATE_FOR_LINES = 200_000  # bits a second
MIN_PICTURE_RATE, MAX_RATE = 80_000, 8_000_000
SOUND_RATE, MIN_SOUND_RATE = 64_000, 24_000
SOUND_SAMPLES = 44_100  # a second
TICKS = 90_000  # a second
USUAL_TICKS = TICKS // 25  # from picture to picture, where the file does not say


def write_copy(path: Path, target: Path, rate: int) -> str | None:
    """Write a reduced copy of a media file.

    Pictures become H.264, upright, with the shorter side at most 360 pixels long; sound becomes
    AAC in mono. Both keep their times, counted from where the file begins. No more than a few
    pictures are held at a time.

    Parameters
    ----------
    path
        A video or audio file.
    target
        The mp4 to write.
    rate
        How many bits a second the copy may have.

    Returns
    -------
    str or None
        The media type of the copy; None, and no copy, where the rate is too low for a good one.

    Raises
    ------
    InputError
        When the file cannot be decoded, or has neither pictures nor sound.
    """
    with open_media(path) as source:
        pictures, sound = find_picture_track(source), find_sound_track(source)
        if pictures is None and sound is None:
            raise InputError(
                f"neither pictures nor sound in {path}", "a video or audio file", REPLACE
            )
        rates = _share_rate(min(rate, MAX_RATE), pictures is not None, sound is not None)
        if rates is None:
            return None
        start = find_start(source)
        with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as copy:
            tracks: dict[str, _PictureCopy | _SoundCopy] = {}
            if pictures:
                height, width, _ = read_frame_near(path, 0.0).shape
                tracks["video"] = _PictureCopy(copy, (width, height), rates[0], start)
            if sound:
                tracks["audio"] = _SoundCopy(copy, rates[1], start)
            for packet in source.demux([stream for stream in (pictures, sound) if stream]):
                for frame in packet.decode():
                    tracks[packet.stream.type].write(frame)
            for track in tracks.values():
                track.finish()
        return "video/mp4" if pictures else "audio/mp4"


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
        self, copy: OutputContainer, size: tuple[int, int], rate: int, start: float
    ) -> None:
        lines = LINES if rate >= ENOUGH_RATE_FOR_LINES else FEWER_LINES
        shrunk = min(1.0, lines / min(size))
        self._width, self._height = (max(2, 2 * round(side * shrunk / 2)) for side in size)
        self._copy, self._start, self._last = copy, start, -1
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

    def write(self, frame: Any) -> None:
        time = None if frame.time is None else frame.time - self._start
        ticks = self._last + USUAL_TICKS if time is None else round(TICKS * time)
        if ticks < self._last - TICKS:  # the file begins to count anew
            self._start -= (self._last + USUAL_TICKS - ticks) / TICKS
            ticks = self._last + USUAL_TICKS
        if ticks <= self._last:
            return
        upright = self._turn_upright(frame)
        upright.pts, upright.time_base = ticks, Fraction(1, TICKS)
        self._last = ticks
        self._copy.mux(self._stream.encode(upright))

    def finish(self) -> None:
        self._copy.mux(self._stream.encode(None))

    def _turn_upright(self, frame: VideoFrame) -> VideoFrame:
        quarter_turns = round(frame.rotation / 90) % 4
        if not quarter_turns:
            return frame.reformat(self._width, self._height, "yuv420p")
        is_lying = quarter_turns % 2
        width, height = (self._height, self._width) if is_lying else (self._width, self._height)
        small = frame.reformat(width, height, "rgb24").to_ndarray()
        turned: Any = np.ascontiguousarray(np.rot90(small, quarter_turns))
        return VideoFrame.from_ndarray(turned, format="rgb24").reformat(format="yuv420p")


class _SoundCopy:
    """Encodes sound in mono; silence where the original has none, so that it stays in step."""

    def __init__(self, copy: OutputContainer, rate: int, start: float) -> None:
        self._copy, self._start, self._samples = copy, start, 0
        self._stream = copy.add_stream("aac", rate=SOUND_SAMPLES, layout="mono")
        self._stream.bit_rate = rate
        self._resampler: av.AudioResampler | None = None
        self._alike: tuple[str, str, int] | None = None

    def write(self, frame: Any) -> None:
        alike = frame.format.name, frame.layout.name, frame.sample_rate
        if alike != self._alike:
            self._write_resampled(None)
            filling = {"async": "1", "first_pts": str(self._samples)}
            self._resampler = av.AudioResampler("fltp", "mono", SOUND_SAMPLES, options=filling)
            self._alike = alike
        if frame.pts is not None and frame.time_base:
            frame.pts -= round(self._start / frame.time_base)
        self._write_resampled(frame)

    def finish(self) -> None:
        self._write_resampled(None)
        self._copy.mux(self._stream.encode(None))

    def _write_resampled(self, frame: AudioFrame | None) -> None:
        for chunk in self._resampler.resample(frame) if self._resampler else ():
            chunk.pts, chunk.time_base = self._samples, Fraction(1, SOUND_SAMPLES)
            self._samples += chunk.samples
            self._copy.mux(self._stream.encode(chunk))
