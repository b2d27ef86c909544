"""What commands ask for that let a bundle look at recordings: the bundle, and its tools."""

import argparse
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emofold.prediction.predictor import Options


def add_bundle_options(parser: argparse.ArgumentParser) -> None:
    """Add the options to a parser."""
    parser.add_argument(
        "--model",
        required=True,
        type=_find_bundle,
        metavar="DIR",
        help="a bundle: results/<name>/model, or results/<name>",
    )
    parser.add_argument(
        "--openface",
        type=Path,
        metavar="PROGRAM",
        help="your OpenFace's FeatureExtraction, for a bundle that was trained with it",
    )
    parser.add_argument(
        "--extractor",
        choices=["pyfaceau"],
        help="what reads faces in the place of the OpenFace that a bundle was trained with",
    )
    parser.add_argument(
        "--binary",
        type=Path,
        metavar="PROGRAM",
        default=Path("pyfaceau"),
        help="for --extractor pyfaceau: its program (default: pyfaceau)",
    )


def add_means_option(parser: argparse.ArgumentParser) -> None:
    """Add what takes the place of faces to a parser."""
    parser.add_argument(
        "--means",
        type=Path,
        metavar="TABLE",
        help="a parquet file of mean Action Units by clip, in the place of what videos show",
    )


def make_options(arguments: argparse.Namespace, **timeline: float) -> "Options":
    """Return how a bundle is to predict, by the arguments of a command."""
    from emofold.face.schemas import MEANS  # noqa: PLC0415
    from emofold.prediction.predictor import Options  # noqa: PLC0415
    from emofold.tables import read_given_table  # noqa: PLC0415

    return Options(
        **timeline,
        threads=_count_cores(),
        openface=_find_program(arguments.openface),
        pyfaceau=_find_program(arguments.binary) if arguments.extractor else None,
        means=read_given_table(arguments.means, MEANS) if arguments.means else None,
    )


def describe_call(arguments: argparse.Namespace, rule: str, **parameters: Any) -> dict[str, Any]:
    """Return the provenance of tables that a command makes with a bundle."""
    from emofold import __version__  # noqa: PLC0415
    from emofold.prediction.manifest import MANIFEST  # noqa: PLC0415
    from emofold.runtime.job import input_digests  # noqa: PLC0415

    return {
        "emofold": __version__,
        "rule": rule,
        "parameters": parameters,
        "inputs": input_digests([str(arguments.model / MANIFEST)]),
    }


def _find_bundle(folder: str) -> Path:
    from emofold.prediction.manifest import find_bundle  # noqa: PLC0415

    return find_bundle(Path(folder))


def _find_program(name: Path | None) -> Path | None:
    """Return the program of a name, which the system may know by its name alone."""
    return Path(shutil.which(name) or name) if name else None


def _count_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
