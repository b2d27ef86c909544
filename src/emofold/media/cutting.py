"""Segments cut out of recordings: sound to the sample, pictures to the frame.

Times are those of a player. Sound is cut at its own rate, from the sample nearest to the start to
the one before that nearest to the end.
"""

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from emofold.corpora.segments import DECIMALS, HALF_A_MILLISECOND, Segment
from emofold.errors import InputError
from emofold.media.clocks import MIN_BREAK, PictureClock, SoundClock, measure_start
from emofold.media.containers import REPLACE, check_complete
from emofold.media.tracks import find_zero, read_length

HAVE_AN_INDEX = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"}  # and times that do not go back

Key = TypeVar("Key", bound=Hashable)


def cut_sound(
    frames: Iterable[AudioFrame], segments: Mapping[Key, Segment], clock: SoundClock
) -> Iterator[tuple[Key, Iterator[AudioFrame]]]:
    """Cut segments out of the frames of a sound track, in one pass.

    Parameters
    ----------
    frames
        The frames of the track.
    segments
        Segments that do not overlap, in order. Frames beyond the last one are not taken.
    clock
        A clock that has seen no frame yet.

    Yields
    ------
    key
        That of the segment.
    frames : iterator of AudioFrame
        What lies in it, timed from its start; to be taken before the next segment is.
    """
    placed = ((clock.place(frame), frame) for frame in frames)
    current = next(placed, None)

    def cut_one(segment: Segment) -> Iterator[AudioFrame]:
        nonlocal current
        while current is not None:
            start, frame = current
            if (piece := _cut_frame(frame, start, segment)) is not None:
                yield piece
            if start + frame.samples / frame.sample_rate > segment.stop:
                return
            current = next(placed, None)

    for key, segment in segments.items():
        yield key, cut_one(segment)


def _cut_frame(frame: AudioFrame, start: float, segment: Segment) -> AudioFrame | None:
    """Return what of a frame that a player plays at `start` lies in a segment, if anything."""
    rate, samples = frame.sample_rate, frame.samples
    bounds = (rate * (bound - start) for bound in (segment.start, segment.stop))
    first, stop = (math.floor(min(max(bound, 0), samples) + 0.5) for bound in bounds)
    if first >= stop:
        return None
    piece = frame
    if stop - first < samples:
        width = 1 if frame.format.is_planar else frame.layout.nb_channels
        values: Any = np.ascontiguousarray(frame.to_ndarray()[:, width * first : width * stop])
        piece = AudioFrame.from_ndarray(values, frame.format.name, frame.layout.name)
        piece.sample_rate = rate
    piece.time_base = Fraction(1, rate)
    piece.pts = math.floor(rate * (start - segment.start) + 0.5) + first
    return piece


def cut_pictures(
    container: InputContainer, track: VideoStream, segment: Segment, path: Path
) -> Iterator[tuple[float, float, VideoFrame]]:
    """Yield the pictures that begin within a segment, each with its times from the segment's start.

    Where a file has an index of its key frames, what lies before the segment is passed over.

    Yields
    ------
    start, end : float
        From when to when a player shows the picture, in seconds.
    frame : VideoFrame
        The picture.

    Raises
    ------
    InputError
        When the recording ends before the segment does, or no picture begins within it.
    """
    zero, first, end = find_zero(container, track), 0.0, 0.0
    clock = PictureClock(track, math.inf)
    is_empty, goes_on = True, False
    for number, frame in enumerate(_decode_from(container, track, zero + segment.start)):
        if not number:
            late = measure_start(frame.time, zero)
            first = late if abs(late) > MIN_BREAK else 0.0  # else as containers delay pictures
        start, end = (first + time for time in clock.place(frame))
        if segment.holds(start):
            is_empty = False
            since = max(0.0, round(start - segment.start, DECIMALS))
            yield since, round(end - segment.start, DECIMALS), frame
        elif start >= segment.stop - HALF_A_MILLISECOND:
            goes_on = True
            break
    if not goes_on:
        check_segment(segment, end, read_length(container), path)
    if is_empty:
        raise InputError(f"no picture from {segment} of {path}", "pictures in each clip", REPLACE)


def _decode_from(
    container: InputContainer, track: VideoStream, time: float
) -> Iterator[VideoFrame]:
    """Yield the first frame of a track, then those from the key frame before a time on, or all."""
    frames = container.decode(track)
    first = next(frames, None)
    if first is None:
        return
    yield first
    if first.time is not None and track.time_base and container.format.name in HAVE_AN_INDEX:
        wanted = max(first.time, time - MIN_BREAK)
        container.seek(math.floor(wanted / track.time_base), stream=track)
        landed = next(container.decode(track), None)
        is_before = landed is not None and landed.time is not None and landed.time <= wanted
        target = landed.pts if landed is not None and is_before else first.pts
        container.seek(target or 0, stream=track)
        frames = (one for one in container.decode(track) if (one.time or 0.0) > first.time)
    yield from frames


def check_segment(segment: Segment, decoded: float, stated: float | None, path: Path) -> None:
    """Raise an :class:`InputError` unless a recording that has ended holds a segment.

    Parameters
    ----------
    segment
        The segment.
    decoded
        When the track has ended, in seconds.
    stated
        When the recording ends, to go by what it says.
    path
        The recording.
    """
    segment.check_within(decoded if segment.start >= decoded else max(decoded, stated or 0.0), path)
    if segment.end is not None:
        check_complete(decoded - segment.start, segment.end - segment.start, path)
