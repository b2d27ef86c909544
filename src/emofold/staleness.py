"""What a rule's result depends on beyond its input files: the code that it runs.

Snakemake compares the text of a script: it misses a change in a module that the script imports, and
reruns after a change in a comment. :func:`code_digest` follows the imports and reads the code as
the interpreter does.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SOURCE_ROOT = Path(__file__).parents[1]


def code_digest(script: Path, source_root: Path = SOURCE_ROOT) -> str:
    """Digest a script and every first-party module that it imports, directly or through another.

    Comments, docstrings, formatting and the release number do not count, and neither does the place
    of the files.

    Parameters
    ----------
    script
        The Python file that a rule runs.
    source_root
        The folder that holds the first-party packages.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    digest = hashlib.sha256(_meaning(script.read_bytes()).encode())
    for module in sorted(first_party_imports(script, source_root)):
        digest.update(f"\n{module.relative_to(source_root).as_posix()}\n".encode())
        digest.update(_meaning(module.read_bytes()).encode())
    return digest.hexdigest()[:16]


def first_party_imports(script: Path, source_root: Path = SOURCE_ROOT) -> set[Path]:
    """Return the files below `source_root` that running `script` may import."""
    found: set[Path] = set()
    waiting = [script]
    while waiting:
        for imported in _direct_imports(waiting.pop(), source_root):
            if imported not in found:
                found.add(imported)
                waiting.append(imported)
    return found


def _direct_imports(file: Path, source_root: Path) -> set[Path]:
    package = file.relative_to(source_root).parent.parts if file.is_relative_to(source_root) else ()
    return {
        path
        for name in _imported_names(file.read_bytes(), package)
        for path in _files_of(name, source_root)
    }


@cache
def _imported_names(code: bytes, package: tuple[str, ...]) -> frozenset[str]:
    """Return the dotted name of everything imported, modules and what is taken from them alike."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*above, *filter(None, [node.module])))
            names.update([base, *(f"{base}.{alias.name}" for alias in node.names)])
    return frozenset(names)


def _files_of(dotted_name: str, source_root: Path) -> Iterator[Path]:
    """Yield the files that importing a dotted name executes: its packages, then the module."""
    parts = dotted_name.split(".")
    for depth in range(1, len(parts) + 1):
        stem = source_root.joinpath(*parts[:depth])
        for candidate in (stem / "__init__.py", stem.with_suffix(".py")):
            if candidate.is_file():
                yield candidate


@cache
def _meaning(code: bytes) -> str:
    """Return the code without comments, docstrings, positions, formatting and release number."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            is_documented = ast.get_docstring(node, clean=False) is not None
            node.body = [line for line in node.body[is_documented:] if not _is_release(line)]
    return ast.dump(tree)


def _is_release(line: ast.stmt) -> bool:
    return isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "__version__"
