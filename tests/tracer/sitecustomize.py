"""Write down which first-party functions a job of the workflow runs; see ``traced_runs.py``.

Python imports this file when it starts, if its folder is on the path. First-party functions are
then compiled with a call in front of their first line: a profiler would slow down every other call
of a job, too. The processes that a job starts belong to it. Each definition is written at once when
it first runs, since some processes end without a farewell.
"""

import ast
import builtins
import os
import re
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

SCRIPT = re.compile(r"\.snakemake/scripts/\w+\.(\w+)\.py$")
NOTE = "__note_that_it_runs__"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def rule_of_process() -> str | None:
    """Return the rule whose script runs here, or whose job started this process."""
    found = filter(None, map(SCRIPT.search, sys.orig_argv))
    return next((match[1] for match in found), os.environ.get("TRACED_RULE"))


def with_notes(tree: ast.Module, path: str) -> ast.Module:
    """Begin each function with a note of the definition at the top of the module that it is in."""
    for line in tree.body:
        for node in ast.walk(line):
            if isinstance(node, FUNCTIONS):
                name = getattr(line, "name", node.name)
                note = ast.parse(f"{NOTE}({path!r}, {name!r})").body[0]
                for part in ast.walk(note):
                    ast.copy_location(part, node.body[0])
                node.body.insert(ast.get_docstring(node) is not None, note)
    return tree


class Loader(SourceFileLoader):
    """Load a first-party module from its source, with notes in it."""

    def get_code(self, fullname: str) -> CodeType:
        """Compile the module, neither from a cache nor into one."""
        path = self.get_filename(fullname)
        tree = with_notes(ast.parse(self.get_data(path)), path)
        return compile(tree, path, "exec", dont_inherit=True)


class Finder:
    """Find the modules of one folder."""

    def __init__(self, source: str) -> None:
        self.source = source

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load a module of the folder, and nothing for any other."""
        if not Path(self.source, name.partition(".")[0]).is_dir():
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and spec.origin and spec.origin.startswith(self.source):
            spec.loader = Loader(name, spec.origin)
        return spec


def trace(rule: str, source: str, folder: Path) -> None:
    """Append a line to a file of this process whenever a definition of `source` first runs."""
    seen = set()

    def note(*definition: str) -> None:
        if definition not in seen:
            seen.add(definition)
            with (folder / f"{os.getpid()}.tsv").open("a", encoding="utf-8") as file:
                file.write("\t".join([rule, *definition]) + "\n")

    setattr(builtins, NOTE, note)
    finders: list[Any] = sys.meta_path
    finders.insert(0, Finder(source))
    os.environ["TRACED_RULE"] = rule


if "TRACED_SOURCE" in os.environ and (its_rule := rule_of_process()):
    trace(its_rule, os.environ["TRACED_SOURCE"], Path(os.environ["TRACE"]))
