"""``emofold clean``: delete what runs once made, and no run reads or makes any more."""

import argparse
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emofold.errors import InputError, counted, printable

if TYPE_CHECKING:
    from emofold.runtime.run_records import RunRecord

RESULTS = Path("results")
MEDIA = RESULTS / "media"
AUDIO_TABLE = re.compile(r".+/speech/audio/[^/]+\.parquet")
MADE = re.compile(
    r"[^/]+/(speech/audio/[^/]+(\.parquet|/[^/]+\.wav)"
    r"|(speech|face)/(embeddings|frames)/[^/]+/[^/]+\.parquet"
    r"|videos/[^/]+/[^/]+\.mp4)"
)
MADE_BY_A_RUN = re.compile(
    r"(posteriors|fusion)/[^/]+/fold(\d+|-without-[^/]+)\.parquet"
    r"|models/[^/]+/fold[^/]+/[^/]+\.(parquet|safetensors|json)"
    r"|frozen/[^/]+/[^/]+\.safetensors"
    r"|face/(means|functionals)/[^/]+\.parquet|(evaluation|other_corpora)/[^/]+/[^/]+\.parquet"
)
UNITS = ("bytes", "kB", "MB", "GB")
MORE = 1000


def add(commands: Any) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "clean",
        help="list what runs made and none of them reads or makes any more, and delete it",
        description=(
            f"List the files below {MEDIA} that no run in {RESULTS} reads any more, and the tables "
            "and models of folds and systems that were dropped from the config of a run, by the "
            "record (run.yaml) that each run leaves in its folder; with --yes, delete them. "
            "Nothing else is touched."
        ),
        epilog="example: emofold clean --yes",
    )
    parser.add_argument("--yes", action="store_true", help="delete these files")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """List the files, and delete them where that is asked for."""
    from emofold.runtime.locks import hold_run  # noqa: PLC0415

    if not RESULTS.is_dir():
        raise InputError(
            f"no folder {RESULTS} in {Path.cwd()}",
            "the folder of the results of runs",
            "change to the folder in which you run the workflow",
        )
    with hold_run():
        records = records_of_runs(RESULTS)
        read = {path for record in records.values() for path in record.media}
        unread = [*find_unread(MEDIA, read), *find_dropped(records)]
        sizes: dict[Path, list[int]] = defaultdict(list)
        for path in unread:
            sizes[path.parent].append(path.stat().st_size)
        for folder, of_files in sizes.items():
            size = f"{counted(len(of_files), 'file')}, {_readable(sum(of_files))}"
            print(f"{printable(str(folder))}: {size}")
        total = f"{counted(len(unread), 'file')}, {_readable(sum(map(sum, sizes.values())))}"
        if not unread:
            print("Runs read or make all that was made.")
        elif not given.yes:
            print(f"{total}, of no run any more. To delete them: emofold clean --yes")
        else:
            delete(unread, {MEDIA, RESULTS})
            print(f"Deleted {total}.")
    return 0


def records_of_runs(results: Path) -> "dict[Path, RunRecord]":
    """Return the records of the runs in a folder, by the folders of their results.

    Raises
    ------
    InputError
        When a run left no record that can be read: its files could not be told from others.
    """
    from emofold.runtime.run_records import RECORD, RunRecord  # noqa: PLC0415

    runs = [
        folder
        for folder in sorted(results.iterdir())
        if (folder / RECORD).exists() or (folder / "clips.parquet").exists()
    ]
    return {folder: RunRecord.read(folder) for folder in runs}


def find_dropped(records: "Mapping[Path, RunRecord]") -> list[Path]:
    """Return the tables and models that a run made by an earlier config, and makes no more."""
    return [
        path
        for folder, record in records.items()
        if record.results
        for path in sorted(_files_below(folder))
        if MADE_BY_A_RUN.fullmatch(path.relative_to(folder).as_posix())
        and path.as_posix() not in record.results
    ]


def find_unread(media: Path, read: set[str]) -> list[Path]:
    """Return the files that a run once made below a folder, and that no run reads.

    Files of other names than runs give are left out, and so are links.
    """
    kept = {*map(Path, read), *_recordings(read)}
    return [
        path
        for path in sorted(_files_below(media) if media.is_dir() else [])
        if MADE.fullmatch(path.relative_to(media).as_posix()) and path not in kept
    ]


def delete(files: list[Path], kept: Collection[Path]) -> None:
    """Delete files, and the folders that are empty then, but for those that are kept."""
    for path in files:
        path.unlink()
        for folder in path.parents:
            if folder in kept or any(folder.iterdir()):
                break
            folder.rmdir()


def _recordings(read: set[str]) -> Iterator[Path]:
    """Yield the wav files that the tables of audio name; all, where such a table is missing."""
    from emofold.tables import open_parquet  # noqa: PLC0415

    for table in map(Path, filter(AUDIO_TABLE.fullmatch, read)):
        if table.is_file():
            wavs = open_parquet(table)[0]["wav"].to_pylist()
            yield from (table.parent / wav for wav in wavs)
        else:
            yield from table.with_suffix("").glob("*.wav")


def _files_below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from _files_below(path)
        elif path.is_file():
            yield path


def _readable(size: float) -> str:
    for unit in UNITS[:-1]:
        if size < MORE:
            return f"{size:.3g} {unit}"
        size /= MORE
    return f"{size:.3g} {UNITS[-1]}"
