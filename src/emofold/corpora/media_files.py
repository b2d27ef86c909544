"""The video and audio files below a folder."""

import os
from dataclasses import dataclass
from pathlib import Path

from emofold.errors import InputError

VIDEO = {".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".wmv", ".flv"}
VIDEO |= {".3gp", ".mts", ".m2ts", ".mxf", ".ogv", ".vob"}
AUDIO = {".wav", ".flac", ".mp3", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".wma", ".amr"}
AUDIO |= {".aif", ".aiff", ".au", ".caf"}


@dataclass(frozen=True)
class FoundFiles:
    """The media files below a folder, as seen from there, sorted; and all other files."""

    media: list[Path]
    others: list[Path]


def find_media(folder: Path) -> FoundFiles:
    """Return the files below a folder, told apart by their endings.

    Hidden files and folders are passed over, such as the ``._clip.mp4`` that macOS leaves beside a
    clip. Links to folders are followed, each folder once.

    Raises
    ------
    InputError
        When a folder cannot be read.
    """
    media: list[Path] = []
    others: list[Path] = []
    visited: set[str] = set()
    for parent, folders, files in os.walk(folder, onerror=_refuse, followlinks=True):
        real = os.path.realpath(parent)
        if real in visited:
            folders.clear()
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in files:
            path = Path(parent, name).relative_to(folder)
            if not name.startswith("."):
                (media if path.suffix.lower() in VIDEO | AUDIO else others).append(path)
    return FoundFiles(sorted(media), sorted(others))


def _refuse(error: OSError) -> None:
    raise InputError(
        f"the folder {error.filename}, which cannot be read ({error.strerror})",
        "folders that can be read",
        "change its permissions, or move it elsewhere",
    ) from error
