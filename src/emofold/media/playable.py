"""Files that a web page can play: a recording as it is, or a reduced copy of it."""

from dataclasses import dataclass
from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream

from emofold.corpora.segments import WHOLE, Segment
from emofold.errors import InputError
from emofold.media.audio import choose_sound
from emofold.media.containers import MAX_DURATION, open_media
from emofold.media.orientations import Orientation, find_orientation
from emofold.media.reduced_copy import write_copy
from emofold.media.tracks import (
    find_picture_track,
    find_sound_track,
    find_zero,
    guess_length,
    list_sound_tracks,
)
from emofold.media.wav_headers import read_wav_header

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
LONGER_THAN_STATED, LONGER_BY = 2.0, 60.0  # how far a file may belie what it says of its length
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


def make_playable(
    path: Path, copy: Path, max_bytes: int = MAX_BYTES, segment: Segment = WHOLE
) -> Playable | None:
    """Return a file of what a media file shows that browsers play.

    A file that they play is named as it is, unless it is too large, or they would not play the
    sound that is heard, or not show the pictures upright. Of any other, a copy is made:
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
    segment
        What of it is to be played; a copy is made of anything but the whole.

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
        media_type = _find_playable_type(container, path) if segment.is_whole else None
        duration = segment.measure(guess_length(container) or MAX_DURATION)
    if media_type and path.stat().st_size <= max_bytes:
        return Playable(path, media_type, is_copy=False)
    longest = LONGER_THAN_STATED * duration + LONGER_BY
    rate = round(SHARE_FOR_STREAMS * 8 * max_bytes / (duration or MAX_DURATION))
    try:
        media_type = write_copy(path, copy, rate, longest, segment)
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
    tracks = [track for track in (pictures, sound) if track is not None]
    if any(abs(find_zero(container, track)) > MAX_START for track in tracks):
        return None
    if sound is not None and not _plays_what_is_heard(container, path):
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
        and _shows_upright(container, pictures, media_type)
    )
    return media_type if plays else None


def _plays_what_is_heard(container: InputContainer, path: Path) -> bool:
    """Return whether browsers, which play the first track as FFmpeg does, play what is heard."""
    header = read_wav_header(path)
    is_misread = header is not None and header.is_misread_by_ffmpeg
    return not is_misread and (len(list_sound_tracks(container)) == 1 or choose_sound(path)[0] == 0)


def _shows_upright(container: InputContainer, pictures: VideoStream, media_type: str) -> bool:
    """Return whether browsers show pictures upright: not all mirror them, and none turns a webm."""
    for frame in container.decode(pictures):
        orientation = find_orientation(frame)
        return orientation == Orientation() or (
            orientation.is_turned_only and media_type == "video/mp4"
        )
    return True


def _name_container(container: InputContainer, path: Path) -> str:
    names = container.format.name.split(",")
    if "webm" in names:  # Matroska too is read under this name
        with path.open("rb") as file:
            return "webm" if WEBM_MARK in file.read(HEADER_BYTES) else "matroska"
    return "mp4" if "mp4" in names else names[0]
