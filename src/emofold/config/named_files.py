"""The files, folders, programs and tables that a config names: whether they are there."""

import copy
import re
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from emofold.config.reading import REMEDY
from emofold.errors import InputError, nearest

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")


def is_hub_id(model: str) -> bool:
    """Return whether an encoder's `model` names a model of the hub, not a folder that is here.

    Examples
    --------
    >>> is_hub_id("openai/whisper-base"), is_hub_id("../models/whisper-base")
    (True, False)
    """
    return HUB_ID.fullmatch(model) is not None and not Path(model).is_dir()


def use_local_copies(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a complete config in which models of the hub that are here are named by their folder.

    Raises
    ------
    InputError
        When no model has the id of a local copy, or a copy is not there.
    """
    completed = copy.deepcopy(dict(config))
    _use_copies(
        completed["speech"]["local_copies"],
        [*completed["speech"]["encoders"], *completed["finetuned_models"]],
    )
    _use_copies(completed["face"]["local_copies"], completed["face"]["encoders"])
    return completed


def _use_copies(copies: Mapping[str, str], rows: Sequence[dict[str, Any]]) -> None:
    for model, folder in copies.items():
        if not _is_folder(folder):
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
    problems = [
        *_check_anything_to_run(config),
        *_check_pretrained(config),
        *_check_extractors(config),
        *_check_features(config, tables),
        *_check_prediction(config),
        *_check_reported(config, root),
    ]
    if problems:
        raise InputError(
            "; ".join(problems), "systems to run, and tables and files that are there", REMEDY
        )


def _check_anything_to_run(config: Mapping[str, Any]) -> Iterator[str]:
    systems = (config["models"], config["finetuned_models"], config["published"]["posteriors"])
    face = config["face"]
    media = (config["speech"]["encoders"], face["encoders"], face["extractors"])
    if not any((*systems, *media)):
        yield (
            "no models, no `published: posteriors`, no encoders and no extractors: there is "
            "nothing to run"
        )


def _check_pretrained(config: Mapping[str, Any]) -> Iterator[str]:
    pretrained = (
        ("encoder", config["speech"]["encoders"]),
        ("face encoder", config["face"]["encoders"]),
        ("model", config["finetuned_models"]),
    )
    for what, rows in pretrained:
        for row in rows:
            folder = row.get("model")
            if folder and not is_hub_id(folder) and not _is_folder(folder):
                yield f"the {what} `{row['name']}` takes the missing folder {folder}"


def _check_extractors(config: Mapping[str, Any]) -> Iterator[str]:
    for row in config["face"]["encoders"]:
        if "landmarker" in row and not _is_file(row["landmarker"]):
            yield f"the face encoder `{row['name']}` takes the missing file {row['landmarker']}"
    for row in config["face"]["extractors"]:
        if "model" in row and not _is_file(row["model"]):
            yield f"the extractor `{row['name']}` takes the missing file {row['model']}"
        if "binary" in row and not _is_program(row["binary"]):
            yield f"the extractor `{row['name']}` takes {row['binary']}, no program"


def _check_features(config: Mapping[str, Any], tables: Collection[str]) -> Iterator[str]:
    for model in config["models"]:
        features = model["features"]
        if features.endswith(".parquet"):
            if not Path(features).is_file():
                yield f"the model `{model['name']}` takes the missing file {features}"
        elif features not in tables:
            yield (
                f"the model `{model['name']}` takes the table `{features}`, which no rule makes"
                f"{nearest(features, tables)}"
            )


def _check_prediction(config: Mapping[str, Any]) -> Iterator[str]:
    named = config["predict"]
    for key in ("clips", "means"):
        if named[key] and not _is_file(named[key]):
            yield f"`predict: {key}` is the missing file {named[key]}"
    for key in ("openface", "pyfaceau"):
        if named[key] and not _is_program(named[key]):
            yield f"`predict: {key}` is {named[key]}, no program"
    for corpus in config["test_corpora"]:
        if not _is_file(corpus["sheet"]):
            yield f"the sheet of `test_corpora: {corpus['name']}` is the missing {corpus['sheet']}"


def _check_reported(config: Mapping[str, Any], root: Path) -> Iterator[str]:
    reported = config["evaluation"]["reported"]
    if reported and not (Path(reported).is_file() or (root / reported).is_file()):
        yield f"the file of reported numbers {reported} is missing"


def _is_file(path: str) -> bool:
    return Path(path).expanduser().is_file()


def _is_folder(path: str) -> bool:
    return Path(path).expanduser().is_dir()


def _is_program(path: str) -> bool:
    return shutil.which(Path(path).expanduser()) is not None
