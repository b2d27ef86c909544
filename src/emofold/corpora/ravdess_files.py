"""The files of RAVDESS on disk: where a folder has one for each of the 1440 spoken clips."""

from dataclasses import dataclass
from pathlib import Path

from emofold.corpora.media_files import find_media
from emofold.corpora.ravdess import ACTORS, list_clip_names
from emofold.errors import InputError, counted, listing


@dataclass(frozen=True)
class FileSet:
    """The files of one kind, one per clip.

    Attributes
    ----------
    modality
        The modality that their names begin with.
    suffixes
        What their names may end with; in the archive, with the first.
    """

    modality: str
    suffixes: tuple[str, ...]

    def stem(self, clip: str) -> str:
        """Return the name of a clip's file, without its suffix."""
        return self.modality + clip[2:]

    def unpacked_paths(self, folder: str) -> dict[str, str]:
        """Return where the file of each clip lies when the archive is unpacked into a folder."""
        return {
            clip: f"{folder}/Actor_{clip[-2:]}/{self.stem(clip)}{self.suffixes[0]}"
            for clip in list_clip_names()
        }

    def paths_of_actor(self, folder: str, actor: str) -> list[str]:
        """Return where those of an actor lie; the actor is two digits, or a wildcard for them."""
        return [
            f"{folder}/Actor_{actor}/{self.stem(clip)[:-2]}{actor}{self.suffixes[0]}"
            for clip in list_clip_names()
            if int(clip[-2:]) == ACTORS[0]
        ]

    def find(self, folder: Path) -> dict[str, str]:
        """Return the file of each clip in a folder of any nesting.

        Raises
        ------
        InputError
            Unless there is exactly one file for each of the 1440 clips.
        """
        if not folder.is_dir():
            raise InputError(
                f"no folder {folder}",
                "a folder with RAVDESS files",
                "correct `ravdess` in the config",
            )
        files = self._collect(folder)
        missing = [stem for stem, paths in files.items() if not paths]
        doubled = [path for paths in files.values() if len(paths) > 1 for path in paths]
        absent = f"({' or '.join(self.suffixes)}) missing"
        problems = [
            f"{counted(len(names), 'file')} {problem} in {folder}: {listing(names)}"
            for names, problem in ((missing, absent), (doubled, "of the same clips"))
            if names
        ]
        if problems:
            raise InputError(
                "; ".join(problems),
                f"exactly one file of each of the {len(files)} clips",
                "complete the folder, or leave its name out and let emofold fetch them",
            )
        return {clip: files[self.stem(clip)][0] for clip in list_clip_names()}

    def _collect(self, folder: Path) -> dict[str, list[str]]:
        """Return all files below a folder that have the name of a clip, by that name."""
        files: dict[str, list[str]] = {self.stem(clip): [] for clip in list_clip_names()}
        found = find_media(folder)
        for path in sorted(found.media + found.others):
            is_wanted = path.suffix.lower() in self.suffixes and path.stem in files
            if is_wanted and (folder / path).is_file():
                files[path.stem].append(str(folder / path))
        return files


SOUND = FileSet("03", (".wav", ".flac"))
VIDEOS = FileSet("01", (".mp4",))
TRACKING = FileSet("01", (".csv",))
