"""Files that a web page can play: a recording as it is, or a reduced copy of it."""

from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer

from emofold.errors import InputError
from emofold.media.containers import MAX_DURATION, open_media
from emofold.media.reduced_copy import write_copy
from emofold.media.tracks import find_picture_track, find_sound_track, find_start

MAX_BYTES = 32 * 2**20
MAX_START = 0.05  # seconds; a player would begin a later file in its midst
WEBM_MARK = b"webm"
HEADER_BYTES = 64
PICTURE_FORMATS = {"yuv420p", "yuvj420p"}
PCM = {"pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_f32le"}
VIDEO_THAT_PLAYS = {  # the codecs of pictures, and those of sound
    "video/mp4": ({"h264"}, {"aac", "mp3"}),
    "video/webm": ({"vp8", "vp9"}, {"opus", "vorbis"}),
}
AUDIO_THAT_PLAYS = {
    "audio/wav": PCM,
    "audio/mpeg": {"mp3"},
    "audio/flac": {"flac"},
    "audio/mp4": {"aac", "mp3"},
    "audio/webm": {"opus", "vorbis"},
}
SHARE_FOR_STREAMS = 0.95  # the rest is for the container, and for bursts


@dataclass(frozen=True)
class Playable:
    """A file that browsers play.

    Attributes
    ----------
    path
        The file.
    media_type
        What it is, such as ``video/mp4`` or ``audio/wav``.
    is_copy
        Whether this is a reduced copy; otherwise it is the recording itself.
    """

    path: Path
    media_type: str
    is_copy: bool


def make_playable(path: Path, copy: Path, max_bytes: int = MAX_BYTES) -> Playable | None:
    """Return a file of what a media file shows that browsers play.

    A file that they play is named as it is, unless it is too large. Of any other, a copy is made:
    H.264 with the shorter side of the picture at most 360 pixels long, upright, and AAC in mono,
    as long as the original and with the same times, counted from where the file begins. A long
    video gets a lower bit rate, and fewer lines, so that the copy does not become too large.

    Parameters
    ----------
    path
        A video or audio file.
    copy
        Where the copy goes, if one is needed.
    max_bytes
        How large the file may be.

    Returns
    -------
    Playable or None
        None, and no copy, where one that is small enough would be too bad: below 80 kbit a second
        for pictures, which for 32 MiB means longer than about 40 minutes.

    Raises
    ------
    InputError
        When the file cannot be decoded, or has neither pictures nor sound.
    """
    with open_media(path) as container:
        media_type = _find_playable_type(container, path)
        length = container.duration
    if media_type and path.stat().st_size <= max_bytes:
        return Playable(path, media_type, is_copy=False)
    duration = length / av.time_base if length else MAX_DURATION
    rate = round(SHARE_FOR_STREAMS * 8 * max_bytes / duration)
    try:
        media_type = write_copy(path, copy, rate)
    except InputError:
        copy.unlink(missing_ok=True)
        raise
    if media_type is None or copy.stat().st_size > max_bytes:
        copy.unlink(missing_ok=True)
        return None
    return Playable(copy, media_type, is_copy=True)


def _find_playable_type(container: InputContainer, path: Path) -> str | None:
    """Return the media type of a file that browsers play; None where they do not."""
    pictures, sound = find_picture_track(container), find_sound_track(container)
    if abs(find_start(container)) > MAX_START:
        return None
    heard = None if sound is None else sound.codec_context.codec.canonical_name
    kind = _name_container(container, path)
    if pictures is None:
        media_type = "audio/mpeg" if kind == "mp3" else f"audio/{kind}"
        return media_type if heard in AUDIO_THAT_PLAYS.get(media_type, ()) else None
    media_type = f"video/{kind}"
    codecs, sounds = VIDEO_THAT_PLAYS.get(media_type, (set(), set()))
    plays = (
        pictures.codec_context.codec.canonical_name in codecs
        and pictures.codec_context.pix_fmt in PICTURE_FORMATS
        and (heard is None or heard in sounds)
    )
    return media_type if plays else None


def _name_container(container: InputContainer, path: Path) -> str:
    names = container.format.name.split(",")
    if "webm" in names:  # Matroska too is read under this name
        with path.open("rb") as file:
            return "webm" if WEBM_MARK in file.read(HEADER_BYTES) else "matroska"
    return "mp4" if "mp4" in names else names[0]
