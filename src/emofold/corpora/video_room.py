"""Whether the disk has room for the videos of RAVDESS that are still to come."""

import logging
import os
import shutil
from collections.abc import Iterator, Mapping

from emofold.corpora.downloads import Content, size_here
from emofold.corpora.ravdess_files import ACTORS
from emofold.corpora.video_archives import Place, VideoArchives
from emofold.errors import InputError, counted

logger = logging.getLogger(__name__)

# An archive holds each clip twice, with and without sound, and next to no air.
UNPACKED_SHARE = 0.6


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
