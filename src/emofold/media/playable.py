"""What a web page can play: a media file as it is, or a reduced copy of it."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer

from emofold.media.containers import LONGEST_SECONDS, opened
from emofold.media.reduced_copy import write_copy
from emofold.media.tracks import begin_of, picture_track, sound_track

MOST_BYTES = 32 * 2**20
LATEST_BEGIN_SECONDS = 0.05  # a player would begin a later file in its midst
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
    """The bytes of a file that browsers play.

    Attributes
    ----------
    data
        The whole file.
    media_type
        What it is, such as ``video/mp4`` or ``audio/wav``.
    is_copy
        Whether this is a reduced copy; otherwise it is the file itself.
    """

    data: bytes
    media_type: str
    is_copy: bool


def as_playable(path: Path, most_bytes: int = MOST_BYTES) -> Playable | None:
    """Return a media file as browsers play it.

    A file that they play is given as it is, unless it is too large. Of any other, a copy is made:
    H.264 with the shorter side of the picture at most 360 pixels long, upright, and AAC in mono,
    as long as the original and with the same times, counted from where the file begins. A long
    video gets a lower bit rate, and fewer lines, so that the copy does not become too large.

    Parameters
    ----------
    path
        A video or audio file.
    most_bytes
        What the player may weigh.

    Returns
    -------
    Playable or None
        None where a copy that is small enough would be too bad: below 80 kbit a second for
        pictures, which for 32 MiB means longer than about 40 minutes.

    Raises
    ------
    InputError
        When the file cannot be decoded, or has neither pictures nor sound.
    """
    with opened(path) as container:
        media_type = _type_that_plays(container, path)
        length = container.duration
    if media_type and path.stat().st_size <= most_bytes:
        return Playable(path.read_bytes(), media_type, is_copy=False)
    seconds = length / av.time_base if length else LONGEST_SECONDS
    with tempfile.TemporaryDirectory(prefix="emofold-") as folder:
        copy = Path(folder) / "copy.mp4"
        rate = round(SHARE_FOR_STREAMS * 8 * most_bytes / seconds)
        media_type = write_copy(path, copy, rate)
        if media_type is None or copy.stat().st_size > most_bytes:
            return None
        return Playable(copy.read_bytes(), media_type, is_copy=True)


def _type_that_plays(container: InputContainer, path: Path) -> str | None:
    """Return the media type of a file that browsers play; None where they do not."""
    pictures, sound = picture_track(container), sound_track(container)
    if abs(begin_of(container)) > LATEST_BEGIN_SECONDS:
        return None
    heard = None if sound is None else sound.codec_context.codec.canonical_name
    kind = _kind_of_container(container, path)
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


def _kind_of_container(container: InputContainer, path: Path) -> str:
    names = container.format.name.split(",")
    if "webm" in names:  # Matroska too is read under this name
        with path.open("rb") as file:
            return "webm" if WEBM_MARK in file.read(HEADER_BYTES) else "matroska"
    return "mp4" if "mp4" in names else names[0]
