"""The sample sheet and the config of a new corpus: both are written, or neither."""

import argparse
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from emofold.errors import InputError
from emofold.files import atomic_write, is_formula
from emofold.runtime.ending import postponed_end

if TYPE_CHECKING:
    from emofold.config.known_corpora import KnownCorpus
    from emofold.config.new_corpus import NewCorpus
    from emofold.corpora.sample_sheet import Clip

SHEET, CONFIG = "samples.csv", "emofold.yaml"
WORKFLOW = Path(__file__).parents[3]
PRESETS = {"demo", "published", "ravdess", "ravdess-lite", "ravdess-finetuned", "lite", "own"}
SHARED = {"media"}  # folders in results/ that are no run's
SPEAKERS = "speakers"  # a fold for each
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._+-]+")


def name_run(folder: Path) -> str:
    """Return what a run is called after its folder: Latin letters, digits, and a few signs.

    Names of presets and of shared folders are taken; one of which nothing is left gets a digest.

    Examples
    --------
    >>> name_run(Path("my corpus (2)")), name_run(Path("demo"))
    ('my-corpus-2', 'demo-corpus')
    """
    name = folder.resolve().name
    latin = NOT_IN_A_NAME.sub("-", name).strip("._+-")
    if not latin:
        return f"corpus-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return f"{latin}-corpus" if latin.casefold() in PRESETS | SHARED else latin


def check_places(folder: Path, videos: Path, force: bool) -> None:
    """Raise an :class:`InputError` where both files cannot be put, or cannot name the others.

    Parameters
    ----------
    folder
        Where they are to go.
    videos
        The folder of the files that they name.
    force
        Whether they may take the place of others.
    """
    for path in (folder, videos):
        try:
            str(path.absolute()).encode()
        except UnicodeEncodeError as error:
            found, expected = f"the folder {path.absolute()}", "a name in UTF-8"
            raise InputError(found, expected, "rename it, or the folder above it") from error
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}, which is no folder", "a folder to write to", "name another")
    for path in (folder / SHEET, folder / CONFIG):
        if path.is_dir():
            raise InputError(f"the folder {path}", "a file, or nothing", "name another folder")
        if path.exists() and not force:
            raise InputError(
                f"{path}, which is there already",
                "a folder without a sample sheet and a config",
                "name another folder, or overwrite both with --force",
            )


def write(corpus: "NewCorpus", given: argparse.Namespace, known: "KnownCorpus | None") -> None:
    """Write the sheet and the config of a corpus.

    Parameters
    ----------
    corpus
        The corpus.
    given
        The arguments of ``emofold init``.
    known
        What is known of the corpus, if it is a known one.
    """
    from emofold.config.new_config import compose_config, format_config  # noqa: PLC0415
    from emofold.config.new_corpus import write_sheet  # noqa: PLC0415
    from emofold.config.reading import complete_config  # noqa: PLC0415
    from emofold.config.recipes import make_good_recipe, make_plain_recipe  # noqa: PLC0415

    folder: Path = given.folder
    make_recipe = make_good_recipe if given.recipe else make_plain_recipe
    sections = compose_config(
        name=name_run(folder),
        sample_sheet=str(_from_here(folder) / SHEET),
        emotions=corpus.emotions,
        folds=SPEAKERS if given.folds == SPEAKERS else corpus.folds,
        protocol=corpus.protocol,
        recipe=make_recipe(
            has_sound=corpus.has_sound,
            extractor=corpus.extractor,
            protocol=corpus.protocol,
        ),
        about=known.describe() if known else [],
    )
    schema = WORKFLOW / "workflow" / "schemas" / "config.schema.yaml"
    if schema.is_file():
        complete_config({key: value for _, keys in sections for key, value in keys.items()}, schema)
    clips = [_as_in_sheet(clip, given.videos or folder, folder, known) for clip in corpus.clips]
    try:
        with write_together([folder / CONFIG, folder / SHEET]) as (config, sheet):
            config.write_text(format_config(sections), encoding="utf-8")
            with sheet.open("w", encoding="utf-8", newline="") as file:
                write_sheet(clips, file)
    except OSError as error:
        raise InputError(
            f"{folder} cannot be written to ({error.strerror})", "a folder of yours", "name another"
        ) from error


@contextmanager
def write_together(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """Give a temporary path for each of some files, and put all in their places, or none.

    Where one cannot be put there, those that were there before are put back, and folders that were
    made for them are removed.
    """
    made = [parent for path in paths for parent in path.parents if not parent.exists()]
    try:
        with ExitStack() as drafts:
            temporary = [drafts.enter_context(atomic_write(path)) for path in paths]
            yield temporary
            with ExitStack() as backups, postponed_end():
                for path in paths:
                    backups.enter_context(_put_back_on_error(path))
                drafts.close()
    except BaseException:
        for parent in dict.fromkeys(made):
            with suppress(OSError):
                parent.rmdir()
        raise


@contextmanager
def _put_back_on_error(path: Path) -> Iterator[None]:
    """Let a file be as it was, or not there, when the block ends with an error."""
    kept = path.with_name(f".{path.name}.{os.getpid()}.kept")
    is_there = path.exists()
    try:
        if is_there:
            shutil.copy2(path, kept)
        try:
            yield
        except BaseException:
            if is_there:
                kept.replace(path)
            else:
                path.unlink(missing_ok=True)
            raise
    finally:
        kept.unlink(missing_ok=True)


def _from_here(folder: Path) -> Path:
    """Return the folder as the workflow finds it, which is started here if it lies here."""
    return folder if Path.cwd() == WORKFLOW.resolve() else folder.absolute()


def _as_in_sheet(clip: "Clip", videos: Path, folder: Path, known: "KnownCorpus | None") -> "Clip":
    """Return a clip with its files as seen from the folder of the sheet, and its corpus."""
    if known:
        clip = replace(clip, corpus=known.name, speaker=known.name_speaker(clip.speaker))
    media, table = (
        _seen_from(folder, videos, file) if file else None
        for file in (clip.media, clip.action_units)
    )
    return replace(clip, media=media, action_units=table)


def _seen_from(folder: Path, videos: Path, file: str) -> str:
    """Return a file below the folder of the files as seen from the folder of the sheet."""
    if videos.absolute().is_relative_to(folder.absolute()):
        seen = str(videos.absolute().relative_to(folder.absolute()) / file)
        return f"./{seen}" if seen[0].isspace() or is_formula(seen) else seen
    if videos.is_absolute():
        return str(videos / file)
    return str(Path(os.path.relpath(videos.resolve(), folder.resolve()), file))
