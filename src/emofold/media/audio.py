"""The sound of media files as 16 kHz mono, and the wav files that keep it."""

import wave
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame

from emofold.errors import InputError
from emofold.files import atomic_write
from emofold.media.containers import (
    MAX_DURATION,
    REPLACE,
    check_complete,
    check_duration,
    open_media,
)
from emofold.media.tracks import find_sound_track, find_start, read_stated_duration

SAMPLE_RATE = 16_000
SAMPLE_BYTES = 2
FULL_SCALE = 32_768
MIN_BREAK = 0.05  # seconds; what is shorter is jitter of the times of frames
DURATION_IS_GUESSED = {"aac", "ac3", "eac3", "mp3"}  # from the bit rate of the first packets


@dataclass(frozen=True)
class Segment:
    """Sound that a player plays without a break.

    Attributes
    ----------
    first
        The index of its first sample.
    start
        When a player plays that sample, in seconds.
    """

    first: int
    start: float


@dataclass(frozen=True)
class Sound:
    """The sound of a media file, as 16 kHz mono.

    Attributes
    ----------
    samples
        int16, shape (samples,): what ``ffmpeg -ac 1 -ar 16000`` gives. Breaks are left out.
    segments
        What lies between breaks, in order; a single one where there is none.
    """

    samples: np.ndarray
    segments: list[Segment]

    @property
    def end(self) -> float:
        """When a player has played all of it, in seconds."""
        return max(
            segment.start + (self._stop_of(index) - segment.first) / SAMPLE_RATE
            for index, segment in enumerate(self.segments)
        )

    def cut(self, start: float, end: float) -> np.ndarray:
        """Return the samples that a player plays from `start` to `end`, in seconds."""
        heard = [self.samples[:0]]
        earliest = max(0, bisect_right(self.segments, start, key=attrgetter("start")) - 1)
        for index in range(earliest, len(self.segments)):
            segment = self.segments[index]
            if segment.start > end:
                break
            since_start = np.array([start, end]) - segment.start
            bounds = segment.first + np.rint(SAMPLE_RATE * since_start).astype(int)
            first, stop = np.clip(bounds, segment.first, self._stop_of(index))
            heard.append(self.samples[first:stop])
        return np.concatenate(heard)

    def _stop_of(self, index: int) -> int:
        """Return the index after the last sample of a segment."""
        following = self.segments[index + 1 : index + 2]
        return following[0].first if following else len(self.samples)


def decode_audio(path: Path, max_duration: float = MAX_DURATION) -> np.ndarray:
    """Return the samples of :func:`decode_sound`."""
    return decode_sound(path, max_duration).samples


def decode_sound(path: Path, max_duration: float = MAX_DURATION) -> Sound:
    """Return the sound of an audio or video file, as 16 kHz mono.

    The channels are mixed, none is dropped: of stereo sound, the mean.

    Parameters
    ----------
    path
        A file of any format, sample rate and channel layout.
    max_duration
        How long a clip may be. No more than this is ever held in memory.

    Raises
    ------
    InputError
        When the file cannot be decoded, has no sound, breaks off, or is too long.
    """
    with open_media(path) as container:
        stream = find_sound_track(container)
        if stream is None:
            raise InputError(f"no sound in {path}", "a file with a sound track", REPLACE)
        declared_duration = read_stated_duration(stream)
        if container.format.name in DURATION_IS_GUESSED:
            declared_duration = None
        check_duration(declared_duration, path, max_duration)
        samples = bytearray()
        clock = _Clock(find_start(container), max_duration)
        for chunk in _resample(clock.watch(container.decode(stream))):
            samples += chunk.tobytes()
            check_duration(max(clock.played, _measure_duration(samples)), path, max_duration)
    decoded = np.frombuffer(samples, dtype=np.int16)
    check_complete(max(clock.played, _measure_duration(samples)), declared_duration, path)
    if not decoded.size:
        raise InputError(f"an empty sound track in {path}", "a sound track with samples", REPLACE)
    return Sound(decoded, clock.segments)


def write_wav(samples: np.ndarray, path: Path) -> None:
    """Write int16 samples, shape (samples,), as a 16 kHz mono wav; whole or not at all."""
    with atomic_write(path) as partial, wave.open(str(partial), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.astype("<i2").tobytes())


def read_wav(path: Path) -> np.ndarray:
    """Return the samples of a wav that :func:`write_wav` wrote.

    They stay on disk until they are looked at, so that many long wavs can be open at once.

    Returns
    -------
    numpy.ndarray
        int16, shape (samples,), mapped into memory.

    Raises
    ------
    InputError
        When the file is missing, cut short, or anything but 16 kHz mono 16-bit wav.
    """
    expected = "a 16 kHz mono 16-bit wav, whole"
    remedy = "delete the file and run the workflow again, which makes it anew"
    if not path.is_file():
        raise InputError(f"no file {path}", expected, remedy)
    with path.open("rb") as file:
        try:
            header = wave.open(file)  # noqa: SIM115
        except (wave.Error, EOFError) as error:
            reason = str(error) or "it ends within its header"
            raise InputError(f"{path} is no wav ({reason})", expected, remedy) from error
        kind = header.getframerate(), header.getnchannels(), header.getsampwidth()
        samples, offset = header.getnframes(), file.tell()
    if kind != (SAMPLE_RATE, 1, SAMPLE_BYTES):
        rate, channels, width = kind
        found = f"{path} at {rate} Hz, {channels} channels, {8 * width} bit"
        raise InputError(found, expected, remedy)
    if path.stat().st_size < offset + SAMPLE_BYTES * samples:
        raise InputError(f"{path} is cut short", expected, remedy)
    if not samples:
        return np.empty(0, dtype=np.int16)
    return np.memmap(path, dtype="<i2", mode="r", offset=offset, shape=(samples,))


def to_float(samples: np.ndarray) -> np.ndarray:
    """Return int16 samples as float32 within [-1, 1]; float samples as float32.

    Examples
    --------
    >>> to_float(np.array([-32768, 16384], np.int16)).tolist()
    [-1.0, 0.5]
    """
    if samples.dtype == np.int16:
        return samples.astype(np.float32) / FULL_SCALE
    return samples.astype(np.float32)


def check_rate(rate: int) -> None:
    """Raise an :class:`InputError` unless sound has the rate that all of emofold works at."""
    if rate != SAMPLE_RATE:
        raise InputError(
            f"sound at {rate} Hz",
            f"{SAMPLE_RATE} Hz",
            "decode it with emofold.media.audio.decode_audio",
        )


def _measure_duration(samples: bytearray) -> float:
    return len(samples) / SAMPLE_BYTES / SAMPLE_RATE


class _Clock:
    """Notes when a player plays the frames that pass.

    A break is noted where frames come later than they should. Where their times go back, as in
    files that were joined, or forth by more than a clip may last, a file begins to count anew, and
    is played on without a break.

    Parameters
    ----------
    zero
        The time in the file that players show as zero.
    max_duration
        How long a clip may be.

    Attributes
    ----------
    segments
        The segments so far.
    played
        How long a player plays so far, breaks included, from the first frame on.
    """

    def __init__(self, zero: float, max_duration: float) -> None:
        self._zero, self._max_duration = zero, max_duration
        self.segments: list[Segment] = []
        self.played = 0.0

    def watch(self, frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
        """Pass frames on."""
        heard, origin = 0.0, None
        for frame in frames:
            late = 0.0
            if frame.time is not None:
                origin = frame.time if origin is None else origin
                late = frame.time - origin - self.played
                if late < -MIN_BREAK or late > self._max_duration:
                    origin, late = origin + late, 0.0
            if not self.segments:
                start = 0.0 if origin is None else origin - self._zero
                self.segments.append(Segment(0, start))
            elif late > MIN_BREAK:
                self.played += late
                start = self.segments[0].start + self.played
                self.segments.append(Segment(round(SAMPLE_RATE * heard), start))
            yield frame
            duration = frame.samples / frame.sample_rate
            heard, self.played = heard + duration, self.played + duration


def _resample(frames: Iterable[AudioFrame]) -> Iterator[np.ndarray]:
    """Yield mono chunks at 16 kHz, also where the format changes on the way."""
    for _, alike in groupby(frames, lambda f: (f.format.name, f.layout.name, f.sample_rate)):
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        for frame in chain(alike, [None]):
            for chunk in resampler.resample(frame):
                yield chunk.to_ndarray()[0]
