"""What a media file holds, by its header alone: quick, and no promise that it can be decoded."""

from dataclasses import dataclass
from pathlib import Path

import av
from av.stream import Disposition

from emofold.media.audio import DURATION_IS_GUESSED
from emofold.media.containers import opened
from emofold.media.video import TEXT_AS_PICTURES


@dataclass(frozen=True)
class Contents:
    """What a media file holds.

    Attributes
    ----------
    has_sound, has_pictures
        Whether it has a sound track, and moving pictures; a cover is no moving picture.
    seconds
        How long it says it is; None where it does not say.
    """

    has_sound: bool
    has_pictures: bool
    seconds: float | None


def contents_of(path: Path) -> Contents:
    """Return what a media file holds.

    Raises
    ------
    InputError
        When the file is missing, empty, or no media file.
    """
    with opened(path) as container:
        pictures = [
            stream
            for stream in container.streams.video
            if not stream.disposition & Disposition.attached_pic
            and stream.codec_context.name != TEXT_AS_PICTURES
        ]
        is_stated = container.duration and container.format.name not in DURATION_IS_GUESSED
        seconds = container.duration / av.time_base if is_stated and container.duration else None
        return Contents(bool(container.streams.audio), bool(pictures), seconds)
