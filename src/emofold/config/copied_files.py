"""The files of a new corpus of which several are one recording, as after unpacking it twice."""

from collections.abc import Mapping
from pathlib import Path

from emofold.corpora.equal_files import find_equal_files
from emofold.errors import listing


def leave_copies_out(
    folder: Path, fields: Mapping[Path, Mapping[str, str]], problems: dict[Path, list[str]]
) -> None:
    """Leave the copies of files out; where their names disagree on what they show, all of them.

    Parameters
    ----------
    folder
        The folder of the files.
    fields
        What the name of each file says.
    problems
        What is wrong with each file; that it is a copy is added.
    """
    usable = {str(path): folder / path for path, found in problems.items() if not found}
    for group in find_equal_files(usable):
        paths = [Path(name) for name in group]
        labels = {(fields[path]["speaker"], fields[path]["emotion"]) for path in paths}
        if len(labels) == 1:
            for path in paths[1:]:
                problems[path].append(f"the same recording as {paths[0]}")
            continue
        for path in paths:
            others = listing(other for other in paths if other != path)
            problems[path].append(
                f"the same recording as {others}, by whose names another speaks or feels otherwise"
            )
