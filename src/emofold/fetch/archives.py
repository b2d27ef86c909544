"""Zip archives: downloaded, and unpacked only where their files belong."""

import logging
import lzma
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from emofold.errors import InputError, counted, listing
from emofold.fetch.download import Content, download

# What zipfile raises for an archive that is damaged, encrypted or packed in an unknown way
DAMAGE = (
    *(zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError),
    *(UnicodeDecodeError, lzma.LZMAError, zlib.error),
)
LARGEST_FILE = 64 * 1024**2
FETCH_AGAIN = "delete the archive and run the workflow again, or name a local folder as the source"

logger = logging.getLogger(__name__)


def fetch_files(
    source: str, archive: Mapping[str, Any], files: Iterable[str], folder: Path, *, keep: bool
) -> None:
    """Download an archive, unpack files of it into a folder, and delete it.

    An archive that is here and whole, since it is kept or its unpacking failed, is not downloaded
    again.

    Parameters
    ----------
    source
        The address that the archive is below.
    archive
        Its `path` below the address, its size in `bytes` and its `md5`.
    files
        The wanted files, as paths below the folder.
    folder
        The folder, which holds nothing else afterwards.
    keep
        Whether the archive stays.

    Raises
    ------
    InputError
        When the archive cannot be had or is not what it should be.
    """
    downloads = folder.with_name("downloads")
    local = downloads / archive["path"]
    content = Content(archive["md5"], "md5", archive["bytes"])
    if not content.is_in(local):
        download(source, {archive["path"]: content}, downloads)
    unpack(local, {Path(file).name: str(Path(file).relative_to(folder)) for file in files}, folder)
    if not keep:
        local.unlink()
    logger.info("unpacked %s into %s", local.name, folder)


def unpack(archive: Path, targets: Mapping[str, str], folder: Path) -> None:
    """Unpack files of a zip archive into a folder: all that are wanted, or none.

    Parameters
    ----------
    archive
        The archive. Files in it that nobody wants are left there.
    targets
        Where each wanted file goes below the folder, by its name without folders.
    folder
        The folder, which holds nothing else afterwards.

    Raises
    ------
    InputError
        When it is no whole archive, a name in it leads out of the folder, a wanted file is missing,
        there twice, or larger than 64 MiB.
    """
    partial = folder.with_name(f".{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as opened:
            for member in _members(opened, targets, archive):
                target = partial / targets[PurePosixPath(member.filename).name]
                target.parent.mkdir(parents=True, exist_ok=True)
                with opened.open(member) as source, target.open("wb") as file:
                    shutil.copyfileobj(source, file)
        shutil.rmtree(folder, ignore_errors=True)
        partial.replace(folder)
    except DAMAGE as error:
        raise InputError(
            f"{archive} of {archive.stat().st_size} bytes cannot be unpacked ({error})",
            "a whole zip archive",
            FETCH_AGAIN,
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _members(
    opened: zipfile.ZipFile, wanted: Collection[str], archive: Path
) -> list[zipfile.ZipInfo]:
    """Return the one file of each wanted name, whatever folder of the archive it is in."""
    files = [(PurePosixPath(m.filename).name, m) for m in opened.infolist() if not m.is_dir()]
    found = {name: member for name, member in files if name in wanted}
    count = Counter(name for name, _ in files)
    _refuse(map(repr, filter(_leads_out, opened.namelist())), "leading out of", archive)
    _refuse((name for name in wanted if not count[name]), "missing in", archive)
    _refuse((name for name in wanted if count[name] > 1), "there twice in", archive)
    too_large = (name for name, member in found.items() if member.file_size > LARGEST_FILE)
    _refuse(too_large, "too large in", archive)
    return list(found.values())


def _refuse(names: Iterable[str], problem: str, archive: Path) -> None:
    """Raise an :class:`InputError` if there are names with a problem."""
    named = list(names)
    if named:
        raise InputError(
            f"{counted(len(named), 'file')} {problem} {archive}: {listing(named)}",
            "the files that the archive is known for, below one folder",
            FETCH_AGAIN,
        )


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or any(":" in part for part in path.parts[:1])
