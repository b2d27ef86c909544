"""Archives whose files are unpacked only where they belong."""

import logging
import lzma
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from emofold.errors import InputError, counted, listing
from emofold.fetch.http import Content, download

DAMAGE = (
    *(zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError),
    *(UnicodeDecodeError, lzma.LZMAError, zlib.error),
)
LARGEST_FILE = 64 * 1024**2
ANEW = "delete the archive and run the workflow again, or name a local folder as the source"

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
    local = folder.with_name("downloads") / archive["path"]
    content = Content(archive["md5"], "md5", archive["bytes"])
    if not content.is_in(local):
        download(f"{source.rstrip('/')}/{quote(archive['path'])}", local, content)
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
            for member in _wanted(opened, targets, archive):
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
            ANEW,
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _wanted(
    opened: zipfile.ZipFile, targets: Mapping[str, str], archive: Path
) -> list[zipfile.ZipInfo]:
    escaping = [name for name in opened.namelist() if _leads_out(name)]
    if escaping:
        raise InputError(
            f"{counted(len(escaping), 'name')} in {archive} that lead out of it: "
            f"{listing(map(repr, escaping))}",
            "names of files below one folder",
            ANEW,
        )
    found: dict[str, list[zipfile.ZipInfo]] = {name: [] for name in targets}
    for member in opened.infolist():
        name = PurePosixPath(member.filename).name
        if name in found and not member.is_dir():
            found[name].append(member)
    for problem, names in (
        ("missing", [name for name, members in found.items() if not members]),
        ("there twice", [name for name, members in found.items() if len(members) > 1]),
        (
            "too large",
            [n for n, ms in found.items() if any(m.file_size > LARGEST_FILE for m in ms)],
        ),
    ):
        if names:
            raise InputError(
                f"{counted(len(names), 'file')} {problem} in {archive}: {listing(names)}",
                f"the {len(targets)} files that the archive is known for",
                ANEW,
            )
    return [members[0] for members in found.values()]


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or any(":" in part for part in path.parts[:1])
