"""That a bundle's folder holds the files that its manifest knows, and nothing else."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from emofold.errors import InputError, listing
from emofold.files import check_sha256
from emofold.prediction.manifest import ANEW, MANIFEST

NOT_OF_THE_BUNDLE = {MANIFEST, ".snakemake_timestamp", ".DS_Store"}  # the last by macOS
READ_WHOLE = {".json", ".txt"}
MAX_BYTES_READ_WHOLE = 64 * 1024**2


def check_files(folder: Path, digests: Mapping[str, str]) -> None:
    """Raise an :class:`InputError` unless every file is there, and is the one that was written.

    Parameters
    ----------
    folder
        The folder of a bundle. No folder in it may be a link, which could lead anywhere.
    digests
        The SHA-256 of each file, by its path below the folder.
    """
    try:
        files = {file.relative_to(folder).as_posix() for file in _list_files(folder)}
        unknown = map(ascii, sorted(files - digests.keys() - NOT_OF_THE_BUNDLE))
        if names := listing(unknown):
            raise InputError(
                f"files in {folder} that its manifest does not know: {names}",
                "the files of the bundle alone",
                "move them elsewhere",
            )
        for file, digest in digests.items():
            check_sha256(folder / file, digest, ANEW)
    except OSError as error:
        raise InputError(
            f"{error.filename} in a bundle, which cannot be read ({error.strerror})",
            "files that may be read",
            f"have their rights changed by whom they belong to, or {ANEW}",
        ) from error


def _list_files(folder: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(folder, onerror=_raise):
        for name in folders:
            if (path := Path(where, name)).is_symlink():
                raise InputError(f"the link {path} to a folder", "folders of the bundle", ANEW)
        for name in files:
            path = Path(where, name)
            found = path.stat()
            if not stat.S_ISREG(found.st_mode):
                raise InputError(f"{path}, which is no regular file", "files of the bundle", ANEW)
            if path.suffix in READ_WHOLE and found.st_size > MAX_BYTES_READ_WHOLE:
                raise InputError(
                    f"{path} of {found.st_size} bytes",
                    f"at most {MAX_BYTES_READ_WHOLE} bytes of {path.suffix.removeprefix('.')}",
                    ANEW,
                )
            yield path


def _raise(error: OSError) -> None:
    raise error
