"""The tracks of a media file that a player shows: which, from when on, and how long.

What a file says of itself is hearsay: it may be missing, absurd, or contradict itself. Nothing here
believes more than the file can hold.
"""

import re

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from emofold.media.containers import MAX_DURATION

TEXT_AS_PICTURES = "ansi"  # the decoder that draws a plain text file
MAX_OFFSET = MAX_DURATION  # seconds between the starts of two tracks; beyond, it is a mistake
MIN_BYTES_A_SECOND = 250
DURATION_IS_GUESSED = {  # from the bit rate of the first packets
    "aac",
    "ac3",
    "amr",
    "amrnb",
    "amrwb",
    "dts",
    "eac3",
    "loas",
    "mlp",
    "mp3",
    "truehd",
}
TAG_TOLERANCE = 0.1  # seconds
DURATION_IS_A_TAG = {"flv"}
STATED = re.compile(r"(\d+):(\d+):(\d+(?:\.\d+)?)", re.ASCII)  # hours, minutes, seconds


def find_picture_track(container: InputContainer) -> VideoStream | None:
    """Return the first moving pictures of a file that can be decoded.

    The cover of a song is none, nor is a text.
    """
    for stream in list_picture_tracks(container):
        if stream.codec_context is not None:
            return stream
    return None


def list_picture_tracks(container: InputContainer) -> list[VideoStream]:
    """Return the moving pictures of a file, also those that nothing here decodes."""
    return [
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic
        and (stream.codec_context is None or stream.codec_context.name != TEXT_AS_PICTURES)
    ]


def find_sound_track(container: InputContainer) -> AudioStream | None:
    """Return the sound of a file: the first of its sound tracks."""
    return next(iter(list_sound_tracks(container)), None)


def list_sound_tracks(container: InputContainer) -> list[AudioStream]:
    """Return the sound tracks of a file that can be decoded, the one that players play first."""
    best = container.streams.best("audio")
    decodable = [stream for stream in container.streams.audio if stream.codec_context is not None]
    return sorted(decodable, key=lambda stream: stream is not best)


def find_zero(container: InputContainer, track: VideoStream | AudioStream) -> float:
    """Return the time in a file that players show as zero, by the clock of one of its tracks.

    It is the time at which the first track begins. A track that begins later than any clip lasts
    has another clock, and begins at zero by that.
    """
    tracks = (find_picture_track(container), find_sound_track(container))
    zero = min((_start(one) for one in tracks if one is not None), default=0.0)
    start = _start(track)
    return zero if abs(start - zero) <= MAX_OFFSET else start


def read_length(container: InputContainer) -> float | None:
    """Return how many seconds a file says that it lasts; None where it does not say."""
    if container.format.name in DURATION_IS_GUESSED:
        return None
    return guess_length(container)


def guess_length(container: InputContainer) -> float | None:
    """Return how many seconds a file lasts, to go by its bit rate where it does not say."""
    return believe_duration((container.duration or 0) / av.time_base, container)


def read_stated_duration(
    container: InputContainer, track: VideoStream | AudioStream
) -> float | None:
    """Return how many seconds a track says that it lasts; None where it does not say.

    A tag that says more than the file lasts is of another file.
    """
    if container.format.name in DURATION_IS_GUESSED:
        return None
    length = read_length(container)
    if track.duration is not None and track.time_base is not None:
        stated = float(track.duration * track.time_base)
        return believe_duration(stated if length is None else min(stated, length), container)
    tag = STATED.fullmatch(track.metadata.get("DURATION", "").strip())  # of Matroska
    if tag is None:
        return None
    hours, minutes, seconds = map(float, tag.groups())
    stated = 3600 * hours + 60 * minutes + seconds - max(0.0, _start(track))
    if length is not None and stated > length + TAG_TOLERANCE:
        return None
    return believe_duration(stated, container)


def believe_duration(duration: float, container: InputContainer) -> float | None:
    """Return a duration, unless a file has too few bytes for it, or it is none."""
    return duration if 0 < duration <= container.size / MIN_BYTES_A_SECOND else None


def _start(track: VideoStream | AudioStream) -> float:
    if track.start_time is None or track.time_base is None:
        return 0.0
    return float(track.start_time * track.time_base)
