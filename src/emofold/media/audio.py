"""The sound of a media file as 16 kHz mono, and the wav files that keep it."""

import wave
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, groupby
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer

from emofold.errors import InputError
from emofold.media.containers import LONGEST_SECONDS, REPLACE, check_length, check_whole, opened
from emofold.tables import written_whole

SAMPLE_RATE = 16_000
SAMPLE_BYTES = 2
FULL_SCALE = 32_768
DURATION_IS_GUESSED = {"aac", "ac3", "eac3", "mp3"}  # from the bit rate of the first packets


def decode_audio(path: Path, longest_seconds: float = LONGEST_SECONDS) -> np.ndarray:
    """Return the sound of an audio or video file, as 16 kHz mono.

    The channels are mixed, none is dropped: of stereo sound, the mean.

    Parameters
    ----------
    path
        A file of any format, sample rate and channel layout.
    longest_seconds
        How long a clip may be. No more than this is ever held in memory.

    Returns
    -------
    numpy.ndarray
        int16, shape (samples,): what ``ffmpeg -ac 1 -ar 16000`` gives.

    Raises
    ------
    InputError
        When the file cannot be decoded, has no sound, breaks off, or is too long.
    """
    with opened(path) as container:
        stream = container.streams.best("audio")
        if not isinstance(stream, AudioStream):
            raise InputError(f"no sound in {path}", "a file with a sound track", REPLACE)
        declared_seconds = _declared_seconds(container, stream)
        check_length(declared_seconds, path, longest_seconds)
        pieces, decoded = [], 0
        for piece in _resampled(container, stream):
            pieces.append(piece)
            decoded += piece.size
            check_length(decoded / SAMPLE_RATE, path, longest_seconds)
    check_whole(decoded / SAMPLE_RATE, declared_seconds, path)
    if not decoded:
        raise InputError(f"an empty sound track in {path}", "a sound track with samples", REPLACE)
    return np.concatenate(pieces)


def write_wav(samples: np.ndarray, path: Path) -> None:
    """Write int16 samples, shape (samples,), as a 16 kHz mono wav; whole or not at all."""
    with written_whole(path) as partial, wave.open(str(partial), "wb") as file:
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


def cut_wav(path: Path, first: int, last: int, target: Path) -> None:
    """Write the samples of a 16 kHz mono wav from `first` up to `last` as a wav of their own.

    No other sample is read.

    Raises
    ------
    InputError
        As :func:`read_wav` does.
    """
    with _opened_wav(path) as file:
        file.setpos(first)
        samples = np.frombuffer(file.readframes(last - first), dtype="<i2")
    write_wav(samples, target)


def count_samples(path: Path) -> int:
    """Return how many samples a 16 kHz mono wav holds, from its header alone.

    Raises
    ------
    InputError
        As :func:`read_wav` does.
    """
    with _opened_wav(path) as file:
        return file.getnframes()


def _declared_seconds(container: InputContainer, stream: AudioStream) -> float | None:
    """Return the duration that the file states of its sound; None where it states none."""
    if container.format.name in DURATION_IS_GUESSED:
        return None
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    if stated := stream.metadata.get("DURATION"):  # Matroska: hours:minutes:seconds
        hours, minutes, seconds = map(float, stated.split(":"))
        return 3600 * hours + 60 * minutes + seconds
    return None


def _resampled(container: InputContainer, stream: AudioStream) -> Iterator[np.ndarray]:
    """Yield mono pieces at 16 kHz, also where the format changes on the way."""
    frames = container.decode(stream)
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
