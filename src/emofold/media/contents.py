"""What a media file holds, by its header alone: quick, and no promise that it can be decoded."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import av

from emofold.errors import InputError
from emofold.media.audio import DURATION_IS_GUESSED
from emofold.media.containers import opened
from emofold.media.tracks import picture_track


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
        is_stated = container.duration and container.format.name not in DURATION_IS_GUESSED
        seconds = container.duration / av.time_base if is_stated and container.duration else None
        has_pictures = picture_track(container) is not None
        return Contents(bool(container.streams.audio), has_pictures, seconds)


def seconds_by_header(path: Path) -> float:
    """Return how long a file says it is; 0 where it does not say, or is no media file."""
    try:
        return contents_of(path).seconds or 0.0
    except InputError:
        return 0.0


def branches_of(contents: Sequence[Contents]) -> tuple[bool, bool]:
    """Return whether the clips are to have sound, and pictures: both, if that leaves most of them.

    Otherwise it is what more of the files have, so that a single odd one decides nothing.
    """
    sound = sum(one.has_sound for one in contents)
    pictures = sum(one.has_pictures for one in contents)
    both = sum(one.has_sound and one.has_pictures for one in contents)
    if both and both >= max(sound, pictures) / 2:
        return True, True
    return sound > pictures, 0 < pictures >= sound
