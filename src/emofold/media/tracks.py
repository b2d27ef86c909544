"""The tracks of a media file that a player shows, and when they begin."""

from pathlib import Path

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from emofold.media.containers import opened

TEXT_AS_PICTURES = "ansi"  # the decoder that draws a plain text file


def picture_track(container: InputContainer) -> VideoStream | None:
    """Return the first moving pictures of a file; the cover of a song is none, nor is a text."""
    for stream in container.streams.video:
        is_cover = bool(stream.disposition & Disposition.attached_pic)
        if not is_cover and stream.codec_context.name != TEXT_AS_PICTURES:
            return stream
    return None


def sound_track(container: InputContainer) -> AudioStream | None:
    """Return the sound of a file."""
    stream = container.streams.best("audio")
    return stream if isinstance(stream, AudioStream) else None


def begin_of(container: InputContainer) -> float:
    """Return the time in the file at which its first track begins, which players show as zero."""
    tracks = (picture_track(container), sound_track(container))
    return min((_start(track) for track in tracks if track is not None), default=0.0)


def track_starts(path: Path) -> tuple[float, float]:
    """Return when the pictures and when the sound begin, in seconds of a player.

    Of most files both begin at zero. Times of :func:`emofold.media.video.read_frames` are counted
    from the first picture, and the samples of :func:`emofold.media.audio.decode_audio` from the
    first sound: these are what must be added to them to get the time at which a player shows them.
    A track that is missing begins at zero.

    Raises
    ------
    InputError
        When the file cannot be decoded.
    """
    with opened(path) as container:
        begin = begin_of(container)
        pictures, sound = (
            0.0 if track is None else _start(track) - begin
            for track in (picture_track(container), sound_track(container))
        )
    return pictures, sound


def _start(track: VideoStream | AudioStream) -> float:
    if track.start_time is None or track.time_base is None:
        return 0.0
    return float(track.start_time * track.time_base)
