"""The record that a run leaves in its folder: its config, the media it reads, what it makes."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import yaml

from emofold.errors import InputError, counted
from emofold.files import atomic_write

RECORD = "run.yaml"


@dataclass(frozen=True)
class RunRecord:
    """What a run was started with.

    Attributes
    ----------
    config
        The complete config.
    media
        The digest of what decides each shared file, by the file's path.
    results
        The files that the run is for.
    """

    config: dict[str, Any]
    media: dict[str, str]
    results: list[str] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Write the record into the folder of the run's results."""
        with atomic_write(folder / RECORD) as partial:
            text = yaml.safe_dump(asdict(self), sort_keys=False, allow_unicode=True)
            partial.write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the record of the run whose results are in a folder.

        Raises
        ------
        InputError
            When there is none, or it is not what a run writes.
        """
        path = folder / RECORD
        try:
            found = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
            media = {str(file): str(digest) for file, digest in found["media"].items()}
            return cls(dict(found["config"]), media, [*map(str, found.get("results", []))])
        except (OSError, UnicodeError, yaml.YAMLError) as error:
            found = f"no readable {path} ({str(error).splitlines()[0]})"
        except (TypeError, KeyError, AttributeError, ValueError):
            found = f"{path}, which is no record of a run"
        raise InputError(
            found, "the record that each run leaves", f"run it again, or delete {folder}"
        )

    @classmethod
    def others_beside(cls, folder: Path) -> dict[str, Self]:
        """Return the readable records of the runs beside one, by their folders."""
        records = {}
        for path in sorted(folder.parent.glob(f"*/{RECORD}")):
            if path.parent.name != folder.name:
                with suppress(InputError):
                    records[path.parent.as_posix()] = cls.read(path.parent)
        return records


def digest_of(settings: Any) -> str:
    """Return a digest of settings, as json has them."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]


def disagreements(media: Mapping[str, str], others: Mapping[str, RunRecord]) -> list[str]:
    """Say which other runs make shared files otherwise than a run with these digests does.

    Parameters
    ----------
    media
        As in :class:`RunRecord`.
    others
        The records of other runs, by the folder of their results.
    """
    lines = []
    for folder, record in others.items():
        shared = [path for path in record.media if path in media]
        unlike = [path for path in shared if record.media[path] != media[path]]
        if unlike:
            lines.append(
                f"{folder} makes {counted(len(unlike), 'shared file')}, such as {unlike[0]}, of "
                "other clips or with other settings, and will do so again. To keep both, give the "
                "encoder or extractor another name, or set `corpus_name`."
            )
    return lines
