"""Small archives in the manner of those with the videos of RAVDESS, and a server that has them."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emofold.corpora.ravdess import list_clip_names
from emofold.corpora.ravdess_videos import VideoArchives

ARCHIVES = VideoArchives(
    files="1188976/files",
    record="../api/records/1188976",
    name="Video_Speech_Actor_{actor}.zip",
    bytes=1_000_000,
)
RECORD = "api/records/1188976"
CLIPS = [clip for clip in list_clip_names() if clip.endswith("-07")]


def path_of(actor: str) -> str:
    """Return where the server has the archive of an actor."""
    return f"records/{ARCHIVES.files}/{ARCHIVES.name.format(actor=actor)}"


def members_of(actor: str = "07") -> dict[str, bytes]:
    """Return what the archive of an actor holds: each clip with its sound, and without."""
    names = [f"{modality}{clip[2:-2]}{actor}" for modality in ("01", "02") for clip in CLIPS]
    return {f"Actor_{actor}/{name}.mp4": f"film {name}".encode() * 99 for name in names}


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return an archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return archive.getvalue()


def described(files: Mapping[str, bytes], **other: Any) -> bytes:
    """Return what the record says of archives, by their paths."""
    entries = [
        {"key": Path(path).name, "size": len(content), "checksum": f"md5:{md5(content)}", **other}
        for path, content in files.items()
    ]
    return json.dumps({"id": 1188976, "files": entries}).encode()


def md5(content: bytes) -> str:
    """Return a checksum as the record gives it."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
