"""The command ``emofold``: emotions of your own videos, and a look at what a run made."""

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emofold import __version__
from emofold.commands import clean, compare, evaluate, init, predict, serve, show, verify
from emofold.commands.completion import SHELLS, PrintCompletion
from emofold.errors import InputError, explain_machine, refuse_by_system
from emofold.runtime import ending
from emofold.runtime.logs import PrintableFormatter

COMMANDS = (predict, serve, evaluate, init, show, compare, verify, clean)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="emofold", description=__doc__)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument(
        "--log",
        type=Path,
        metavar="FILE",
        help="write a log there, with the traceback of each error that is unexpected",
    )
    parser.add_argument(
        "--print-completion",
        action=PrintCompletion,
        choices=SHELLS,
        help="print the script by which a shell completes this command",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    given = make_parser().parse_args(arguments)
    try:
        with ending.ending_when_asked(), _logging_to(given.log):
            code: int = given.run(given)
            sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = None  # the reader has gone, as with `| head`
        return 0
    except InputError as error:
        print(f"emofold: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(ending.MESSAGE, file=sys.stderr)
        return ending.exit_code()
    except Exception as error:
        known = refuse_by_system(error) if isinstance(error, OSError) else explain_machine(error)
        if known is None:
            raise
        print(f"emofold: {known}", file=sys.stderr)
        return 1
    return code


@contextmanager
def _logging_to(path: Path | None) -> Iterator[None]:
    """Write what emofold logs into a file, or nowhere: what a user must know is printed."""
    handler = logging.FileHandler(path, "w", encoding="utf-8") if path else logging.NullHandler()
    handler.setFormatter(PrintableFormatter())
    logger = logging.getLogger("emofold")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()


if __name__ == "__main__":
    sys.exit(main())
