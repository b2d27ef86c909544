"""``emofold predict``: the emotions of other videos, by a bundle of a run."""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emofold.commands.bundle_options import (
    add_bundle_options,
    add_means_option,
    describe_call,
    make_options,
)
from emofold.commands.progress import show_progress
from emofold.commands.say_once import Said, complain_once, say_once
from emofold.errors import counted, printable
from emofold.face.reports import hold_back_reports

if TYPE_CHECKING:
    from emofold.prediction.answers import Answer

MIN_WINDOW = 0.1  # seconds
DURATION = re.compile(r"(\d+|\d*\.\d+)\s*(ms|s)?")
DESCRIPTION = """\
Say which emotions videos or sound files show, by the models that a run has kept (config: `bundle`).
Writes predictions.csv and .parquet (each clip), timeline.csv and .parquet (window by window), and a
page for each clip, <clip>.html, which plays it beside all that was found."""


def add(commands: Any) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "predict",
        help="the emotions of videos of yours",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="VIDEO",
        help="a video or sound file, or a folder of such; or a sheet, a csv file with the column "
        "media and any of clip, speaker, start and end (of the clip in the file, in seconds) and "
        "action_units (csv files of OpenFace)",
    )
    add_bundle_options(parser)
    add_means_option(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        default=Path("predictions"),
        help="where the results go, in the place of those of an earlier prediction there; pages "
        "of other clips stay (default: predictions)",
    )
    parser.add_argument(
        "--window",
        type=parse_duration,
        default=2.0,
        metavar="2s",
        help="the length of the windows of the timeline (default: 2s)",
    )
    parser.add_argument(
        "--hop",
        type=parse_duration,
        default=0.5,
        metavar=".5s",
        help="how far each window begins after the one before (default: .5s)",
    )
    parser.add_argument(
        "--speaker",
        metavar="NAME",
        help="the one who speaks in all files: they are normalised together, by a bundle that does",
    )
    parser.add_argument("--no-pages", action="store_true", help="write the tables alone")
    parser.set_defaults(run=run)


def parse_duration(text: str) -> float:
    """Return the seconds that a text such as ``2s``, ``.5`` or ``500ms`` says.

    Examples
    --------
    >>> parse_duration("2s"), parse_duration(".5"), parse_duration("500 ms")
    (2.0, 0.5, 0.5)
    """
    found = DURATION.fullmatch(text.strip())
    seconds = float(found[1]) / (1000 if found[2] == "ms" else 1) if found else 0.0
    if seconds < MIN_WINDOW:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no length of time of at least {MIN_WINDOW} s, such as 2s or 500ms"
        )
    return seconds


def run(arguments: argparse.Namespace) -> int:
    """Predict, write all results or none, and say what came out."""
    with hold_back_reports():
        return _predict(arguments)


def _predict(arguments: argparse.Namespace) -> int:
    with show_progress("looking at the files") as progress:
        from emofold.media.contents import read_duration  # noqa: PLC0415
        from emofold.prediction.requests import requests_for  # noqa: PLC0415

        requests = requests_for(arguments.files, arguments.speaker)
        duration = sum(
            one.segment.measure(read_duration(one.media)) for one in requests if one.media
        )
        progress.name("loading the models")
        from emofold.prediction.bundle import Bundle  # noqa: PLC0415
        from emofold.prediction.folder import predict_into  # noqa: PLC0415

        bundle = Bundle.load(arguments.model)
        modalities = len({"speech", "face"} & bundle.systems.keys())
        progress.count("predicting", duration, "s")
        timeline = {"window": arguments.window, "hop": arguments.hop}
        answers = predict_into(
            arguments.out,
            requests,
            bundle,
            make_options(arguments, **timeline),
            pages=not arguments.no_pages,
            provenance=describe_call(arguments, "predict", **timeline),
            on_progress=lambda done: progress.advance(done / modalities),
        )
    print(summarise(answers))
    if bundle.facts["note"]:
        print(f"\n{printable(bundle.facts['note'])}")
    out = printable(str(arguments.out))
    if any(not answer.failure for answer in answers):
        print(f"\nThe tables{'' if arguments.no_pages else ' and pages'}: {out}")
    else:
        print(f"\nNothing was written: what an earlier prediction left in {out} is still there.")
    complaints = [*list_complaints(answers)]
    for complaint in complaints:
        print(f"emofold: {complaint}", file=sys.stderr)
    return 1 if complaints else 0


def list_complaints(answers: Sequence["Answer"]) -> Iterator[str]:
    """Yield why clips have no answer, or no page: each reason once, of however many clips."""
    said = [
        *(_say(answer, str(answer.failure)) for answer in answers if answer.failure),
        *(
            _say(answer, f"an answer, but no page: {answer.pageless}")
            for answer in answers
            if answer.pageless
        ),
    ]
    yield from complain_once(said, "predict")


def summarise(answers: Sequence["Answer"]) -> str:
    """Return a line for each clip that has an answer, and what must be known of it."""
    import pandas as pd  # noqa: PLC0415

    from emofold.prediction.page.video_page import format_percent  # noqa: PLC0415
    from emofold.report.table_page import as_text  # noqa: PLC0415

    rows = []
    answered = [answer for answer in answers if not answer.failure]
    for answer in answered:
        (decision,) = answer.whole[answer.whole["is_answer"]].to_dict("records")
        whole = answer.whole.set_index("modality")
        rows.append(
            {
                "clip": answer.request.clip,
                "duration": f"{answer.duration:.1f}",
                "predicted": decision["predicted"],
                "confidence": format_percent(decision["confidence"]),
                "by": decision["modality"],
                **{modality: _name_answer(whole, modality) for modality in ("speech", "face")},
            }
        )
    table = as_text(pd.DataFrame(rows)) if rows else "No clip has an answer."
    notes = _collect_remarks(answered)
    return "\n".join([table, *(["", *notes] if notes else [])])


def _collect_remarks(answers: Sequence["Answer"]) -> list[str]:
    """Return a line for each remark: with its clips, or of many clips with their number."""
    of_all = counted(len(answers), "clip")
    said = [_say(answer, printable(remark)) for answer in answers for remark in answer.remarks]
    return [line for _, line in say_once(said, lambda clips: f"{len(clips)} of {of_all}")]


def _say(answer: "Answer", text: str) -> Said:
    request = answer.request
    files = [file for file in (request.media, request.action_units) if file]
    return Said(request.clip, text, {*map(str, files), *(file.name for file in files)})


def _name_answer(whole: Any, modality: str) -> str:
    from emofold.prediction.page.video_page import format_percent  # noqa: PLC0415

    if modality not in whole.index:
        return ""
    row = whole.loc[modality]
    return f"{row['predicted']} {format_percent(row['confidence'])}"
