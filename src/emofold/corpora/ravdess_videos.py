"""The videos of RAVDESS: of the archive of each actor the spoken clips with sound are unpacked."""

import logging
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import tenacity

from emofold.corpora.ravdess import ACTORS
from emofold.corpora.ravdess_files import VIDEOS
from emofold.errors import InputError, counted
from emofold.fetch.archives import unpack
from emofold.fetch.download import Content, download, measure_download
from emofold.fetch.http import RETRY
from emofold.fetch.zenodo import list_files
from emofold.files import atomic_write, sha256

logger = logging.getLogger(__name__)

LONG_RETRY = RETRY.copy(stop=tenacity.stop_after_attempt(10))
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
class Destination:
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

    @property
    def downloads(self) -> Path:
        """The folder of the archives while they are here: on the disk that the videos go to."""
        folder = self.folder.resolve() if self.folder.is_symlink() else self.folder
        return folder.with_name("downloads")

    def videos(self, actor: str) -> list[Path]:
        """Return the videos of an actor."""
        return [Path(path) for path in VIDEOS.paths_of_actor(str(self.folder), actor)]

    def has_all(self, actor: str) -> bool:
        """Return whether there is a file for each video of an actor."""
        return all(path.is_file() for path in self.videos(actor))

    def checksums(self, actor: str) -> Path:
        """Return the file that has the SHA-256 of each video of an actor, as sha256sum reads it."""
        return self.folder / f"Actor_{actor}.sha256"

    def compute_checksums(self, actor: str) -> str:
        """Return what that file says of the videos that are there."""
        return "".join(
            f"{sha256(path)}  {path.relative_to(self.folder).as_posix()}\n"
            for path in self.videos(actor)
        )

    def is_complete(self, actor: str) -> bool:
        """Return whether the videos of an actor are those that were unpacked from the archive."""
        known = self.checksums(actor)
        return (
            known.is_file()
            and self.has_all(actor)
            and known.read_text(encoding="utf-8") == self.compute_checksums(actor)
        )


def fetch_videos(
    actor: str,
    source: str,
    archives: VideoArchives,
    destination: Destination,
    retry: tenacity.Retrying = LONG_RETRY,
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
    destination
        Where the videos go.
    retry
        When to ask again, and when to give up.

    Raises
    ------
    InputError
        When there is no disk space for all videos that are still to come, or when the archive
        cannot be had or is not what it should be. Then nothing of it is unpacked.
    """
    if destination.is_complete(actor):
        logger.info("the videos of actor %s are here already", actor)
        return
    base = f"{source.rstrip('/')}/"
    listed = list_files(urljoin(base, archives.record), retry)
    check_disk_space(actor, archives, listed, destination)
    name = archives.name.format(actor=actor)
    content = listed.get(name, Content())
    if content.checksum is None:
        logger.warning("no known checksum of %s: its size and its own checksums must do", name)
    archive = destination.downloads / name
    if not content.is_in(archive):
        download(urljoin(base, archives.files), {name: content}, destination.downloads, retry)
    _unpack(archive, content, destination, actor)
    if not destination.keep:
        archive.unlink()
    logger.info("unpacked %s into %s", name, destination.folder)


def _unpack(archive: Path, content: Content, destination: Destination, actor: str) -> None:
    videos = destination.videos(actor)
    try:
        unpack(archive, {path.name: path.name for path in videos}, videos[0].parent)
    except InputError as error:
        if content.checksum is not None:
            raise
        archive.unlink()
        remedy = f"run the same command again, which downloads the archive anew, or {LOCAL_VIDEOS}"
        raise InputError(error.found, error.expected, remedy) from error
    with atomic_write(destination.checksums(actor)) as partial:
        partial.write_text(destination.compute_checksums(actor), encoding="utf-8")


def check_disk_space(
    actor: str,
    archives: VideoArchives,
    listed: Mapping[str, Content],
    destination: Destination,
) -> None:
    """Raise an :class:`InputError` unless the disk has space for all videos still to come.

    Archives that do not stay are counted as often as they can be here at once: one per core.
    """
    destination.folder.mkdir(parents=True, exist_ok=True)
    sizes, here = [], 0
    for number in ACTORS:
        other = f"{number:02d}"
        if other == actor or not destination.has_all(other):
            name = archives.name.format(actor=other)
            size = listed.get(name, Content()).size or archives.bytes
            sizes.append(size)
            here += min(size, measure_download(destination.downloads / name))
    at_once = len(sizes) if destination.keep else os.cpu_count() or 1
    unpacked = round(UNPACKED_SHARE * sum(sizes))
    downloaded = max(0, sum(sorted(sizes, reverse=True)[:at_once]) - here)
    stay = "to stay" if destination.keep else "for a while"
    free = shutil.disk_usage(destination.folder).free
    if free < downloaded + unpacked:
        raise InputError(
            f"{_gigabytes(free)} free on the disk of {destination.folder.absolute()}",
            f"{_gigabytes(downloaded + unpacked)} for the videos of {counted(len(sizes), 'actor')} "
            f"that are still to come: {_gigabytes(unpacked)} of videos and, "
            f"{stay}, {_gigabytes(downloaded)} of archives",
            f"free disk space, run the workflow in a folder of another disk, or {LOCAL_VIDEOS}",
        )
    logger.info("%s free, %s needed", _gigabytes(free), _gigabytes(downloaded + unpacked))


def _gigabytes(count: float) -> str:
    return f"{count / 1e9:.1f} GB"
