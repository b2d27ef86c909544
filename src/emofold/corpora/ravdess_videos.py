"""The videos of RAVDESS: an archive an actor, of which the spoken clips with sound are unpacked."""

import logging
from pathlib import Path
from urllib.parse import urljoin

from emofold.checksums import sha256
from emofold.corpora.archives import unpack
from emofold.corpora.downloads import Content, download
from emofold.corpora.patience import Patience
from emofold.corpora.video_archives import Place, VideoArchives
from emofold.corpora.video_room import check_room
from emofold.corpora.zenodo import listed_files
from emofold.errors import InputError
from emofold.tables import written_whole

logger = logging.getLogger(__name__)

LONG_PATIENCE = Patience(attempts=10)
LOCAL_VIDEOS = "name a folder with the videos as `ravdess: videos`"


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
    with written_whole(place.checksums(actor)) as partial:
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
