"""Replay over the history of the repository how often its code made each rule stale.

``python benchmarks/staleness.py`` reads the trees of the last commits and compares each script's
digest before and after every commit: one of the whole modules that the script imports, and that of
the definitions that it reaches (:mod:`emofold.runtime.code_digest`). A script counts where it
exists on both sides.
"""

import argparse
import ast
import hashlib
import io
import subprocess
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from emofold.runtime.code_digest import Library

ROOT = Path(__file__).parents[1]


def digest_by_module(script: Path, source_root: Path) -> str:
    """Digest a script and, whole, every module that it imports, directly or through another."""
    found: set[Path] = set()
    waiting = [script]
    while waiting:
        for imported in directly_imported(waiting.pop(), source_root):
            if imported not in found:
                found.add(imported)
                waiting.append(imported)
    digest = hashlib.sha256(meaning(script.read_bytes()).encode())
    for module in sorted(found):
        digest.update(f"\n{module.relative_to(source_root)}\n".encode())
        digest.update(meaning(module.read_bytes()).encode())
    return digest.hexdigest()


def directly_imported(file: Path, source_root: Path) -> Iterator[Path]:
    """Yield the files that the imports of a file execute."""
    package = file.relative_to(source_root).parent.parts if file.is_relative_to(source_root) else ()
    for name in imported_names(file.read_bytes(), package):
        parts = name.split(".")
        for depth in range(1, len(parts) + 1):
            stem = source_root.joinpath(*parts[:depth])
            yield from filter(Path.is_file, (stem / "__init__.py", stem.with_suffix(".py")))


@cache
def imported_names(code: bytes, package: tuple[str, ...]) -> frozenset[str]:
    """Return the dotted name of everything imported."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*above, *filter(None, [node.module])))
            names.update([base, *(f"{base}.{alias.name}" for alias in node.names)])
    return frozenset(names)


@cache
def meaning(code: bytes) -> str:
    """Return the code without comments, docstrings, positions, formatting and release number."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            is_documented = ast.get_docstring(node, clean=False) is not None
            node.body = [
                line
                for line in node.body[is_documented:]
                if not ast.unparse(line).startswith("__version__ = ")
            ]
    return ast.dump(tree)


def git(*arguments: str) -> bytes:
    """Return what git prints."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def digests(commit: str) -> dict[str, tuple[str, str]]:
    """Return each script's digests by module and by definition, as the code was at a commit."""
    has = git("ls-tree", "--name-only", commit, "src", "scripts").decode().split()
    with tempfile.TemporaryDirectory() as scratch:
        if has:
            with tarfile.open(fileobj=io.BytesIO(git("archive", commit, *has))) as archive:
                archive.extractall(scratch, filter="data")
        source_root = Path(scratch, "src")
        library = Library(source_root)
        return {
            script.stem: (digest_by_module(script, source_root), library.digest(script))
            for script in Path(scratch, "scripts").glob("*.py")
        }


def main() -> None:
    """Print how often each script went stale by module and by definition."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--commits", type=int, default=44, help="how many of the last commits")
    parser.add_argument("--until", metavar="COMMIT", default="HEAD", help="the last of them")
    parser.add_argument("--of", metavar="SCRIPT", help="name the commits that made it stale")
    given = parser.parse_args()
    commits = git("rev-list", "--first-parent", "-n", str(given.commits + 1), given.until)
    by_module: Counter[str] = Counter()
    by_definition: Counter[str] = Counter()
    before: dict[str, tuple[str, str]] = {}
    for commit in reversed(commits.decode().split()):
        after = digests(commit)
        for script in before.keys() & after.keys():
            by_module[script] += before[script][0] != after[script][0]
            by_definition[script] += (is_stale := before[script][1] != after[script][1])
            if is_stale and script == given.of:
                print(git("log", "-1", "--format=%h %s", commit).decode().strip())
        before = after
    print(f"{'script':28} {'by module':>10} {'by definition':>14} {'ratio':>6}")
    rows = [(name, by_module[name], by_definition[name]) for name in sorted(by_module)]
    for name, modules, definitions in [*rows, ("all", by_module.total(), by_definition.total())]:
        ratio = f"{definitions / modules:.2f}" if modules else "-"
        print(f"{name:28} {modules:10} {definitions:14} {ratio:>6}")


if __name__ == "__main__":
    main()
