"""``emofold compare``: two runs side by side, tests on the clips of both, and what was changed."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emofold.errors import InputError, counted, listing, printable

if TYPE_CHECKING:
    from emofold.evaluation.run_comparison import CommonClips, Pair
    from emofold.evaluation.runs import Run

BEST = "No system has the same name in both runs: these are the most accurate of each, chosen by "
BEST += "the very clips of the test."


def add(commands: Any) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser("compare", help="compare two runs, and say what was changed")
    parser.add_argument(
        "a", metavar="RUN", type=Path, help="the results of a run, such as results/demo"
    )
    parser.add_argument("b", metavar="RUN", type=Path, help="the results of another")
    parser.add_argument(
        "--pair",
        nargs=2,
        action="append",
        default=[],
        metavar=("SYSTEM_A", "SYSTEM_B"),
        help="test a system of the first run against one of the second, and only such pairs",
    )
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Print the comparison."""
    print(compared(given.a, given.b, [(one, other) for one, other in given.pair]))
    return 0


def compared(folder_a: Path, folder_b: Path, named: "Sequence[Pair]" = ()) -> str:
    """Return a comparison of two runs as text.

    Parameters
    ----------
    folder_a, folder_b
        The folders of their results.
    named
        The systems to test against one another. Empty: those of the same name, and where there are
        none, the most accurate of each run.
    """
    from emofold.evaluation import run_comparison  # noqa: PLC0415
    from emofold.evaluation.runs import Run  # noqa: PLC0415
    from emofold.report.table_page import as_text  # noqa: PLC0415

    a, b = Run.read(folder_a), Run.read(folder_b)
    if folder_a.samefile(folder_b):
        raise InputError(
            f"{folder_a} and {folder_b}, which are the same folder",
            "two runs",
            "name another run, such as one with another `name` in its config",
        )
    run_comparison.check_pairs(a, b, named)
    shared = run_comparison.shared_systems(a, b)
    pairs = list(named or shared or run_comparison.best_of_each(a, b))
    clips = run_comparison.common_clips(a, b)
    footing = run_comparison.on_other_footing(a, b, dict.fromkeys([*shared, *pairs]))
    blocks = [
        "\n".join(_about_the_runs(a, b, clips)),
        "Means of the folds in percent, differences (B - A) in points:",
        as_text(run_comparison.side_by_side(a, b)),
        "\n".join(f"Not on the same footing ({how}): {listing(n)}" for how, n in footing.items()),
    ]
    if pairs and clips.alike:
        tests = run_comparison.paired_tests(a, b, pairs, set(clips.alike))
        common = counted(len(clips.alike), "common clip")
        blocks.append(f"McNemar's exact tests on {common}; p_holm is corrected for their number:")
        blocks.append(as_text(tests))
        if not named and not shared:
            blocks.append(BEST)
    else:
        blocks.append("Nothing to test: no clip in both, or no system but the baseline in one.")
    blocks.append(_changes(a, b, pairs))
    text = "\n\n".join(filter(None, blocks))
    return "\n".join(map(printable, text.split("\n")))


def _about_the_runs(a: "Run", b: "Run", clips: "CommonClips") -> list[str]:
    lines = []
    for side, one in (("A", a), ("B", b)):
        lines.append(f"{side}: {one.folder}, {counted(len(one.clips), 'clip')}")
        if one.note:
            lines.append(f"   {one.note}")
        if len(one.failures):
            failed = one.failures["clip"].unique()
            lines.append(f"   {counted(len(failed), 'clip')} failed: {listing(failed)}")
    common = [*clips.alike, *clips.relabelled]
    lines.append(f"{counted(len(common), 'clip')} in both")
    if a.note != b.note:
        lines.append("The corpora are not the same, even where their clips have the same names.")
    if len(common) < max(len(a.clips), len(b.clips)):
        lines.append("The means are over the clips of each run, the tests over those of both.")
    if a.emotions != b.emotions:
        lines.append(
            f"The emotions differ: {', '.join(a.emotions)} in A, {', '.join(b.emotions)} in B"
        )
    if clips.relabelled:
        number = counted(len(clips.relabelled), "clip")
        lines.append(
            f"{number} of another emotion in A than in B, in no test: {listing(clips.relabelled)}"
        )
    if not clips.same_folds:
        lines.append("The folds divide these clips in other ways in A than in B.")
    return lines


def _changes(a: "Run", b: "Run", pairs: "Sequence[Pair]") -> str:
    from emofold.evaluation.provenance_differences import provenance_differences  # noqa: PLC0415

    tested = [
        tables
        for one, other in pairs
        for tables in zip(a.tables_of(one), b.tables_of(other), strict=False)
    ]
    changes = provenance_differences(a.folder, b.folder, tested)
    if not changes:
        return "Nothing differs in what the tables say of how they were made."
    lines = [f"{about}\n" + "\n".join(f"  {line}" for line in changes[about]) for about in changes]
    return "\n".join(["What differs between A and B:", *lines])
