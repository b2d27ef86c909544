"""A whole prediction: its results are moved into a folder when all of them are there."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from emofold.errors import InputError
from emofold.prediction.answers import Answer
from emofold.prediction.bundle import Bundle
from emofold.prediction.predictor import Options, Predictor
from emofold.prediction.reading import Advance
from emofold.prediction.requests import Request, by_speaker
from emofold.prediction.results import check_own, is_own_page, write_page, write_tables


def predict_into(
    folder: Path,
    requests: Sequence[Request],
    bundle: Bundle,
    options: Options,
    *,
    pages: bool,
    provenance: Mapping[str, Any],
    advance: Advance = lambda seconds: None,
) -> list[Answer]:
    """Predict clips and write the results; when predicting is interrupted, nothing is left behind.

    The tables take the place of those of an earlier prediction there, the pages of those of the
    same clips.

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
    advance
        Is told how many seconds of sound or of video were worked on since it was told last.

    Returns
    -------
    list of Answer
        In the order of the requests, without their frames.

    Raises
    ------
    InputError
        When nothing can be written there, files lie there that emofold has not written, or a tool
        of the face branch cannot work here.
    """
    beside = _nearest_folder(folder)
    page_names = [f"{request.clip}.html" for request in requests]
    check_own(folder, page_names if pages else [])
    predictor = Predictor(bundle, options, advance)
    answers: dict[str, Answer] = {}
    with tempfile.TemporaryDirectory(dir=beside, prefix=".emofold-predict-") as name:
        partial = Path(name)
        for group in by_speaker(requests):
            for answer in _answers_of(predictor, group):
                if pages and not answer.failure:
                    write_page(answer, bundle, partial / f"{answer.request.clip}.html")
                answer.frames = answer.counts = answer.attention = None
                answers[answer.request.clip] = answer
        in_order = [answers[request.clip] for request in requests]
        write_tables(in_order, bundle, partial, provenance)
        folder.mkdir(parents=True, exist_ok=True)
        written = sorted(partial.iterdir(), key=lambda file: file.suffix == ".csv")
        for file in written:  # copies of tables last, so that none lies there without its table
            file.replace(folder / file.name)
        for page in {*page_names} - {file.name for file in written}:
            if is_own_page(folder / page):
                (folder / page).unlink(missing_ok=True)
    return in_order


def _answers_of(predictor: Predictor, group: Sequence[Request]) -> list[Answer]:
    """Return the answers of a group; what is wrong with all of it does not concern the others."""
    try:
        return predictor.predict(group)
    except InputError as error:
        return [Answer(request, reasons={"all": error}) for request in group]


def _nearest_folder(folder: Path) -> Path:
    """Return the folder, or the one above it that is there already, if it can be written to."""
    resolved = folder.resolve()
    nearest = next(place for place in (resolved, *resolved.parents) if place.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK)):
        raise InputError(
            f"{nearest}, where nothing can be written"
            if nearest.is_dir()
            else f"the file {nearest}",
            "a folder for the results",
            "name another",
        )
    return nearest
