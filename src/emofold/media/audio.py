"""The sound of a media file as 16 kHz mono, and the wav files that keep it."""

import wave
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame

from emofold.errors import InputError
from emofold.files import atomic_write
from emofold.media.containers import LONGEST_SECONDS, REPLACE, check_length, check_whole, opened
from emofold.media.tracks import begin_of, sound_track, stated_seconds

SAMPLE_RATE = 16_000
SAMPLE_BYTES = 2
FULL_SCALE = 32_768
UNHEARD_SECONDS = 0.05  # a shorter break, or jitter of the times of frames, is none
DURATION_IS_GUESSED = {"aac", "ac3", "eac3", "mp3"}  # from the bit rate of the first packets


@dataclass(frozen=True)
class Piece:
    """Sound that a player plays without a break.

    Attributes
    ----------
    first
        Its first sample.
    begin
        When a player plays that sample, in seconds.
    """

    first: int
    begin: float


@dataclass(frozen=True)
class Sound:
    """The sound of a media file, as 16 kHz mono.

    Attributes
    ----------
    samples
        int16, shape (samples,): what ``ffmpeg -ac 1 -ar 16000`` gives. Breaks are left out.
    pieces
        What lies between breaks, in order; one piece where there is none.
    """

    samples: np.ndarray
    pieces: list[Piece]


def decode_audio(path: Path, max_duration: float = LONGEST_SECONDS) -> np.ndarray:
    """Return the samples of :func:`decode_sound`."""
    return decode_sound(path, max_duration).samples


def decode_sound(path: Path, max_duration: float = LONGEST_SECONDS) -> Sound:
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
    with opened(path) as container:
        stream = sound_track(container)
        if stream is None:
            raise InputError(f"no sound in {path}", "a file with a sound track", REPLACE)
        declared_seconds = stated_seconds(stream)
        if container.format.name in DURATION_IS_GUESSED:
            declared_seconds = None
        check_length(declared_seconds, path, max_duration)
        samples = bytearray()
        clock = _Clock(begin_of(container), max_duration)
        for part in _resampled(clock.watched(container.decode(stream))):
            samples += part.tobytes()
            check_length(max(clock.played, _seconds_of(samples)), path, max_duration)
    decoded = np.frombuffer(samples, dtype=np.int16)
    check_whole(max(clock.played, _seconds_of(samples)), declared_seconds, path)
    if not decoded.size:
        raise InputError(f"an empty sound track in {path}", "a sound track with samples", REPLACE)
    return Sound(decoded, clock.pieces)


def write_wav(samples: np.ndarray, path: Path) -> None:
    """Write int16 samples, shape (samples,), as a 16 kHz mono wav; whole or not at all."""
    with atomic_write(path) as partial, wave.open(str(partial), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.astype("<i2").tobytes())


def read_wav(path: Path) -> np.ndarray:
    """Return the samples of a wav that :func:`write_wav` wrote.

    Returns
    -------
    numpy.ndarray
        float32 within [-1, 1], shape (samples,).

    Raises
    ------
    InputError
        When the file is missing, cut short, or anything but 16 kHz mono 16-bit wav.
    """
    with _opened_wav(path) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    return samples.astype(np.float32) / FULL_SCALE


def read_stretches(path: Path, stretches: Iterable[tuple[int, int]]) -> np.ndarray:
    """Return stretches of a wav that :func:`write_wav` wrote, without reading the rest of it.

    Parameters
    ----------
    path
        The wav.
    stretches
        The first sample of each, and the one after its last.

    Returns
    -------
    numpy.ndarray
        int16, shape (samples,).

    Raises
    ------
    InputError
        As :func:`read_wav` does.
    """
    parts = [np.empty(0, dtype="<i2")]
    with _opened_wav(path) as file:
        for first, end in stretches:
            file.setpos(first)
            parts.append(np.frombuffer(file.readframes(end - first), dtype="<i2"))
    return np.concatenate(parts)


def count_samples(path: Path) -> int:
    """Return how many samples a 16 kHz mono wav holds, from its header alone.

    Raises
    ------
    InputError
        As :func:`read_wav` does.
    """
    with _opened_wav(path) as file:
        return file.getnframes()


def _seconds_of(samples: bytearray) -> float:
    return len(samples) / SAMPLE_BYTES / SAMPLE_RATE


class _Clock:
    """Notes when a player plays the frames that pass.

    A break is noted where frames come later than they should. Where their times go back, as in
    files that were joined, or forth by more than a clip may last, a file begins to count anew, and
    is played on without a break.

    Parameters
    ----------
    begin
        The time in the file that players show as zero.
    max_duration
        How long a clip may be.

    Attributes
    ----------
    pieces
        The pieces so far.
    played
        How long a player plays so far, breaks included, from the first frame on.
    """

    def __init__(self, begin: float, max_duration: float) -> None:
        self._begin, self._longest_seconds = begin, max_duration
        self.pieces: list[Piece] = []
        self.played = 0.0

    def watched(self, frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
        """Pass frames on."""
        heard, zero = 0.0, None
        for frame in frames:
            late = 0.0
            if frame.time is not None:
                zero = frame.time if zero is None else zero
                late = frame.time - zero - self.played
                if late < -UNHEARD_SECONDS or late > self._longest_seconds:
                    zero, late = zero + late, 0.0
            if not self.pieces:
                self.pieces.append(Piece(0, 0.0 if zero is None else zero - self._begin))
            elif late > UNHEARD_SECONDS:
                self.played += late
                start = self.pieces[0].begin + self.played
                self.pieces.append(Piece(round(SAMPLE_RATE * heard), start))
            yield frame
            length = frame.samples / frame.sample_rate
            heard, self.played = heard + length, self.played + length


def _resampled(frames: Iterable[AudioFrame]) -> Iterator[np.ndarray]:
    """Yield mono pieces at 16 kHz, also where the format changes on the way."""
    for _, alike in groupby(frames, lambda f: (f.format.name, f.layout.name, f.sample_rate)):
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        for frame in chain(alike, [None]):
            for piece in resampler.resample(frame):
                yield piece.to_ndarray()[0]


@contextmanager
def _opened_wav(path: Path) -> Iterator[wave.Wave_read]:
    expected = "a 16 kHz mono 16-bit wav, whole"
    remedy = "delete the file and run the workflow again, which makes it anew"
    if not path.is_file():
        raise InputError(f"no file {path}", expected, remedy)
    try:
        file = wave.open(str(path), "rb")  # noqa: SIM115
    except (wave.Error, EOFError) as error:
        reason = str(error) or "it ends within its header"
        raise InputError(f"{path} is no wav ({reason})", expected, remedy) from error
    with file:
        kind = file.getframerate(), file.getnchannels(), file.getsampwidth()
        if kind != (SAMPLE_RATE, 1, SAMPLE_BYTES):
            rate, channels, width = kind
            found = f"{path} at {rate} Hz, {channels} channels, {8 * width} bit"
            raise InputError(found, expected, remedy)
        if path.stat().st_size < SAMPLE_BYTES * file.getnframes():
            raise InputError(f"{path} is cut short", expected, remedy)
        yield file
