"""The config of a run: checked with every problem named at once, and filled with defaults."""

import copy
import re
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from emofold.config.cross_checks import contradictions
from emofold.errors import InputError, nearest

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
REMEDY = "correct the config; config.yaml and workflow/presets/ show every key with its meaning"


def complete_config(config: Mapping[str, Any], schema_file: Path) -> dict[str, Any]:
    """Return the config with the defaults of its schema filled in.

    Parameters
    ----------
    config
        What the user's files and the command line say.
    schema_file
        The JSON schema, as yaml. A key of it may refer to another file beside it.

    Raises
    ------
    InputError
        When a key is unknown or missing, a value does not fit, or names contradict one another.
        The message lists every problem.
    """
    schema = _read_schema(schema_file)
    errors = sorted(Draft202012Validator(schema).iter_errors(config), key=lambda e: list(e.path))
    problems = [problem for error in errors for problem in _described(error)]
    completed: dict[str, Any] = _with_defaults(config, schema)
    if not problems:
        problems = [*contradictions(completed)]
    if problems:
        raise InputError(
            f"{len(problems)} problem{'s' * (len(problems) > 1)} in the config: "
            f"{'; '.join(problems)}",
            f"a config that fits {schema_file.name}",
            REMEDY,
        )
    return completed


def with_local_copies(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a complete config in which models of the hub that are here are named by their folder.

    Raises
    ------
    InputError
        When no model has the id of a local copy, or a copy is not there.
    """
    completed = copy.deepcopy(dict(config))
    rows = [*completed["speech"]["encoders"], *completed["finetuned_models"]]
    for model, folder in completed["speech"]["local_copies"].items():
        if not Path(folder).expanduser().is_dir():
            raise InputError(
                f"`local_copies` of the model {model} in {folder}, which is no folder",
                "the folder of the model, as the hub lays it out",
                REMEDY,
            )
        users = [row for row in rows if row.get("model") == model]
        for row in users:
            row["model"] = folder
        if not users:
            models = [row["model"] for row in rows if "model" in row]
            raise InputError(
                f"`local_copies` of the model {model}, which nothing uses{nearest(model, models)}",
                f"one of {', '.join(models) or 'no model'}",
                REMEDY,
            )
    return completed


def check_named_files(config: Mapping[str, Any], tables: Collection[str], root: Path) -> None:
    """Raise an :class:`InputError` unless every file and table that the config names can be had.

    Snakemake takes a result whose input is missing for final, so it would not tell.

    Parameters
    ----------
    config
        The complete config.
    tables
        The feature tables that rules make.
    root
        The folder of the workflow, below which `reported` may lie too.
    """
    problems = []
    encoders, extractors = config["speech"]["encoders"], config["face"]["extractors"]
    finetuned = config["finetuned_models"]
    systems = [*config["models"], *finetuned, *config["published"]["posteriors"]]
    if not (systems or encoders or extractors):
        problems.append(
            "no models, no `published: posteriors`, no encoders and no extractors: there is "
            "nothing to run"
        )
    pretrained = {"encoder": encoders, "model": finetuned}
    for what, row in ((what, row) for what, rows in pretrained.items() for row in rows):
        folder = row.get("model", "")
        if folder and not is_hub_id(folder) and not Path(folder).expanduser().is_dir():
            problems.append(f"the {what} `{row['name']}` takes the missing folder {folder}")
    for row in extractors:
        if "model" in row and not Path(row["model"]).expanduser().is_file():
            problems.append(f"the extractor `{row['name']}` takes the missing file {row['model']}")
        if "binary" in row and not shutil.which(Path(row["binary"]).expanduser()):
            problems.append(f"the extractor `{row['name']}` takes {row['binary']}, no program")
    for model in config["models"]:
        features = model["features"]
        if features.endswith(".parquet"):
            if not Path(features).is_file():
                problems.append(f"the model `{model['name']}` takes the missing file {features}")
        elif features not in tables:
            problems.append(
                f"the model `{model['name']}` takes the table `{features}`, which no rule makes"
                f"{nearest(features, tables)}"
            )
    problems.extend(_missing_to_predict(config["predict"]))
    reported = config["evaluation"]["reported"]
    if reported and not (Path(reported).is_file() or (root / reported).is_file()):
        problems.append(f"the file of reported numbers {reported} is missing")
    if problems:
        raise InputError(
            "; ".join(problems), "systems to run, and tables and files that are there", REMEDY
        )


def _missing_to_predict(named: Mapping[str, Any]) -> Iterator[str]:
    for key in ("clips", "means"):
        if named[key] and not Path(named[key]).expanduser().is_file():
            yield f"`predict: {key}` is the missing file {named[key]}"
    if named["openface"] and not shutil.which(Path(named["openface"]).expanduser()):
        yield f"`predict: openface` is {named['openface']}, no program"


def is_hub_id(model: str) -> bool:
    """Return whether an encoder's `model` names a model of the hub, not a folder that is here.

    Examples
    --------
    >>> is_hub_id("openai/whisper-base"), is_hub_id("../models/whisper-base")
    (True, False)
    """
    return HUB_ID.fullmatch(model) is not None and not Path(model).is_dir()


def _read_schema(file: Path) -> dict[str, Any]:
    schema = yaml.safe_load(file.read_text(encoding="utf-8"))
    for key, rule in schema.get("properties", {}).items():
        if "$ref" in rule:
            schema["properties"][key] = _read_schema(file.with_name(rule["$ref"]))
    return schema


def _described(error: ValidationError) -> Iterator[str]:
    place = _place(error)
    found: Any = error.instance
    rule: Any = error.validator_value
    if error.validator == "additionalProperties":
        schema: Any = error.schema
        known = sorted(schema["properties"])
        for key in found:
            if key not in known:
                yield (
                    f"unknown key `{place}{key}`{nearest(key, known)} (known: {', '.join(known)})"
                )
    elif error.validator == "enum":
        choices = [str(choice) for choice in rule]
        yield (
            f"`{place.rstrip('.')}` is {found!r}{nearest(found, choices)}, "
            f"not one of {', '.join(choices)}"
        )
    else:
        yield f"`{place.rstrip('.')}`: {error.message}" if place else error.message


def _place(error: ValidationError) -> str:
    parts = [f"[{part}]." if isinstance(part, int) else f"{part}." for part in error.absolute_path]
    return "".join(parts).replace(".[", "[")


def _with_defaults(value: Any, schema: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        filled = dict(value)
        for key, rule in schema.get("properties", {}).items():
            if key not in filled and "default" in rule:
                filled[key] = copy.deepcopy(rule["default"])
            if key in filled:
                filled[key] = _with_defaults(filled[key], rule)
        return filled
    if isinstance(value, list) and "items" in schema:
        return [_with_defaults(item, schema["items"]) for item in value]
    return value
