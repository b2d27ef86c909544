"""What differs between two runs, by what their tables say of how they were made."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from emofold.errors import counted, listing
from emofold.evaluation.runs import METRICS_FILE
from emofold.files import sha256
from emofold.runtime.provenance import (
    first_of_each,
    flatten,
    short_digest,
    shorten,
)
from emofold.tables import read_metadata

Provenance = Mapping[str, Any]
Sets = dict[str, set[str]]
RUN = "<run>/"
MEDIA = "<media>/"
NOT_SET = "not set"
MOST_NAMED = 2
MOST_LETTERS = 48
LETTERS_BEFORE = 12
FOLD = re.compile(r"fold\d+(-\d+)?")
SHARD = re.compile(r"(speech/audio|(?:speech|face)/embeddings/[^/]+|face/frames/[^/]+)/.+")


def provenance_differences(
    a: Path, b: Path, also: Iterable[tuple[Path, Path]] = ()
) -> dict[str, list[str]]:
    """Return what differs between two runs.

    Parameters
    ----------
    a, b
        The folders of their results.
    also
        Tables of the first and of the second run, below these folders, that are compared with one
        another although their names differ. All tables of the same name are.

    Returns
    -------
    dict
        Lines of text by what they are about: ``Code``, ``Parameters``, ``Packages``, ``Inputs``,
        ``Tables``. What does not differ is left out. ``<run>`` stands for the folder of each run,
        ``<media>`` for that of what it shares with other runs on its corpus; of the tables there,
        those count that are still as the run read them.
    """
    in_a, in_b = _provenances(a), _provenances(b)
    renamed = [(one.as_posix(), other.as_posix()) for one, other in also]
    pairs = [*((path, path) for path in in_a), *renamed]
    made = [
        (" and ".join(dict.fromkeys([_name(one), _name(other)])), in_a[one], in_b[other])
        for one, other in pairs
        if one in in_a and other in in_b
    ]
    found = {
        "Code": [*_changed_code(in_a, in_b), *_changed_values(made, _rule)],
        "Parameters": _changed_values(made, _parameters),
        "Packages": _changed(_packages(in_a), _packages(in_b)),
        "Inputs": _changed_inputs(_inputs(in_a), _inputs(in_b)),
        "Tables": [*_only_in("A", in_a, in_b), *_only_in("B", in_b, in_a)],
    }
    return {about: lines for about, lines in found.items() if lines}


def _provenances(folder: Path) -> dict[str, Provenance]:
    """Return the provenance of each table of a run, by the table's path below its folder.

    That of a table that it shares with other runs is by its path below the folder of the corpus.
    """
    run = PurePosixPath(_folder_when_made(folder))
    media = re.compile(rf"{re.escape(run.parent.as_posix())}/media/[^/]+/")
    made = {
        table.relative_to(folder).as_posix(): read_metadata(table).get("provenance", {})
        for table in sorted(folder.rglob("[!.]*.parquet"))
    }
    waiting = list(made.values())
    while waiting:
        for path, digest in waiting.pop().get("inputs", {}).items():
            name, table = media.sub("", path), folder.parent / path.removeprefix(f"{run.parent}/")
            if name not in {path, *made} and _is_table(table, digest):
                made[name] = read_metadata(table).get("provenance", {})
                waiting.append(made[name])
    return {name: _seen_from(f"{run}/", media, provenance) for name, provenance in made.items()}


def _is_table(path: Path, digest: str) -> bool:
    return path.suffix == ".parquet" and path.is_file() and sha256(path) == digest


def _folder_when_made(folder: Path) -> str:
    """Return the path that the folder had for the jobs that filled it."""
    inputs = read_metadata(folder / METRICS_FILE).get("provenance", {}).get("inputs", {})
    clips = [path for path in inputs if PurePosixPath(path).name == "clips.parquet"]
    return f"{PurePosixPath(clips[0]).parent if clips else folder.as_posix()}/"


def _seen_from(run: str, media: re.Pattern[str], value: Any) -> Any:
    """Return a value in which the folders of the run and of its corpus have no names."""
    if isinstance(value, Mapping):
        return {
            _seen_from(run, media, key): _seen_from(run, media, inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_seen_from(run, media, inner) for inner in value]
    if not isinstance(value, str):
        return value
    if value.startswith(run):
        return RUN + value.removeprefix(run)
    in_media = media.match(value)
    return MEDIA + value[in_media.end() :] if in_media else value


def _name(path: str) -> str:
    """Return what a table is called together with those of other folds or shards."""
    if shard := SHARD.fullmatch(path):
        return shard[1]
    parts = PurePosixPath(path).with_suffix("").parts
    return "/".join(part for part in parts if not FOLD.fullmatch(part))


def _rule(made: Provenance) -> dict[str, str]:
    return {"made by": made["rule"]} if "rule" in made else {}


def _parameters(made: Provenance) -> dict[str, str]:
    """Return the parameters of a table, but for the digests of its inputs."""
    inputs = made.get("inputs", {})
    flat = flatten(made.get("parameters", {}))
    return {key: value for key, value in flat.items() if key.partition(".")[2] not in inputs}


def _changed_values(
    made: Iterable[tuple[str, Provenance, Provenance]],
    values: Callable[[Provenance], dict[str, str]],
) -> list[str]:
    """Say which values differ between tables that correspond, and in which tables."""
    changed: dict[tuple[str, str, str], dict[str, None]] = {}
    for name, in_a, in_b in made:
        before, after = values(in_a), values(in_b)
        keys = dict.fromkeys([*before, *after])
        if in_a.get("rule") != in_b.get("rule"):
            keys = {key: None for key in keys if key in before and key in after}
        for key in keys:
            change = (key, before.get(key, NOT_SET), after.get(key, NOT_SET))
            if change[1] != change[2]:
                changed.setdefault(change, {})[name] = None
    return first_of_each(
        (key, f"{key}: {_change(before, after)} ({listing(names, MOST_NAMED)})")
        for (key, before, after), names in changed.items()
    )


def _change(before: str, after: str) -> str:
    """Return two values in few letters, from shortly before where they differ."""
    start = 0
    if max(len(before), len(after)) > MOST_LETTERS:
        letters = enumerate(zip(before, after, strict=False))
        unlike = (index for index, (one, other) in letters if one != other)
        start = max(0, next(unlike, min(len(before), len(after))) - LETTERS_BEFORE)
    parts = (f"{'…' if start else ''}{value[start:]}" for value in (before, after))
    return " -> ".join(shorten(part, MOST_LETTERS) for part in parts)


def _changed_code(a: Mapping[str, Provenance], b: Mapping[str, Provenance]) -> list[str]:
    rules = _code_by_rule(a), _code_by_rule(b)
    of_both = [
        {f"rule {name}": side[name] for name in rules[0] if name in rules[1]} for side in rules
    ]
    return [*_changed(_versions(a), _versions(b)), *_changed(*of_both)]


def _versions(made: Mapping[str, Provenance]) -> Sets:
    return _sets({"emofold": one["emofold"]} for one in made.values() if "emofold" in one)


def _code_by_rule(made: Mapping[str, Provenance]) -> Sets:
    with_code = [one for one in made.values() if one.get("code")]
    return _sets({one["rule"]: short_digest(one["code"])} for one in with_code)


def _packages(made: Mapping[str, Provenance]) -> Sets:
    return _sets(one.get("packages", {}) for one in made.values())


def _inputs(made: Mapping[str, Provenance]) -> Sets:
    """Return the digests of the inputs that are no tables of the run or its corpus."""
    inputs = _sets(one.get("inputs", {}) for one in made.values())
    return {
        path: digests
        for path, digests in inputs.items()
        if not (path.startswith(RUN) and path.endswith(".parquet"))
        and path.removeprefix(MEDIA) not in made
    }


def _sets(mappings: Iterable[Mapping[str, str]]) -> Sets:
    sets: Sets = {}
    for mapping in mappings:
        for key, value in mapping.items():
            sets.setdefault(key, set()).add(value)
    return dict(sorted(sets.items()))


def _changed(a: Sets, b: Sets) -> list[str]:
    """Say which values differ over all tables of the runs."""
    changed = [key for key in dict.fromkeys([*a, *b]) if a.get(key) != b.get(key)]
    sides = [[" and ".join(sorted(side.get(key, {NOT_SET}))) for key in changed] for side in (a, b)]
    return [f"{key}: {_change(*values)}" for key, *values in zip(changed, *sides, strict=True)]


def _changed_inputs(a: Sets, b: Sets) -> list[str]:
    lines = []
    if changed := [path for path in a if path in b and a[path] != b[path]]:
        lines.append(
            f"{counted(len(changed), 'file')} of other content: {listing(changed, MOST_NAMED)}"
        )
    for side, own, other in (("A", a, b), ("B", b, a)):
        contents = set().union(*other.values())
        if new := [path for path in own if path not in other and not own[path] <= contents]:
            lines.append(f"{counted(len(new), 'file')} in {side} only: {listing(new, MOST_NAMED)}")
    return lines


def _only_in(
    side: str, own: Mapping[str, Provenance], other: Mapping[str, Provenance]
) -> list[str]:
    """Say which tables there are in one run only, those of one name together."""
    names = Counter(_name(path) for path in own if path not in other)
    if not names:
        return []
    several = (f"{name} ({count})" if count > 1 else name for name, count in names.items())
    return [f"{counted(names.total(), 'table')} in {side} only: {listing(several)}"]
