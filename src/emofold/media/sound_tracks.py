"""A sound track decoded to mono samples, all of it or segments of it."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
from av.audio.frame import AudioFrame

from emofold.corpora.segments import Segment
from emofold.errors import InputError
from emofold.media.clocks import SoundClock, UnbrokenSound
from emofold.media.containers import REPLACE, check_complete, check_duration, open_media
from emofold.media.cutting import check_segment, cut_sound
from emofold.media.sound_frames import ChannelMeter, pick_channel, read_sound_frames
from emofold.media.tracks import find_zero, list_sound_tracks, read_length

SAMPLE_BYTES = 2

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class DecodedTrack:
    """What was decoded of a sound track.

    Attributes
    ----------
    samples
        int16, shape (samples,).
    segments
        What lies between breaks, in order.
    channel_to_hear
        The channel to hear alone where all of them cancel each other out.
    tracks
        How many sound tracks there are.
    flaw
        Why it cannot be taken.
    """

    samples: np.ndarray
    segments: Sequence[UnbrokenSound]
    channel_to_hear: int | None
    tracks: int
    flaw: InputError | None


@dataclass(frozen=True)
class TrackDecoder:
    """Decodes a sound track.

    Attributes
    ----------
    path
        The file.
    max_duration
        How long a clip may be, in seconds.
    rate
        How many samples a second there are to be.
    """

    path: Path
    max_duration: float
    rate: int

    def decode(
        self, segments: Mapping[Key, Segment], number: int, channel: int | None = None
    ) -> Iterator[tuple[Key, DecodedTrack]]:
        """Yield what a track has in segments that do not overlap, in order.

        Parameters
        ----------
        segments
            The segments, in order.
        number
            The number of the track.
        channel
            The channel that is heard alone; None where all are mixed.

        Raises
        ------
        InputError
            When nothing more can be decoded.
        """
        with open_media(self.path) as container:
            tracks = list_sound_tracks(container)
            if not tracks:
                lack = "no sound that can be decoded" if container.streams.audio else "no sound"
                raise InputError(f"{lack} in {self.path}", "a file with a sound track", REPLACE)
            frames, declared_duration = read_sound_frames(container, tracks[number], self.path)
            zero = find_zero(container, tracks[number])
            recording = self._make_clock(zero)
            cut: Iterable[tuple[Key, Iterator[AudioFrame]]]
            if any(segment.is_whole for segment in segments.values()):
                check_duration(declared_duration, self.path, self.max_duration)
                cut = ((key, frames) for key in segments)
            else:
                cut, zero = cut_sound(frames, segments, recording), 0.0
            for key, pieces in cut:
                clock, meter = self._make_clock(zero), ChannelMeter()
                heard = meter.watch(pieces) if channel is None else pick_channel(pieces, channel)
                samples = self._collect(heard, clock)
                played = max(clock.played, self._measure(samples))
                decoded = np.frombuffer(samples, dtype=np.int16)
                try:
                    if segments[key].is_whole:
                        check_complete(played, declared_duration, self.path)
                    elif recording.end < segments[key].stop:
                        stated = read_length(container)
                        check_segment(segments[key], recording.end, stated, self.path)
                    self._check_not_empty(decoded)
                    flaw = None
                except InputError as error:
                    flaw = error
                channel_to_hear = meter.find_channel_to_hear()
                yield key, DecodedTrack(decoded, clock.segments, channel_to_hear, len(tracks), flaw)

    def _make_clock(self, zero: float) -> SoundClock:
        return SoundClock(zero, self.max_duration, self.rate)

    def _collect(self, frames: Iterable[AudioFrame], clock: SoundClock) -> bytearray:
        """Return the samples of frames, which may not last longer than a clip may."""
        samples = bytearray()
        for chunk in self._resample(self._watch(frames, clock)):
            samples += chunk.tobytes()
            played = max(clock.played, self._measure(samples))
            check_duration(played, self.path, self.max_duration)
        return samples

    def _watch(self, frames: Iterable[AudioFrame], clock: SoundClock) -> Iterator[AudioFrame]:
        """Pass frames on that a clock has seen, none of which is longer than a clip may be."""
        for frame in frames:
            check_duration(frame.samples / frame.sample_rate, self.path, self.max_duration)
            clock.place(frame)
            yield frame

    def _resample(self, frames: Iterable[AudioFrame]) -> Iterator[np.ndarray]:
        """Yield mono chunks, also where the format changes on the way."""
        for _, alike in groupby(frames, lambda f: (f.format.name, f.layout.name, f.sample_rate)):
            resampler = av.AudioResampler(format="s16", layout="mono", rate=self.rate)
            for frame in chain(alike, [None]):
                for chunk in resampler.resample(frame):
                    yield chunk.to_ndarray()[0]

    def _measure(self, samples: bytearray) -> float:
        return len(samples) / SAMPLE_BYTES / self.rate

    def _check_not_empty(self, samples: np.ndarray) -> None:
        if not samples.size:
            raise InputError(
                f"an empty sound track in {self.path}", "a sound track with samples", REPLACE
            )
