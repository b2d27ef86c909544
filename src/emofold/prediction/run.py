"""A whole prediction: all results in a folder, or none of them."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from emofold.prediction.answers import Answer
from emofold.prediction.bundle import Bundle
from emofold.prediction.predictor import Options, Predictor
from emofold.prediction.reading import Advance
from emofold.prediction.requests import Request, by_speaker
from emofold.prediction.results import write_page, write_tables


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
    """Predict clips and write the results; when it is interrupted, nothing is left behind.

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
    """
    predictor = Predictor(bundle, options, advance)
    answers: dict[str, Answer] = {}
    beside = next(place for place in folder.absolute().parents if place.is_dir())
    with tempfile.TemporaryDirectory(dir=beside, prefix=".emofold-predict-") as name:
        partial = Path(name)
        for group in by_speaker(requests):
            for answer in predictor.predict(group):
                if pages and not answer.failure:
                    write_page(answer, bundle, partial / f"{answer.request.clip}.html")
                answer.frames = answer.counts = answer.attention = None
                answers[answer.request.clip] = answer
        in_order = [answers[request.clip] for request in requests]
        write_tables(in_order, bundle, partial, provenance)
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(partial.iterdir()):
            file.replace(folder / file.name)
    return in_order
