"""The archives of the videos of RAVDESS, and where what is in them goes."""

from dataclasses import dataclass
from pathlib import Path

from emofold.corpora.ravdess_files import VIDEOS


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
