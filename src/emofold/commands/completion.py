"""``emofold --print-completion``: what a shell completes when the tab key is pressed."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SHELLS = ("bash", "zsh", "tcsh")
FOLDERS = {"DIR", "FOLDER", "RUN"}  # as the help calls arguments that are folders


class PrintCompletion(argparse.Action):
    """Print the script that tells a shell what the parser takes, and end."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Print the script of the shell that is named."""
        print(write_completion(parser, values))
        parser.exit()


def write_completion(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the script that lets a shell complete commands, options, choices, files and folders.

    Parameters
    ----------
    parser
        The parser of all commands.
    shell
        One of :data:`SHELLS`.
    """
    import shtab  # noqa: PLC0415

    from emofold.config.known_corpora import list_known_corpora  # noqa: PLC0415

    for action in _actions_of(parser):
        if action.metavar in FOLDERS:
            vars(action)["complete"] = shtab.DIRECTORY
        elif action.type is Path:
            vars(action)["complete"] = shtab.FILE
        elif action.dest == "corpus":
            action.choices = list_known_corpora()
    return shtab.complete(parser, shell)


def _actions_of(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield the arguments of a parser and of its commands."""
    for action in parser._actions:
        yield action
        if isinstance(action.choices, Mapping):
            for command in action.choices.values():
                yield from _actions_of(command)
