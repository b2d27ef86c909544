"""The manifest of a bundle: read within bounds, and checked before anything in it is believed."""

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from emofold.errors import InputError, listing, printable
from emofold.models.schemas import join_modalities

FORMAT = 4
READ = (3, FORMAT)
MANIFEST = "manifest.json"
IMAGE = "image"  # the kind of encoders of faces
LANDMARKER = "extractors/face_landmarker.task"
MAX_BYTES = 4 * 1024**2
MAX_MESSAGE = 200
LOGISTIC_REGRESSION = "logistic_regression"
EXPECTED = "the folder of a bundle, such as results/<name>/model"
ANEW = "take the whole folder anew from where it was made, or run the workflow again"


def find_bundle(folder: Path) -> Path:
    """Return the folder of a bundle: the one that is named, or ``model`` below that of a run."""
    of_run = folder / "model"
    return of_run if (of_run / MANIFEST).is_file() else folder


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what the manifest of a bundle says, if it is one that emofold may have written.

    Raises
    ------
    InputError
        When there is none, it is of another format, is larger than 4 MiB, is no json of unique
        keys and finite numbers, does not fit ``manifest.schema.yaml``, or contradicts itself.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise InputError(
            f"no {MANIFEST} in {folder}",
            EXPECTED,
            "name the folder of a bundle as --model; `make demo` makes results/demo/model",
        )
    try:
        manifest = _parse(path)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no json ({error})", "a whole manifest", ANEW) from error
    _check_format(manifest, folder)
    check_manifest(manifest, path)
    return manifest


def check_manifest(manifest: Any, path: Path) -> None:
    """Raise an :class:`InputError` unless a manifest fits its schema and itself.

    Parameters
    ----------
    manifest
        Its content.
    path
        What errors call it.
    """
    for find in (_find_unseen, _find_misfits, _find_contradictions):
        for misfit in find(manifest):
            raise InputError(f"{path}, in which {misfit}", "a whole manifest", ANEW)


def _parse(path: Path) -> Any:
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES // 1024**2} MiB")
    return json.loads(
        content.decode("utf-8"),
        object_pairs_hook=_unique,
        parse_float=_finite,
        parse_constant=_finite,
    )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    unique = dict(pairs)
    if len(unique) < len(pairs):
        (doubled, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise ValueError(f"the key {_shorten(ascii(doubled))} is there twice")
    return unique


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{_shorten(text)} is no finite number")
    return number


def _check_format(manifest: Any, folder: Path) -> None:
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if found in range(1, READ[0]):
        raise InputError(
            f"a bundle of format {found} in {folder}",
            f"format {FORMAT}, which says more, and in which names are others",
            "train it again with this version of emofold: run the workflow again",
        )
    if found not in READ:
        raise InputError(
            f"a bundle of format {_shorten(ascii(found))} in {folder}",
            f"format {FORMAT}",
            f"use the emofold that made it, or make it anew with emofold {version('emofold')}",
        )


def _find_unseen(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield texts that a terminal or a page would not show as they are."""
    values = [value for key, value in manifest.items() if key != "provenance"]
    values += list(manifest)
    while values:
        value = values.pop()
        if isinstance(value, dict):
            values += [*value, *value.values()]
        elif isinstance(value, list):
            values += value
        elif isinstance(value, str) and value != printable(value):
            yield f"the text {_shorten(ascii(value))} holds characters that are not seen"


@cache
def _validator() -> Draft202012Validator:
    schema = Path(__file__).with_name("manifest.schema.yaml").read_text(encoding="utf-8")
    return Draft202012Validator(yaml.safe_load(schema))


def _find_misfits(manifest: Mapping[str, Any]) -> Iterator[str]:
    for error in _validator().iter_errors(manifest):
        if error.validator == "oneOf":
            kinds = ", ".join(rule["$ref"].rpartition("/")[2] for rule in error.validator_value)
            message = f"{error.instance!r} is no model of the kind {kinds}"
        else:
            message = error.message
        where = error.json_path.removeprefix("$").removeprefix(".")
        yield f"`{_shorten(where)}`: {_shorten(message)}" if where else _shorten(message)


def _find_contradictions(manifest: Mapping[str, Any]) -> Iterator[str]:
    models, systems = manifest["models"], manifest["systems"]
    for name, row in models.items():
        modality, _, table = row["source"].partition("/")
        what, _, tool = table.partition("/")
        if modality != row["modality"] or not _has_tool(manifest, modality, what, tool):
            yield f"the model {name} of the {row['modality']} reads {row['source']}"
        if "columns" in row and len(row["columns"]) != row["width"]:
            yield f"the model {name} sees {row['width']} features of {len(row['columns'])} columns"
    modalities = [row["modality"] for row in systems]
    parts = {*modalities[0].split("+")}
    if {*modalities} != {modalities[0], *parts} or len(modalities) != len({*modalities}):
        yield f"the systems are {', '.join(modalities)}: not one and each of its modalities alone"
    for row in systems:
        yield from _find_contradictions_of_system(row, models)
    missing = sorted({*modalities} - manifest["expected"].keys())
    if missing:
        yield f"nothing is said of what to expect of {listing(missing)}"
    needed = [
        *(f"{row['folder']}/config.json" for row in manifest["encoders"].values() if row["folder"]),
        *(row["file"] for row in manifest["extractors"].values() if row["file"]),
        *(LANDMARKER for row in manifest["encoders"].values() if row["kind"] == IMAGE),
    ]
    yield from (f"{file} has no checksum" for file in needed if file not in manifest["sha256"])


def _has_tool(manifest: Mapping[str, Any], modality: str, what: str, tool: str) -> bool:
    """Return whether a manifest says what makes a table."""
    if what == "audio":
        return True
    if what != "embeddings":
        return tool in manifest["extractors"]
    is_seen = manifest["encoders"].get(tool, {}).get("kind") == IMAGE
    return tool in manifest["encoders"] and is_seen == (modality == "face")


def _find_contradictions_of_system(
    system: Mapping[str, Any], models: Mapping[str, Any]
) -> Iterator[str]:
    named, modality = system["models"], system["modality"]
    unknown = [name for name in named if name not in models]
    if unknown:
        yield f"the {modality} is decided by {listing(map(_shorten, unknown))}, which is no model"
    elif join_modalities(models[name]["modality"] for name in named) != modality:
        yield f"the {modality} is decided by {listing(named)}, which look at something else"
    weighed = [] if system["method"] == LOGISTIC_REGRESSION else named
    if {*system["weights"]} != {*weighed}:
        yield f"the weights of the {modality} are not those of its models"
    elif system["method"] == "average" and not any(system["weights"].values()):
        yield f"the weights of the {modality} are all 0"


def _shorten(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]}…"
