"""What a media file holds by its header, which is read fast and promises nothing of the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emofold.errors import InputError, errors_of_one
from emofold.media.containers import open_media
from emofold.media.tracks import find_picture_track, find_sound_track, read_length


@dataclass(frozen=True)
class Contents:
    """What a media file holds.

    Attributes
    ----------
    has_sound, has_pictures
        Whether it has a sound track, and moving pictures, that can be decoded; a cover is no moving
        picture.
    duration
        How long it says it is, in seconds; None where it does not say.
    """

    has_sound: bool
    has_pictures: bool
    duration: float | None


def read_contents(path: Path) -> Contents:
    """Return what a media file holds.

    Raises
    ------
    InputError
        When the file is missing, empty, or no media file.
    """
    with open_media(path) as container:
        has_sound = find_sound_track(container) is not None
        has_pictures = find_picture_track(container) is not None
        return Contents(has_sound, has_pictures, read_length(container))


def read_duration(path: Path) -> float:
    """Return how many seconds a file says it lasts; 0 where it does not, or is no media."""
    try:
        with errors_of_one(path):
            return read_contents(path).duration or 0.0
    except InputError:
        return 0.0


def choose_modalities(contents: Sequence[Contents]) -> tuple[bool, bool]:
    """Return whether the clips are to have sound, and pictures: both, if that leaves most of them.

    Otherwise it is what more of the files have, so that a single odd one decides nothing.
    """
    sound = sum(one.has_sound for one in contents)
    pictures = sum(one.has_pictures for one in contents)
    both = sum(one.has_sound and one.has_pictures for one in contents)
    if both and both >= max(sound, pictures) / 2:
        return True, True
    return sound > pictures, 0 < pictures >= sound
