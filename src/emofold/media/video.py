"""The pictures of a video file: as they are shown, and the times at which they are."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from emofold.errors import InputError
from emofold.media.containers import LONGEST_SECONDS, REPLACE, check_length, check_whole, opened
from emofold.media.tracks import begin_of, picture_track, stated_seconds

NEARLY_SQUARE = 0.01
MOST_OBLONG = 4.0  # what says to be more so is taken for a mistake


def read_frames(
    path: Path, max_duration: float = LONGEST_SECONDS
) -> Iterator[tuple[float, np.ndarray]]:
    """Yield the pictures of a video in the order in which they are shown.

    Pictures of a phone that was held upright are turned upright, and those of pixels that are not
    square, as of older cameras, are as wide as players show them. Only one picture is held at a
    time.

    Parameters
    ----------
    path
        A video of any format, of a constant or a variable frame rate.
    max_duration
        How long a clip may be.

    Yields
    ------
    seconds : float
        When the picture is shown, counted from the first.
    picture : numpy.ndarray
        RGB, uint8, shape (height, width, 3).

    Raises
    ------
    InputError
        When the file cannot be decoded, has no pictures, breaks off, or is too long.
    """
    decoded_seconds = None
    with opened(path) as container:
        stream = _picture_stream(container, path)
        declared_seconds = _declared_seconds(container, stream)
        check_length(declared_seconds, path, max_duration)
        for start, end, frame in _timed(container, stream):
            check_length(start, path, max_duration)
            yield start, _as_shown(frame, stream)
            decoded_seconds = end
    if decoded_seconds is None:
        raise _no_pictures(path)
    check_whole(decoded_seconds, declared_seconds, path)


def read_frame_near(path: Path, share: float) -> np.ndarray:
    """Return the picture that is shown at a share of a video, 0 for its first and 1 for its last.

    Parameters
    ----------
    path
        A video; of one that does not state its duration, the first picture is returned.
    share
        Between 0 and 1.

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
    with opened(path) as container:
        stream = _picture_stream(container, path)
        wanted = share * (_declared_seconds(container, stream) or 0.0)
        for _, end, frame in _timed(container, stream):
            nearest = frame
            if end > wanted:
                break
        if nearest is None:
            raise _no_pictures(path)
        return _as_shown(nearest, stream)


def first_picture_at(path: Path) -> float:
    """Return when a player shows the first picture of a video, in seconds.

    It is what must be added to the times of :func:`read_frames`: zero, for most files.

    Raises
    ------
    InputError
        When no picture can be decoded.
    """
    with opened(path) as container:
        for frame in container.decode(_picture_stream(container, path)):
            return 0.0 if frame.time is None else frame.time - begin_of(container)
    raise _no_pictures(path)


def _picture_stream(container: InputContainer, path: Path) -> VideoStream:
    stream = picture_track(container)
    if stream is None:
        raise InputError(f"no pictures in {path}", "a file with moving pictures", REPLACE)
    return stream


def _no_pictures(path: Path) -> InputError:
    return InputError(f"an empty picture track in {path}", "a video with pictures", REPLACE)


def _declared_seconds(container: InputContainer, stream: VideoStream) -> float | None:
    """Return the duration that the file states of its pictures; None where it states none."""
    if (seconds := stated_seconds(stream)) is not None:
        return seconds
    if container.duration is not None and len(container.streams) == 1:
        return container.duration / av.time_base
    return None


def _timed(
    container: InputContainer, stream: VideoStream
) -> Iterator[tuple[float, float, VideoFrame]]:
    """Yield each frame with its start and end in seconds, counted from the first frame's start.

    A frame without a time of its own, as in a bare H.264 stream, follows the one before it, and so
    does one whose time goes back, as where files were joined.
    """
    usual_seconds = float(1 / stream.average_rate) if stream.average_rate else 0.0
    first, start, end = None, 0.0, 0.0
    for frame in container.decode(stream):
        if first is None:
            first = frame.time or 0.0
        if frame.time is not None and frame.time - first < start:
            first = frame.time - end
        start = end if frame.time is None else frame.time - first
        length = float(frame.duration * frame.time_base) if frame.time_base else 0.0
        end = start + (length or usual_seconds)
        yield start, end, frame


def _as_shown(frame: VideoFrame, stream: VideoStream) -> np.ndarray:
    """Return a picture upright, and as wide as players show it where its pixels are not square."""
    ratio = float(stream.sample_aspect_ratio or 1)
    is_square = abs(ratio - 1) < NEARLY_SQUARE or not 1 / MOST_OBLONG < ratio < MOST_OBLONG
    width = frame.width if is_square else round(ratio * frame.width)
    quarter_turns = round(frame.rotation / 90)
    picture = frame.to_ndarray(format="rgb24", width=width, height=frame.height)
    return np.ascontiguousarray(np.rot90(picture, quarter_turns))
