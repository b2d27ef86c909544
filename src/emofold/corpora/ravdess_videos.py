"""The videos of RAVDESS: an archive an actor, of which the spoken clips with sound are unpacked."""

import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from emofold.corpora.ravdess_files import ACTORS, VIDEOS
from emofold.errors import InputError, counted
from emofold.fetch.archives import unpack
from emofold.fetch.http import Content, download, size_here
from emofold.fetch.retry import Patience
from emofold.fetch.zenodo import listed_files
from emofold.files import atomic_write, sha256

logger = logging.getLogger(__name__)

LONG_PATIENCE = Patience(attempts=10)
# An archive holds each clip twice, with and without sound, and next to no air.
UNPACKED_SHARE = 0.6
LOCAL_VIDEOS = "name a folder with the videos as `ravdess: videos`"


@dataclass(frozen=True)
class VideoArchives:
    """Where the archives are, and what they are called.

    Attributes
    ----------
    files
        The address that they are below, seen from the source.
    record
        The address of what their publisher says of them, seen from the source.
    name
        The name of an archive, with ``{actor}`` for the two digits of the actor.
    bytes
        About the size of the largest, for when the record cannot be had.
    """

    files: str
    record: str
    name: str
    bytes: int


@dataclass(frozen=True)
class Place:
    """Where the videos go.

    Attributes
    ----------
    folder
        The folder that the folder of each actor is in.
    keep
        Whether the archives stay, in the folder `downloads` beside it.
    """

    folder: Path
    keep: bool

    def archive(self, name: str) -> Path:
        """Return where an archive lies while it is here: on the disk that the videos go to."""
        folder = self.folder.resolve() if self.folder.is_symlink() else self.folder
        return folder.with_name("downloads") / name

    def videos(self, actor: str) -> list[Path]:
        """Return the videos of an actor."""
        return [Path(path) for path in VIDEOS.of_actor(str(self.folder), actor)]

    def checksums(self, actor: str) -> Path:
        """Return the file that has the SHA-256 of each video of an actor, as sha256sum reads it."""
        return self.folder / f"Actor_{actor}.sha256"


def fetch_videos(
    actor: str,
    source: str,
    archives: VideoArchives,
    place: Place,
    patience: Patience = LONG_PATIENCE,
) -> None:
    """Download the archive of an actor and unpack the 60 videos, unless they are here already.

    Parameters
    ----------
    actor
        The actor, as two digits.
    source
        The address that the archives are below, such as ``https://zenodo.org/records``.
    archives
        Where they are below it.
    place
        Where the videos go.
    patience
        How long to try.

    Raises
    ------
    InputError
        When there is no room for all videos that are still to come, or when the archive cannot be
        had or is not what it should be. Then nothing of it is unpacked.
    """
    if _are_whole(actor, place):
        logger.info("the videos of actor %s are here already", actor)
        return
    base = f"{source.rstrip('/')}/"
    listed = listed_files(urljoin(base, archives.record), patience)
    check_room(actor, archives, listed, place)
    name = archives.name.format(actor=actor)
    content = listed.get(name, Content())
    if content.checksum is None:
        logger.warning("no known checksum of %s: its size and its own checksums must do", name)
    local = place.archive(name)
    if not content.is_in(local):
        download(urljoin(base, f"{archives.files}/{name}"), local, content, patience)
    _unpack(local, content, place, actor)
    if not place.keep:
        local.unlink()
    logger.info("unpacked %s into %s", name, place.folder)


def _unpack(local: Path, content: Content, place: Place, actor: str) -> None:
    videos = place.videos(actor)
    folder = videos[0].parent
    try:
        unpack(local, {path.name: path.name for path in videos}, folder)
    except InputError as error:
        if content.checksum is not None:
            raise
        local.unlink()
        remedy = f"run the same command again, which downloads the archive anew, or {LOCAL_VIDEOS}"
        raise InputError(error.found, error.expected, remedy) from error
    with atomic_write(place.checksums(actor)) as partial:
        partial.write_text(_as_sha256sum(place, actor), encoding="utf-8")


def _are_whole(actor: str, place: Place) -> bool:
    """Return whether the videos of an actor are those that were unpacked from the archive."""
    known, videos = place.checksums(actor), place.videos(actor)
    if not known.is_file() or not all(path.is_file() for path in videos):
        return False
    return known.read_text(encoding="utf-8") == _as_sha256sum(place, actor)


def _as_sha256sum(place: Place, actor: str) -> str:
    return "".join(
        f"{sha256(path)}  {path.relative_to(place.folder).as_posix()}\n"
        for path in place.videos(actor)
    )


def check_room(
    actor: str, archives: VideoArchives, listed: Mapping[str, Content], place: Place
) -> None:
    """Raise an :class:`InputError` unless there is room for all videos that are still to come.

    Archives that do not stay are counted as often as they can be here at once: one a core.
    """
    place.folder.mkdir(parents=True, exist_ok=True)
    sizes, here = [], 0
    for other in _to_come(actor, place):
        name = archives.name.format(actor=other)
        size = listed.get(name, Content()).size or archives.bytes
        sizes.append(size)
        here += min(size, size_here(place.archive(name)))
    at_once = len(sizes) if place.keep else os.cpu_count() or 1
    unpacked = round(UNPACKED_SHARE * sum(sizes))
    downloaded = max(0, sum(sorted(sizes, reverse=True)[:at_once]) - here)
    free = shutil.disk_usage(place.folder).free
    if free < downloaded + unpacked:
        raise InputError(
            f"{_gigabytes(free)} free on the disk of {place.folder.absolute()}",
            f"{_gigabytes(downloaded + unpacked)} for the videos of {counted(len(sizes), 'actor')} "
            f"that are still to come: {_gigabytes(unpacked)} of videos and, "
            f"{'to stay' if place.keep else 'for a while'}, {_gigabytes(downloaded)} of archives",
            "make room, run the workflow in a folder of another disk, or name a folder "
            "with the videos as `ravdess: videos`",
        )
    logger.info("%s free, %s needed", _gigabytes(free), _gigabytes(downloaded + unpacked))


def _to_come(actor: str, place: Place) -> Iterator[str]:
    for number in ACTORS:
        other = f"{number:02d}"
        if other == actor or not all(path.is_file() for path in place.videos(other)):
            yield other


def _gigabytes(count: float) -> str:
    return f"{count / 1e9:.1f} GB"
