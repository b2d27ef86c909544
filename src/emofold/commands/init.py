"""``emofold init``: a sample sheet and a config, from a folder of videos."""

import argparse
import logging
import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emofold.commands import new_files
from emofold.commands.new_files import CONFIG, SHEET, SPEAKERS
from emofold.commands.say_once import MOST_NAMED, Said, name_some, say_once
from emofold.errors import InputError, counted, listing, printable

if TYPE_CHECKING:
    from emofold.config.known_corpora import KnownCorpus
    from emofold.config.new_corpus import NewCorpus

MOST_KINDS = 12  # of problems
DESCRIPTION = f"""\
Write a sample sheet ({SHEET}) and a config ({CONFIG}) for the video or sound files below a
folder, and list all that is wrong with them at once. The names say what the clips show."""
GRAMMAR = """\
a known corpus:
  --corpus emodb                           the files are a copy of EMO-DB, however it is nested

  It needs no pattern, knows how many clips there are and which are bad, and says how to cite it.
  docs/reference/corpora.md lists the corpora that are known.

the pattern:
  It describes the name of a file without its ending, or, where it has a /, its whole path below the
  folder of the files. Put it into single quotes.

    {speaker} {emotion}                    what must be known of each clip
    {intensity} {statement} {repetition}   what else the sheet can hold; a repetition is a number
    {emotion:2}                            any two characters
    *                                      anything that does not matter, or nothing
    any other text                         itself

  None of these reaches over a /, or over the text that follows it in the pattern, so that a name
  of more parts than the pattern does not fit; only a * at the end of a name stands for all the
  rest. What comes twice must be the same both times.

    anna_happy_take 2.mp4                  '{speaker}_{emotion}_*'
    subject 7/sad/03.avi                   'subject {speaker}/{emotion}/{repetition}'
    1001_DFA_ANG_XX.wav                    '{speaker}_{statement}_{emotion}_{intensity}'
    03a01Fa.wav                            '{speaker:2}{statement:3}{emotion:1}*'
    Actor_12/01-01-03-01-02-01-12.mp4      '*-*-{emotion}-*-*-*-{speaker}' (RAVDESS)

the emotions:
  --emotions neutral,happy,sad             in the order of every table and figure
  --emotions neutral=01,calm=02,happy=03   the same, by the codes in the names; an emotion may have
                                           several codes: calm=01,calm=02
  --emotions neutral,happy,happy=excited   of a known corpus, those to take, by its own words

  Without it, they are those of the files, in alphabetical order, or of the corpus, in its own.

what is written:
  The sheet holds the clips that can be used; files with a problem are left out. The speech branch
  needs sound and the face branch pictures: what no file has, the config leaves out; where only some
  have it, the others are left out. Action Units are read from csv files of OpenFace, where nine of
  ten files have one that is called alike, beside them, in a folder below, or in another tree.
  With fewer than two speakers or two emotions, nothing is written. The exit code is 1 where there
  are problems, else 0.
"""

logger = logging.getLogger(__name__)


def add(commands: Any) -> None:
    """Add the command to those of the parser."""
    parser = commands.add_parser(
        "init",
        help="make a sample sheet and a config from a folder of videos",
        description=DESCRIPTION,
        epilog=GRAMMAR,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help=f"where {SHEET} and {CONFIG} are written"
    )
    names = parser.add_mutually_exclusive_group(required=True)
    names.add_argument("--pattern", help="what the names of the files say")
    names.add_argument("--corpus", metavar="NAME", help="the corpus that the files are a copy of")
    parser.add_argument(
        "--videos", type=Path, metavar="FOLDER", help="the files, of any nesting (default: DIR)"
    )
    parser.add_argument("--emotions", metavar="NAMES", help="the emotions, see below")
    parser.add_argument(
        "--folds",
        type=_read_folds,
        metavar="N",
        help="how many folds by speaker, or `speakers` for a fold for each (default: 5, or fewer)",
    )
    parser.add_argument(
        "--recipe",
        action="store_true",
        help="Whisper beside Action Units, both also normalised by speaker, instead of librosa",
    )
    parser.add_argument("--force", action="store_true", help="overwrite what is there")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Write the sheet and the config, and print what is wrong."""
    from emofold.config.known_corpora import read_known_corpus  # noqa: PLC0415

    folder: Path = given.folder
    videos: Path = given.videos or folder
    known = read_known_corpus(given.corpus) if given.corpus else None
    corpus, remarks = _read(given, videos, known)
    if corpus.is_corpus:
        new_files.write(corpus, given, known)
    _print_remarks(remarks, known)
    _print_problems(corpus, videos)
    if known:
        print(*known.describe(), "", sep="\n")
    _print_summary(corpus, folder)
    return 1 if corpus.left_out or corpus.flaws else 0


def _read(
    given: argparse.Namespace, videos: Path, known: "KnownCorpus | None"
) -> tuple["NewCorpus", Sequence[str]]:
    """Return the corpus that the files make, and how a copy of a known one differs from it."""
    from emofold.config.known_files import read_known_files  # noqa: PLC0415
    from emofold.config.name_pattern import NamePattern, parse_emotions  # noqa: PLC0415
    from emofold.config.new_corpus import MOST_FOLDS, read_corpus  # noqa: PLC0415

    pattern = NamePattern(given.pattern) if given.pattern else None
    emotions = parse_emotions(given.emotions) if given.emotions else None
    if not videos.is_dir():
        raise InputError(f"no folder {videos}", "a folder of videos", "correct the path")
    new_files.check_places(given.folder, videos, given.force)
    own = {given.folder / SHEET, given.folder / CONFIG}
    most = None if given.folds == SPEAKERS else given.folds or MOST_FOLDS
    if known is None:
        assert pattern
        return read_corpus(videos, pattern, emotions, own, most), []
    files = read_known_files(known, videos, emotions)
    ignored = own | {videos / path for path in files.passed_over}
    corpus = read_corpus(videos, files, files.emotions, ignored, most, segments=files.segments)
    return corpus, files.remarks


def _read_folds(text: str) -> int | str:
    if text == SPEAKERS:
        return text
    if text.isascii() and text.isdecimal() and int(text) > 1:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is neither `{SPEAKERS}` nor a number above 1")


def _print_remarks(remarks: Sequence[str], known: "KnownCorpus | None") -> None:
    if known and remarks:
        lines = [f"emofold: compared with {known.title} as it was published:"]
        print("\n".join([*lines, *(f"  {remark}" for remark in remarks)]), file=sys.stderr)


def _print_problems(corpus: "NewCorpus", videos: Path) -> None:
    lines = []
    if corpus.left_out:
        for path, problems in corpus.left_out.items():
            logger.warning("%s: %s", videos / path, "; ".join(problems))
        number = counted(len(corpus.left_out), "file")
        lines.append(printable(f"emofold: {number} below {videos} left out:"))
        lines += _group_problems(corpus.left_out)
    if corpus.flaws:
        lines.append("emofold: no run gets through before this is mended:")
        lines += [printable(f"  {flaw}") for flaw in corpus.flaws]
    if lines:
        lines.append(
            "What to do: rename or replace files, or correct --pattern or --emotions, and run this "
            "again with --force; or correct the sheet and the config by hand"
        )
        print("\n".join(lines), file=sys.stderr)


def _group_problems(problems: Mapping[Path, Sequence[str]]) -> Iterator[str]:
    """Yield a line for each kind of problem, the most frequent first, and where all are named."""
    said = [
        Said(str(path), printable(problem), [path.name, path.stem])
        for path, found in problems.items()
        for problem in found
    ]
    lines = sorted(say_once(said, partial(name_some, noun="file")), key=lambda line: -line[0])
    yield from (f"  {line}" for _, line in lines[:MOST_KINDS])
    more = len(lines) - MOST_KINDS
    if more > 0:
        yield f"  and {more} more kinds of problems"
    if more > 0 or any(number > MOST_NAMED for number, _ in lines):
        yield "  All of them, file by file, are in the log of `emofold --log FILE init ...`"


def _print_summary(corpus: "NewCorpus", folder: Path) -> None:
    print(
        f"{counted(len(corpus.clips), 'clip')} of {counted(len(corpus.speakers), 'speaker')}: "
        f"{printable(', '.join(corpus.emotions))}"
    )
    for line in _describe_openface_files(corpus):
        print(line)
    if corpus.others:
        verb = "was" if corpus.others == 1 else "were"
        print(f"{counted(corpus.others, 'other file')} {verb} left alone")
    if not corpus.is_corpus:
        print("Nothing was written")
        return
    branches = {"speech": corpus.has_sound, "face": corpus.extractor}
    print(
        f"Written: {printable(f'{folder / SHEET} and {folder / CONFIG}')} "
        f"({' and '.join(name for name, there in branches.items() if there)}, "
        f"{counted(corpus.folds, 'fold')} by speaker, protocol {corpus.protocol})"
    )
    if not corpus.flaws:
        print("", "Look through both, then run:", printable(_next_step(folder)), sep="\n")


def _describe_openface_files(corpus: "NewCorpus") -> Iterator[str]:
    """Yield how many clips have a csv of OpenFace, and whether it is used."""
    lacking = [clip.clip for clip in corpus.clips if not clip.action_units]
    there = len(corpus.clips) - len(lacking)
    if corpus.has_openface_files:
        yield f"Action Units from {counted(there, 'csv file')} of OpenFace"
    elif there:
        yield (
            f"{counted(there, 'csv file')} of OpenFace in the sheet, but too few to be used: "
            f"{counted(len(lacking), 'clip')} without ({listing(lacking, MOST_NAMED)})"
        )


def _next_step(folder: Path) -> str:
    """Return the command that runs the workflow on the new corpus."""
    program = Path(sys.executable).with_name("snakemake")
    here = Path.cwd()
    start = [os.path.relpath(program) if program.is_relative_to(here) else str(program)]
    if (on_path := shutil.which("snakemake")) and Path(on_path) == program:
        start = ["snakemake"]
    if here != new_files.WORKFLOW.resolve():
        start += ["--snakefile", str(new_files.WORKFLOW / "Snakefile")]
    return f"  {shlex.join([*start, '--cores', '2', '--configfile', str(folder / CONFIG)])}"
