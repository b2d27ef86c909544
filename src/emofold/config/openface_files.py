"""The csv files of OpenFace that lie beside the recordings of a new corpus."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from emofold.corpora.equal_files import find_equal_files
from emofold.errors import listing
from emofold.face.openface_csv import is_openface_csv

FEWEST = 0.9  # share of the clips that have a csv, where the others are left out for it


def find_openface_files(
    folder: Path, recordings: Iterable[Path], others: Iterable[Path]
) -> dict[Path, Path]:
    """Return the csv file of each recording that certainly has one.

    It is called like the recording, and lies beside it or in a folder below, such as `processed`;
    or elsewhere, as far as the ends of both paths are alike and those of no others.

    Parameters
    ----------
    folder
        The folder of all these files.
    recordings, others
        The recordings, and the files that are none, as seen from there.
    """
    places: dict[Path, list[Path]] = defaultdict(list)
    for recording in recordings:
        places[recording.with_suffix("")].append(recording)
    stems = {place.name for place in places}
    tables = [
        path
        for path in others
        if path.suffix.lower() == ".csv" and path.stem in stems and is_openface_csv(folder / path)
    ]
    times = Counter(end for table in tables for end in _ends(table.with_suffix("")))
    by_end: dict[tuple[str, ...], list[Path]] = defaultdict(list)
    for place in places:
        for end in _ends(place):
            by_end[end].append(place)
    claims: dict[Path, list[tuple[int, Path]]] = defaultdict(list)
    for table in tables:
        above = [parent / table.stem for parent in table.parents]
        near = [(rank, place) for rank, place in enumerate(above) if place in places]
        alike = [
            (len(above), place)
            for end in _ends(table.with_suffix(""))
            if times[end] == len(by_end[end]) == 1
            for place in by_end[end]
        ]
        for rank, place in [*near, *alike][:1]:
            claims[place].append((rank, table))
    chosen = {place: _choose(claiming) for place, claiming in claims.items()}
    return {
        places[place][0]: table
        for place, table in chosen.items()
        if table and len(places[place]) == 1
    }


def require_openface_files(
    folder: Path,
    problems: Mapping[Path, list[str]],
    segments: Mapping[Path, Path],
    tables: Mapping[Path, Path],
) -> bool:
    """Return whether clips are to have a csv of OpenFace: if nearly all without a problem do.

    Parameters
    ----------
    folder
        The folder of the files.
    problems
        What is wrong with each clip; that it has no csv, or that of another one, is added.
    segments
        The recordings of those clips that are segments of one.
    tables
        The csv of each recording, as seen from the folder.
    """
    own = {path: tables.get(segments.get(path, path)) for path, p in problems.items() if not p}
    there = {path: table for path, table in own.items() if table}
    if not there or len(there) < FEWEST * len(own):
        return False
    for path in own.keys() - there.keys():
        problems[path].append("no csv of OpenFace, which other files have")
    named = {str(table): folder / table for table in there.values()}
    for group in find_equal_files(named):
        for path, table in there.items():
            if str(table) in group:
                others = listing(other for other in group if other != str(table))
                problems[path].append(f"its csv of OpenFace is the same as {others}")
    return True


def _ends(path: Path) -> Iterator[tuple[str, ...]]:
    """Yield the last parts of a path, all of them first and one last."""
    yield from (path.parts[first:] for first in range(len(path.parts)))


def _choose(claiming: Sequence[tuple[int, Path]]) -> Path | None:
    """Return the nearest of some files; None where several are as near."""
    nearest = min(rank for rank, _ in claiming)
    tables = [table for rank, table in claiming if rank == nearest]
    return tables[0] if len(tables) == 1 else None
