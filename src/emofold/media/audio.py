"""The sound of media files as 16 kHz mono, and the wav files that keep it."""

import wave
from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

import numpy as np

from emofold.corpora.segments import WHOLE, Segment, in_passes
from emofold.errors import InputError, counted, errors_of_one
from emofold.files import atomic_write
from emofold.media.clocks import UnbrokenSound
from emofold.media.containers import MAX_DURATION, REPLACE, check_duration, open_media
from emofold.media.sound_tracks import SAMPLE_BYTES, DecodedTrack, TrackDecoder
from emofold.media.tracks import list_sound_tracks

SAMPLE_RATE = 16_000
FULL_SCALE = 32_768
LONGEST_CHOICE = 3600.0  # seconds
SILENT_PEAK = 16  # of 32 768: what a muted track, or a break that was filled, does not exceed
MAX_SHARE_AT_FULL_SCALE = 0.5  # of the samples that are not silent

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Sound:
    """The sound of a media file, as 16 kHz mono.

    Attributes
    ----------
    samples
        int16, shape (samples,): what ``ffmpeg -ac 1 -ar 16000`` gives. Breaks are left out.
    segments
        What lies between breaks, in order; a single one where there is none.
    track
        The number of its track among the sound tracks of the file, from zero on.
    channel
        The number of the channel that is heard alone; None where all are mixed.
    remarks
        What must be known of it, in sentences.
    """

    samples: np.ndarray
    segments: list[UnbrokenSound]
    track: int = 0
    channel: int | None = None
    remarks: tuple[str, ...] = ()

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


def decode_sound(path: Path, max_duration: float = MAX_DURATION, segment: Segment = WHOLE) -> Sound:
    """Return the sound of an audio or video file, as 16 kHz mono.

    The channels are mixed, none is dropped: of stereo sound, the mean. Where they cancel each other
    out, the loudest is heard alone; where a track is silent, another is heard, if there is one.

    Parameters
    ----------
    path
        A file of any format, sample rate and channel layout.
    max_duration
        How long a clip may be. No more than this is ever held in memory.
    segment
        What of it is the clip: its sound is what a file of its own would have, and its times count
        from its start.

    Raises
    ------
    InputError
        When the file cannot be decoded, has no sound, is silent, breaks off, is too long, or holds
        values that are no sound.
    """
    ((_, sound),) = _decode_apart(path, {0: segment}, max_duration)
    if isinstance(sound, InputError):
        raise sound
    return sound


def decode_each(
    path: Path, segments: Mapping[Key, Segment], max_duration: float = MAX_DURATION
) -> Iterator[tuple[Key, Sound | InputError]]:
    """Yield the sound of each of the segments of a recording, or why it has none.

    The recording is decoded once, up to the last segment; once more where segments overlap. See
    :func:`decode_sound`.
    """
    keys = [*segments]
    for numbers in in_passes([*segments.values()]):
        waiting = {keys[number]: segments[keys[number]] for number in numbers}
        try:
            with errors_of_one(path):
                for key, sound in _decode_apart(path, dict(waiting), max_duration):
                    del waiting[key]
                    yield key, sound
        except InputError as error:
            yield from ((key, error) for key in waiting)


def _decode_apart(
    path: Path, segments: Mapping[Key, Segment], max_duration: float
) -> Iterator[tuple[Key, Sound | InputError]]:
    """Yield the sound of segments that do not overlap; what is raised is of all others."""
    decoder, short = TrackDecoder(path, max_duration, SAMPLE_RATE), {}
    for key, segment in segments.items():
        try:
            if segment.end is not None:
                check_duration(segment.end - segment.start, path, max_duration)
            short[key] = segment
        except InputError as error:
            yield key, error
    for key, decoded in decoder.decode(short, 0) if short else ():
        try:
            yield key, _choose_what_is_heard(decoder, segments[key], decoded)
        except InputError as error:
            yield key, error


def _choose_what_is_heard(decoder: TrackDecoder, segment: Segment, first: DecodedTrack) -> Sound:
    sound = _hear(decoder, segment, 0, first)
    if not is_silent(sound.samples):
        return sound
    for number in range(1, first.tracks):
        try:
            ((_, decoded),) = decoder.decode({0: segment}, number)
            other = _hear(decoder, segment, number, decoded)
        except InputError:
            continue
        if not is_silent(other.samples):
            remark = (
                f"The first of {first.tracks} sound tracks is silent; track {number + 1} is heard."
            )
            return replace(other, remarks=(remark, *other.remarks))
    tracks = f"{counted(first.tracks, 'sound track')} of " if first.tracks > 1 else ""
    where = f"{decoder.path}{'' if segment.is_whole else f' from {segment}'}"
    raise InputError(f"nothing but silence in {tracks}{where}", "a voice", "name another file")


def _hear(decoder: TrackDecoder, segment: Segment, number: int, decoded: DecodedTrack) -> Sound:
    """Return a track as it can be heard."""
    _check(decoded, decoder.path)
    channel = decoded.channel_to_hear
    if channel is None:
        return Sound(decoded.samples, [*decoded.segments], number)
    ((_, alone),) = decoder.decode({0: segment}, number, channel)
    _check(alone, decoder.path)
    remark = f"The sound channels cancel each other out; channel {channel + 1} is heard alone."
    return Sound(alone.samples, [*alone.segments], number, channel, (remark,))


def _check(decoded: DecodedTrack, path: Path) -> None:
    if decoded.flaw is not None:
        raise decoded.flaw
    _check_not_flat(decoded.samples, path)


def choose_sound(path: Path, segment: Segment = WHOLE) -> tuple[int, int | None]:
    """Return the track that is heard, by its number, and the channel where one is heard alone.

    They are those of :func:`decode_sound`, and the first track where that hears none.
    """
    with open_media(path) as container:
        tracks = list_sound_tracks(container)
        has_choice = len(tracks) > 1 or any(track.channels > 1 for track in tracks)
    if not has_choice:
        return 0, None
    try:
        sound = decode_sound(path, LONGEST_CHOICE, segment)
    except InputError:
        return 0, None
    return sound.track, sound.channel


def is_silent(samples: np.ndarray) -> bool:
    """Return whether int16 samples are those of silence, wherever it rests.

    Examples
    --------
    >>> is_silent(np.array([500, 510, 490], np.int16)), is_silent(np.array([-90, 90], np.int16))
    (True, False)
    """
    if not samples.size:
        return True
    return int(samples.max()) - int(samples.min()) <= 2 * SILENT_PEAK


def _check_not_flat(samples: np.ndarray, path: Path) -> None:
    """Raise an :class:`InputError` when most of a sound is clipped to a square wave."""
    magnitudes = np.abs(samples.astype(np.int32))
    not_silent = int((magnitudes > SILENT_PEAK).sum())
    at_full_scale = int((magnitudes >= FULL_SCALE - 1).sum())
    if at_full_scale > MAX_SHARE_AT_FULL_SCALE * not_silent:
        raise InputError(
            f"{path} clipped flat, {100 * at_full_scale / not_silent:.0f} % of it at full scale",
            "a recording that was not too loud",
            REPLACE,
        )


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
    remedy = f"delete {path.parent}.parquet and run the workflow again, which makes both anew"
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
