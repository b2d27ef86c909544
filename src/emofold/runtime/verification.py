"""Whether the sources of tables still have the content that the tables were made of."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from emofold.errors import InputError
from emofold.files import sha256
from emofold.runtime.run_records import RECORD, RunRecord
from emofold.tables import read_metadata

MADE_BY_RULES = re.compile(r"results/(?!media/[^/]+/videos/).+")
Recorded = dict[str, dict[str, list[Path]]]


def tables_of(folder: Path, root: Path) -> list[Path]:
    """Return the tables below a folder, and those of media that the run in it reads.

    Parameters
    ----------
    folder
        The results of a run, or of all runs.
    root
        The folder that the workflow runs in, from which the records of runs name files.
    """
    found = {path for path in folder.rglob("[!.]*.parquet") if path.is_file()}
    if (folder / RECORD).exists():
        shared = (root / path for path in RunRecord.read(folder).media if path.endswith(".parquet"))
        found.update(path for path in shared if path.is_file())
    return sorted(found)


def recorded_sources(tables: Iterable[Path]) -> tuple[Recorded, list[str]]:
    """Return what tables were made of, and what is wrong with those that are damaged.

    Returns
    -------
    dict
        The tables by the digests of each source that they record, by its path.
    list
        The reasons, of tables that cannot be read.
    """
    sources: Recorded = {}
    damaged = []
    for table in tables:
        try:
            metadata = read_metadata(table)
        except InputError as error:
            damaged.append(str(error))
            continue
        for path, digest in _sources_of(metadata).items():
            sources.setdefault(path, {}).setdefault(digest, []).append(table)
    return sources, damaged


def _sources_of(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return the digests of the files that a table was made of, but for those that rules make.

    A sample sheet is left out, as each plan reads it.
    """
    made = metadata.get("provenance", {})
    parameters, inputs = made.get("parameters", {}), made.get("inputs", {})
    if made.get("rule") == "list_clips" and parameters.get("corpus") == "sheet":
        return {}
    files, digests = parameters.get("clips"), metadata.get("sources", {})
    if isinstance(files, Mapping):
        inputs = inputs | {files[clip]: digest for clip, digest in digests.items() if clip in files}
    return {path: digest for path, digest in inputs.items() if not MADE_BY_RULES.fullmatch(path)}


def difference(source: Path, digests: Iterable[str]) -> str | None:
    """Return how a file differs from what tables were made of, or nothing; it is read in full."""
    try:
        found = sha256(source)
    except FileNotFoundError:
        return "is gone"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return None if {found} == {*digests} else "has another content than was read"
