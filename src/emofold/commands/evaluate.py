"""``emofold evaluate``: how right and how sure a bundle is on recordings of another corpus."""

import argparse
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
from emofold.commands.say_once import Said, complain_once
from emofold.errors import counted, listing, nearest, printable
from emofold.face.reports import hold_back_reports

if TYPE_CHECKING:
    from emofold.corpora.sample_sheet import Clip
    from emofold.prediction.bundle_evaluation import BundleEvaluation
    from emofold.tables import Failure

CONFIDENCE, DRAWS, SEED = 0.95, 10_000, 2020
MOST_EMOTIONS = 20
DESCRIPTION = """\
Try the models that a run has kept (config: `bundle`) on a corpus whose emotions are known. Models
that normalise by speaker or by corpus are tried twice: with one file at a time (inductive), and
with all files together (transductive)."""


def add(commands: Any) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "evaluate",
        help="how right a bundle is on another corpus",
        description=DESCRIPTION,
        epilog="example: emofold evaluate clips.csv --model results/demo/model --map fear=fearful",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "sheet",
        type=Path,
        help="a sample sheet: a csv file with the columns clip, speaker, emotion, and media or "
        "action_units or both",
    )
    add_bundle_options(parser)
    add_means_option(parser)
    parser.add_argument(
        "--map",
        nargs="+",
        action="extend",
        default=[],
        type=parse_pair,
        metavar="SHEET'S=BUNDLE'S",
        help="what the bundle calls an emotion of the sheet, such as fear=fearful; equal names "
        "need none, and several of the sheet may be one of the bundle",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write the tables there: predictions, metrics, confusion, emotions and speakers",
    )
    parser.add_argument(
        "--allow-failed-clips",
        type=int,
        default=0,
        metavar="N",
        help="how many clips may fail before the exit code is 1 (default: 0)",
    )
    parser.set_defaults(run=run)


def parse_pair(text: str) -> tuple[str, str]:
    """Return the two names of a pair.

    Examples
    --------
    >>> parse_pair("fear=fearful")
    ('fear', 'fearful')
    """
    one, sign, other = (part.strip() for part in text.partition("="))
    if not (one and sign and other):
        raise argparse.ArgumentTypeError(f"{text!r} is no pair of emotions, such as fear=fearful")
    return one, other


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, write all tables or none, and say what came out."""
    with hold_back_reports():
        return _evaluate(arguments)


def _evaluate(arguments: argparse.Namespace) -> int:
    with show_progress("loading the models") as progress:
        from emofold.corpora.other_corpora import read_other_corpus  # noqa: PLC0415
        from emofold.prediction.bundle import Bundle  # noqa: PLC0415
        from emofold.prediction.bundle_evaluation import evaluate_bundle  # noqa: PLC0415
        from emofold.prediction.evaluation_folder import (  # noqa: PLC0415
            check_own_tables,
            write_evaluation,
        )
        from emofold.prediction.predictor import Predictor  # noqa: PLC0415

        bundle = Bundle.load(arguments.model)
        corpus = read_other_corpus(arguments.sheet, bundle.emotions, arguments.map).without_copies()
        if arguments.out:
            check_own_tables(arguments.out, bundle.emotions)
        progress.count("reading", len(corpus.clips), "clips")
        evaluation = evaluate_bundle(
            Predictor(bundle, make_options(arguments)),
            corpus,
            confidence=CONFIDENCE,
            draws=DRAWS,
            seed=SEED,
            on_progress=progress.advance,
        )
    print("\n".join(summarise(evaluation)))
    if arguments.out:
        provenance = describe_call(arguments, "evaluate", known_as=corpus.known_as)
        write_evaluation(evaluation, arguments.out, provenance)
        print(f"\nThe tables: {printable(str(arguments.out))}")
    for complaint in list_complaints(evaluation.failures, corpus.clips):
        print(f"emofold: {complaint}", file=sys.stderr)
    return 1 if len(evaluation.failures) > arguments.allow_failed_clips else 0


def list_complaints(failures: Sequence["Failure"], clips: Sequence["Clip"]) -> Iterator[str]:
    """Yield why clips have no answer: each reason once, of however many clips."""
    files = {
        clip.clip: [file for file in (clip.media, clip.action_units) if file] for clip in clips
    }
    said = [Said(one.clip, one.reason, files.get(one.clip, [])) for one in failures]
    yield from complain_once(said, "evaluate")


def summarise(evaluation: "BundleEvaluation") -> Iterator[str]:
    """Yield the lines of a summary: the metrics, the emotions, and what is left out."""
    from emofold.report.other_corpora import emotions_for_people, metrics_for_people  # noqa: PLC0415
    from emofold.report.table_page import as_text  # noqa: PLC0415

    yield from explain_emotions(evaluation)
    yield ""
    yield as_text(metrics_for_people(evaluation.tables["metrics"]))
    yield ""
    yield as_text(emotions_for_people(evaluation.tables["emotions"]))
    if evaluation.failures:
        names = [failure.clip for failure in evaluation.failures]
        yield f"\nWithout an answer: {counted(len(names), 'clip')}: {listing(names)}"


def explain_emotions(evaluation: "BundleEvaluation") -> Iterator[str]:
    """Yield which emotions are compared, and which only one of the two sides knows."""
    shared = {*evaluation.known_as.values()}
    compared = [
        name if name == known_as else f"{name} (as {known_as})"
        for name, known_as in evaluation.known_as.items()
    ]
    yield f"Both know {counted(len(shared), 'emotion')}: {listing(compared, MOST_EMOTIONS)}"
    if evaluation.unknown:
        hinted = [f"{name}{nearest(name, evaluation.missing)}" for name in evaluation.unknown]
        yield f"The bundle does not know: {listing(hinted, MOST_EMOTIONS)}"
    if evaluation.missing:
        yield f"The sheet does not have: {listing(evaluation.missing, MOST_EMOTIONS)}"
