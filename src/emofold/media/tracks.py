"""The tracks of a media file that a player shows: which, from when on, and how long."""

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

TEXT_AS_PICTURES = "ansi"  # the decoder that draws a plain text file


def find_picture_track(container: InputContainer) -> VideoStream | None:
    """Return the first moving pictures of a file; the cover of a song is none, nor is a text."""
    for stream in container.streams.video:
        is_cover = bool(stream.disposition & Disposition.attached_pic)
        if not is_cover and stream.codec_context.name != TEXT_AS_PICTURES:
            return stream
    return None


def find_sound_track(container: InputContainer) -> AudioStream | None:
    """Return the sound of a file."""
    stream = container.streams.best("audio")
    return stream if isinstance(stream, AudioStream) else None


def find_start(container: InputContainer) -> float:
    """Return the time in the file at which its first track begins, which players show as zero."""
    tracks = (find_picture_track(container), find_sound_track(container))
    return min((_start(track) for track in tracks if track is not None), default=0.0)


def read_stated_duration(track: VideoStream | AudioStream) -> float | None:
    """Return how many seconds a track says that it lasts; None where it does not say."""
    if track.duration is not None and track.time_base is not None:
        return float(track.duration * track.time_base)
    if stated := track.metadata.get("DURATION"):  # Matroska: hours:minutes:seconds, from zero on
        hours, minutes, seconds = map(float, stated.split(":"))
        return 3600 * hours + 60 * minutes + seconds - max(0.0, _start(track))
    return None


def _start(track: VideoStream | AudioStream) -> float:
    if track.start_time is None or track.time_base is None:
        return 0.0
    return float(track.start_time * track.time_base)
