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
from emofold.errors import counted, listing, printable
from emofold.face.reports import hold_back_reports

if TYPE_CHECKING:
    from emofold.prediction.answers import Answer

MOST_NAMED = 3  # clips of one remark; of more, the number is told
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
    from tqdm import tqdm  # noqa: PLC0415

    from emofold.media.contents import read_duration  # noqa: PLC0415
    from emofold.prediction.bundle import Bundle  # noqa: PLC0415
    from emofold.prediction.folder import predict_into  # noqa: PLC0415
    from emofold.prediction.requests import requests_for  # noqa: PLC0415

    requests = requests_for(arguments.files, arguments.speaker)
    bundle = Bundle.load(arguments.model)
    timeline = {"window": arguments.window, "hop": arguments.hop}
    options = make_options(arguments, **timeline)
    modalities = len({"speech", "face"} & bundle.systems.keys())
    total = modalities * sum(
        one.segment.measure(read_duration(one.media)) for one in requests if one.media
    )
    provenance = describe_call(arguments, "predict", **timeline)
    with tqdm(total=round(total), unit="s", disable=None, leave=False) as bar:
        answers = predict_into(
            arguments.out,
            requests,
            bundle,
            options,
            pages=not arguments.no_pages,
            provenance=provenance,
            on_progress=bar.update,
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
    """Yield why clips have no answer, or no page."""
    for answer in answers:
        clip = printable(answer.request.clip)
        if answer.failure:
            yield f"{clip}: {answer.failure}"
        elif answer.pageless:
            yield f"{clip}, which has an answer but no page: {answer.pageless}"


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
    clips: dict[str, list[str]] = {}
    for answer in answers:
        for remark in answer.remarks:
            clips.setdefault(remark, []).append(answer.request.clip)
    of_all = counted(len(answers), "clip")
    lines = []
    for remark, named in clips.items():
        whose = listing(named) if len(named) <= MOST_NAMED else f"{len(named)} of {of_all}"
        lines.append(printable(f"{whose}: {remark}"))
    return lines


def _name_answer(whole: Any, modality: str) -> str:
    from emofold.prediction.page.video_page import format_percent  # noqa: PLC0415

    if modality not in whole.index:
        return ""
    row = whole.loc[modality]
    return f"{row['predicted']} {format_percent(row['confidence'])}"
