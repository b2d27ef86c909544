"""The frames of a sound track, by whatever reads them right, and nothing that is no sound."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer

from emofold.errors import InputError
from emofold.media.containers import REPLACE
from emofold.media.tracks import believe_duration, read_stated_duration
from emofold.media.wav_headers import read_wav_header

BLOCK = 4096  # samples of each channel
MAX_PEAK = 8.0  # of samples whose full scale is 1
MIN_RATE, MAX_RATE = 1_000, 1_000_000  # samples a second
LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
FLOAT_SUBTYPES = {"FLOAT", "DOUBLE"}
BASS = {"LFE", "LFE2"}
LEAST_IN_COMMON = 0.1  # of 1 for channels that have nothing to do with one another


def read_sound_frames(
    container: InputContainer, track: AudioStream, path: Path
) -> tuple[Iterator[AudioFrame], float | None]:
    """Return the frames of a sound track, and how many seconds it says that it lasts.

    They are read by FFmpeg, but for the few kinds of wav that it misreads.

    Raises
    ------
    InputError
        When the header of a wav contradicts itself; while frames are taken, at values that are no
        sound.
    """
    header = read_wav_header(path)
    if header is not None and header.is_misread_by_ffmpeg:
        declared_duration = believe_duration(header.duration, container)
        return check_sound_frames(_read_by_libsndfile(path), path), declared_duration
    if header is not None and header.contradicts_itself:
        raise InputError(
            f"{path} of {header.bits} bits a sample in blocks of {header.block} bytes for "
            f"{header.channels} channels",
            "a wav whose header does not contradict itself",
            REPLACE,
        )
    return check_sound_frames(container.decode(track), path), read_stated_duration(container, track)


def check_sound_frames(frames: Iterable[AudioFrame], path: Path) -> Iterator[AudioFrame]:
    """Pass frames on while they can be sound.

    Raises
    ------
    InputError
        At samples that are no numbers, that are at the scale of integers, or that come so seldom
        or so often as no samples of sound do.
    """
    for frame in frames:
        if not MIN_RATE <= frame.sample_rate <= MAX_RATE:
            raise InputError(
                f"{path} of {frame.sample_rate} samples a second",
                f"{MIN_RATE} to {MAX_RATE}",
                REPLACE,
            )
        if frame.format.name.startswith(("flt", "dbl")):
            _check_floats(frame.to_ndarray(), path)
        yield frame


def _check_floats(values: np.ndarray, path: Path) -> None:
    if not np.isfinite(values).all():
        raise InputError(f"{path} with samples that are no numbers", "a sound of numbers", REPLACE)
    peak = np.abs(values).max(initial=0.0)
    if peak > MAX_PEAK:
        raise InputError(
            f"{path} with a sample of {peak:.6g}, as if floats were at the scale of integers",
            "floats from -1 to 1",
            "divide the samples by full scale, which is 32768 for 16 bits, and write them anew",
        )


def _read_by_libsndfile(path: Path) -> Iterator[AudioFrame]:
    import soundfile  # noqa: PLC0415

    with soundfile.SoundFile(path) as file:
        is_float = file.subtype in FLOAT_SUBTYPES
        dtype, name = ("float64", "dbl") if is_float else ("int32", "s32")
        layout = LAYOUTS.get(file.channels, f"{file.channels} channels")
        for block in file.blocks(BLOCK, dtype=dtype, always_2d=True):
            frame = AudioFrame.from_ndarray(block.reshape(1, -1), format=name, layout=layout)
            frame.rate = file.samplerate
            yield frame


class ChannelMeter:
    """Measures whether the channels of a track cancel each other out.

    Attributes
    ----------
    energies
        The energy of each channel so far; the bass has none.
    """

    def __init__(self) -> None:
        self.energies = np.zeros(0)
        self._energy_of_mean = 0.0

    def watch(self, frames: Iterable[AudioFrame]) -> Iterator[AudioFrame]:
        """Pass frames on."""
        for frame in frames:
            if frame.layout.nb_channels > 1:
                channels = split_channels(frame).astype(np.float64) - _find_rest(frame)
                channels[[channel.name in BASS for channel in frame.layout.channels]] = 0.0
                self._add(np.square(channels).sum(axis=1), np.square(channels.mean(axis=0)).sum())
            yield frame

    def _add(self, energies: np.ndarray, energy_of_mean: float) -> None:
        if len(energies) != len(self.energies):
            self.energies, self._energy_of_mean = np.zeros(len(energies)), 0.0
        self.energies += energies
        self._energy_of_mean += energy_of_mean

    def find_channel_to_hear(self) -> int | None:
        """Return the loudest channel where channels cancel each other out; None elsewhere."""
        if not self.energies.any():
            return None
        in_common = len(self.energies) * self._energy_of_mean / self.energies.mean()
        return int(self.energies.argmax()) if in_common < LEAST_IN_COMMON else None


def pick_channel(frames: Iterable[AudioFrame], number: int) -> Iterator[AudioFrame]:
    """Yield one channel of frames, or all of them mixed where it is not there."""
    for frame in frames:
        if number >= frame.layout.nb_channels or frame.layout.nb_channels == 1:
            yield frame
            continue
        channel = np.ascontiguousarray(split_channels(frame)[number][None, :])
        alone = AudioFrame.from_ndarray(channel, format=frame.format.packed.name, layout="mono")
        alone.rate, alone.pts, alone.time_base = frame.sample_rate, frame.pts, frame.time_base
        yield alone


def split_channels(frame: AudioFrame) -> np.ndarray:
    """Return the samples of a frame, shape (channels, samples)."""
    values = frame.to_ndarray()
    return values if frame.format.is_planar else values.reshape(-1, frame.layout.nb_channels).T


def _find_rest(frame: AudioFrame) -> int:
    """Return the value of silence."""
    return 128 if frame.format.name.startswith("u8") else 0
