"""RAVDESS on disk: its 1440 spoken performances, and where a folder has the files of each.

The same performance is there as video with sound (modality 01), as video alone (02) and as sound
alone (03). A clip has the name of modality 01, whatever files it is read from.
"""

from dataclasses import dataclass
from itertools import product
from pathlib import Path

from emofold.corpora.media_files import find_media
from emofold.errors import InputError, counted, listing

ACTORS = range(1, 25)
EMOTIONS = range(1, 9)
NEUTRAL = 1


@dataclass(frozen=True)
class Kind:
    """A kind of files of RAVDESS.

    Attributes
    ----------
    modality
        The modality that their names begin with.
    endings
        What their names may end with; in the archive, with the first.
    """

    modality: str
    endings: tuple[str, ...]

    def name(self, clip: str) -> str:
        """Return the name of a clip's file, without its ending."""
        return self.modality + clip[2:]

    def unpacked(self, folder: str) -> dict[str, str]:
        """Return where the file of each clip lies when the archive is unpacked into a folder."""
        return {
            clip: f"{folder}/Actor_{clip[-2:]}/{self.name(clip)}{self.endings[0]}"
            for clip in clip_names()
        }

    def of_actor(self, folder: str, actor: str) -> list[str]:
        """Return where those of an actor lie; the actor is two digits, or what stands for them."""
        return [
            f"{folder}/Actor_{actor}/{self.name(clip)[:-2]}{actor}{self.endings[0]}"
            for clip in clip_names()
            if int(clip[-2:]) == ACTORS[0]
        ]

    def found(self, folder: Path) -> dict[str, str]:
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
        files: dict[str, list[str]] = {self.name(clip): [] for clip in clip_names()}
        there = find_media(folder)
        for path in sorted(there.media + there.others):
            wanted = path.suffix.lower() in self.endings and path.stem in files
            if wanted and (folder / path).is_file():
                files[path.stem].append(str(folder / path))
        kinds = " or ".join(self.endings)
        missing = [name for name, paths in files.items() if not paths]
        doubled = [path for paths in files.values() if len(paths) > 1 for path in paths]
        problems = [
            f"{counted(len(names), 'file')} {state} in {folder}: {listing(names)}"
            for names, state in ((missing, f"({kinds}) missing"), (doubled, "of the same clips"))
            if names
        ]
        if problems:
            raise InputError(
                "; ".join(problems),
                f"exactly one file of each of the {len(files)} clips",
                "complete the folder, or leave its name out and let emofold fetch them",
            )
        return {clip: files[self.name(clip)][0] for clip in clip_names()}


SOUND = Kind("03", (".wav", ".flac"))
VIDEOS = Kind("01", (".mp4",))
TRACKING = Kind("01", (".csv",))


def clip_names() -> list[str]:
    """Return the names of the 1440 spoken clips, by actor. Neutral is never acted strongly.

    Examples
    --------
    >>> names = clip_names()
    >>> len(names), names[0], names[-1]
    (1440, '01-01-01-01-01-01-01', '01-01-08-02-02-02-24')
    """
    return [
        f"01-01-{emotion:02d}-{intensity:02d}-{statement:02d}-{repetition:02d}-{actor:02d}"
        for actor, emotion, intensity, statement, repetition in product(
            ACTORS, EMOTIONS, (1, 2), (1, 2), (1, 2)
        )
        if (emotion, intensity) != (NEUTRAL, 2)
    ]
