"""The pictures of a video file, as players show them, with their times."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from emofold.corpora.segments import WHOLE, Segment
from emofold.errors import InputError
from emofold.media.clocks import PictureClock, measure_start
from emofold.media.containers import (
    MAX_DURATION,
    REPLACE,
    check_complete,
    check_duration,
    open_media,
)
from emofold.media.cutting import cut_pictures
from emofold.media.orientations import find_orientation
from emofold.media.tracks import (
    DURATION_IS_A_TAG,
    find_picture_track,
    find_zero,
    list_picture_tracks,
    read_length,
    read_stated_duration,
)

NEARLY_SQUARE = 0.01
MOST_OBLONG = 4.0  # what says to be more so is taken for a mistake


def read_frames(
    path: Path, max_duration: float = MAX_DURATION, segment: Segment = WHOLE
) -> Iterator[tuple[float, np.ndarray]]:
    """Yield the pictures of a video in the order in which they are shown.

    Pictures of a phone that was held upright are turned upright, mirrored ones are mirrored back,
    and those of pixels that are not square, as of older cameras, are as wide as players show them.
    Only one picture is held at a time.

    Parameters
    ----------
    path
        A video of any format, of a constant or a variable frame rate.
    max_duration
        How long a clip may be.
    segment
        What of the video is the clip.

    Yields
    ------
    time : float
        When the picture is shown, in seconds from the first; of a segment, from its start.
    picture : numpy.ndarray
        RGB, uint8, shape (height, width, 3).

    Raises
    ------
    InputError
        When the file cannot be decoded, has no pictures, breaks off, or is too long.
    """
    decoded_duration = None
    with open_media(path) as container:
        stream = _picture_stream(container, path)
        if not segment.is_whole:
            yield from _read_segment(container, stream, segment, path, max_duration)
            return
        declared_duration = _read_declared_duration(container, stream)
        check_duration(declared_duration, path, max_duration)
        clock = PictureClock(stream, max_duration)
        for frame in container.decode(stream):
            start, end = clock.place(frame)
            check_duration(start, path, max_duration)
            yield start, _as_shown(frame, stream)
            decoded_duration = end
    if decoded_duration is None:
        raise _no_pictures(path)
    check_complete(decoded_duration, declared_duration, path)


def _read_segment(
    container: InputContainer, stream: VideoStream, segment: Segment, path: Path, longest: float
) -> Iterator[tuple[float, np.ndarray]]:
    if segment.end is not None:
        check_duration(segment.end - segment.start, path, longest)
    for start, _, frame in cut_pictures(container, stream, segment, path):
        check_duration(start, path, longest)
        yield start, _as_shown(frame, stream)


def read_frame_near(path: Path, share: float, segment: Segment = WHOLE) -> np.ndarray:
    """Return the picture that is shown at a share of a video, 0 for its first and 1 for its last.

    Parameters
    ----------
    path
        A video; of one that does not state its duration, the first picture is returned.
    share
        Between 0 and 1.
    segment
        What of the video is the clip, whose picture is returned.

    Returns
    -------
    numpy.ndarray
        RGB, uint8, shape (height, width, 3).

    Raises
    ------
    InputError
        When the file cannot be decoded up to there, or has no pictures.
    """
    nearest = None
    with open_media(path) as container:
        stream = _picture_stream(container, path)
        duration = _read_declared_duration(container, stream) or segment.end or 0.0
        wanted = share * segment.measure(duration)
        for end, frame in _read_ends(container, stream, segment, path):
            nearest = frame
            if end > wanted:
                break
        if nearest is None:
            raise _no_pictures(path)
        return _as_shown(nearest, stream)


def _read_ends(
    container: InputContainer, stream: VideoStream, segment: Segment, path: Path
) -> Iterator[tuple[float, VideoFrame]]:
    """Yield when the pictures of a clip end, and the pictures."""
    if not segment.is_whole:
        for _, end, frame in cut_pictures(container, stream, segment, path):
            yield end, frame
        return
    clock = PictureClock(stream, MAX_DURATION)
    for frame in container.decode(stream):
        yield clock.place(frame)[1], frame


def read_picture_start(path: Path) -> float:
    """Return when a player shows the first picture of a video, in seconds.

    It is what must be added to the times of :func:`read_frames`: zero, for most files.

    Raises
    ------
    InputError
        When no picture can be decoded.
    """
    with open_media(path) as container:
        stream = _picture_stream(container, path)
        for frame in container.decode(stream):
            return measure_start(frame.time, find_zero(container, stream))
    raise _no_pictures(path)


def _picture_stream(container: InputContainer, path: Path) -> VideoStream:
    stream = find_picture_track(container)
    if stream is None:
        is_there = bool(list_picture_tracks(container))
        lack = "no pictures that can be decoded" if is_there else "no pictures"
        raise InputError(f"{lack} in {path}", "a file with moving pictures", REPLACE)
    return stream


def _no_pictures(path: Path) -> InputError:
    return InputError(f"an empty picture track in {path}", "a video with pictures", REPLACE)


def _read_declared_duration(container: InputContainer, stream: VideoStream) -> float | None:
    """Return the duration that the file states of its pictures; None where it states none."""
    duration = read_stated_duration(container, stream)
    if duration is None and len(container.streams) == 1:
        return None if container.format.name in DURATION_IS_A_TAG else read_length(container)
    return duration


def _as_shown(frame: VideoFrame, stream: VideoStream) -> np.ndarray:
    """Return a picture upright, and as wide as players show it where its pixels are not square."""
    ratio = float(stream.sample_aspect_ratio or 1)
    is_square = abs(ratio - 1) < NEARLY_SQUARE or not 1 / MOST_OBLONG < ratio < MOST_OBLONG
    width = frame.width if is_square else max(1, round(ratio * frame.width))
    picture = frame.to_ndarray(format="rgb24", width=width, height=frame.height)
    return find_orientation(frame).apply(picture)
