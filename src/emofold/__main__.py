"""The command ``emofold``: emotions of your own videos, and a look at what a run made."""

import argparse
import sys

from emofold.commands import clean, compare, init, predict, show, verify
from emofold.errors import InputError

COMMANDS = (predict, init, show, compare, verify, clean)
INTERRUPTED = 130


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="emofold", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    given = make_parser().parse_args(arguments)
    try:
        code: int = given.run(given)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = None  # the reader has gone, as with `| head`
        return 0
    except InputError as error:
        print(f"emofold: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("emofold: interrupted", file=sys.stderr)
        return INTERRUPTED
    return code


if __name__ == "__main__":
    sys.exit(main())
