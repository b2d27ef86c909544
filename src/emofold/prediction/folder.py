"""A folder of predictions: tables and pages, moved there when all of them are made."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from emofold.errors import InputError, errors_of_one, listing
from emofold.prediction.answers import Answer
from emofold.prediction.bundle import Bundle
from emofold.prediction.page.pages import is_own_page, write_pages
from emofold.prediction.page.playables import make_playable_copies
from emofold.prediction.predictor import Options, Predictor, predict_group
from emofold.prediction.requests import Request, by_speaker
from emofold.prediction.schemas import predictions_schema
from emofold.prediction.tables import (
    PREDICTIONS,
    TIMELINE,
    collect_table,
    write_csv,
    write_tables,
)
from emofold.prediction.together import Together
from emofold.runtime.ending import postponed_end
from emofold.runtime.run_records import RunRecord
from emofold.runtime.scratch import scratch_folder
from emofold.tables import TableSchema, open_parquet, write_table

TABLES = (PREDICTIONS, TIMELINE)
SCRATCH = ".emofold-predict-"


def predict_into(
    folder: Path,
    requests: Sequence[Request],
    bundle: Bundle,
    options: Options,
    *,
    pages: bool,
    provenance: Mapping[str, Any],
    on_progress: Callable[[float], None] = lambda duration: None,
) -> list[Answer]:
    """Predict clips and write the results; when predicting is interrupted, nothing is left behind.

    The tables take the place of those of an earlier prediction there, the pages of those of the
    same clips. Where no clip has an answer, nothing is written.

    Parameters
    ----------
    folder
        Where the tables and pages go.
    requests
        The clips.
    bundle
        What predicts them.
    options
        How.
    pages
        Whether to write a page for each clip.
    provenance
        How the tables are made.
    on_progress
        Called with the seconds of sound or of video that were worked on since it was called last.

    Returns
    -------
    list of Answer
        In the order of the requests, without their frames.

    Raises
    ------
    InputError
        When nothing can be written there, files lie there that emofold has not written, or a tool
        of the face cannot work here.
    """
    nearest = find_nearest_folder(folder)
    page_names = [f"{request.clip}.html" for request in requests]
    check_own(folder, page_names if pages else [])
    predictor = Predictor(bundle, options, on_progress)
    together = predictor.survey(requests)
    answers: dict[str, Answer] = {}
    with scratch_folder(nearest, SCRATCH) as scratch:
        groups: list[Path] = []
        results = scratch / "results"
        results.mkdir()
        for group in by_speaker(requests):
            groups.append(scratch / str(len(groups)))
            for answer in write_group(predictor, group, together, groups[-1], provenance):
                answers[answer.request.clip] = answer
            if pages:
                for clip, error in write_group_pages(group, groups[-1], results).items():
                    answers[clip].pageless = error
        in_order = [answers[request.clip] for request in requests]
        if all(answer.failure for answer in in_order):
            return in_order
        for table in TABLES:
            rows, metadata = collect_table(groups, table)
            order = {request.clip: index for index, request in enumerate(requests)}
            rows = rows.sort_values("clip", key=lambda of: of.map(order), kind="stable")
            schema = predictions_schema(bundle.emotions)
            write_table(rows, results / f"{table}.parquet", schema, metadata, provenance)
            write_csv(rows, results / f"{table}.csv")
        with postponed_end():
            _move(results, folder, page_names)
    return in_order


def check_own(folder: Path, pages: Iterable[str]) -> None:
    """Raise an :class:`InputError` where results would take the place of somebody else's files.

    Parameters
    ----------
    folder
        Where tables and pages are to go.
    pages
        The names of the pages.
    """
    if _is_of_a_run(folder):
        raise InputError(
            f"{folder}, the folder of a run, which has tables of the same names",
            "a folder for predictions alone",
            "name another, such as one in it",
        )
    tables = [f"{name}.parquet" for name in TABLES]
    foreign = [name for name in pages if not is_own_page(folder / name)]
    schema = predictions_schema([])
    foreign += [name for name in tables if not is_own_table(folder / name, schema)]
    copies = [Path(name).with_suffix(".csv") for name in tables if not (folder / name).exists()]
    foreign += [str(name) for name in copies if (folder / name).exists()]
    if foreign:
        raise InputError(
            f"in {folder} what emofold has not written there, or not to its end: "
            f"{listing(foreign)}",
            "a new folder for the results, or that of an earlier prediction",
            "name another folder, or move these files",
        )


def _is_of_a_run(folder: Path) -> bool:
    try:
        RunRecord.read(folder)
    except InputError:
        return False
    return True


def is_own_table(path: Path, schema: TableSchema) -> bool:
    """Return whether a file is a table that a command wrote, not one of a run; or not there."""
    if not path.exists():
        return True
    try:
        with errors_of_one(path):
            metadata = open_parquet(path)[1]
            is_of_a_run = "code" in metadata.get("provenance", {})
            return metadata.get("table") == schema.name and not is_of_a_run
    except InputError:
        return False


def write_group(
    predictor: Predictor,
    group: Sequence[Request],
    together: Together,
    folder: Path,
    provenance: Mapping[str, Any],
) -> list[Answer]:
    """Write the tables of a group, and return its answers without what is in the tables alone.

    Parameters
    ----------
    predictor
        What predicts.
    group
        The clips of a speaker, or one without.
    together
        What it has found of all clips that were given together.
    folder
        Where the tables go.
    provenance
        How they are made.
    """
    answers = predict_group(predictor, group, together)
    write_tables(answers, predictor.bundle, folder, provenance)
    for answer in answers:
        answer.frames = answer.attention = None
    return answers


def write_group_pages(
    group: Sequence[Request], tables: Path, results: Path
) -> dict[str, InputError]:
    """Write the pages of a group, and return why clips with an answer have none.

    Parameters
    ----------
    group
        The clips.
    tables
        Where :func:`write_group` has written.
    results
        Where the pages go.
    """
    copies = tables / "playable"
    answered = {*open_parquet(tables / f"{PREDICTIONS}.parquet")[0]["clip"].to_pylist()}
    make_playable_copies([one for one in group if one.clip in answered], copies)
    return write_pages(group, tables, copies, results)


def _move(results: Path, folder: Path, pages: Sequence[str]) -> None:
    """Move results into a folder, and take away earlier pages of clips that have none now."""
    folder.mkdir(parents=True, exist_ok=True)
    written = sorted(results.iterdir(), key=lambda file: file.suffix == ".csv")
    for file in written:  # copies of tables last, so that none lies there without its table
        file.replace(folder / file.name)
    for page in {*pages} - {file.name for file in written}:
        if is_own_page(folder / page):
            (folder / page).unlink(missing_ok=True)


def find_nearest_folder(folder: Path) -> Path:
    """Return the folder, or the one above it that is there already, if it can be written to."""
    resolved = folder.resolve()
    nearest = next(one for one in (resolved, *resolved.parents) if one.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK)):
        raise InputError(
            f"{nearest}, where nothing can be written"
            if nearest.is_dir()
            else f"the file {nearest}",
            "a folder for the results",
            "name another",
        )
    return nearest
