"""What a rule's result depends on beyond its input files: the code that it runs.

Snakemake compares the text of a script: it misses a change in a function that the script calls, and
reruns after a change in a comment. :func:`code_digest` follows the names that the code uses.

What counts:

- the script, whole;
- the functions, classes and constants of the library that the script reaches: through names,
  imports (those inside functions too), names that a package passes on, and attributes of modules.
  A class counts whole. Where a module itself is handed on, or everything is imported from it, all
  of it counts;
- of every module that the script may import, and of the packages on the way to it, the statements
  that importing it runs, other than definitions and imports;
- the functions and classes that are called when those modules are imported: by decorators, default
  values, bodies of classes and the values of constants, even where what is so made is not used;
- what each name in this code stands for. Taking another function is a change.

What does not: comments, docstrings, formatting, the place of the files, the release number, and
annotations in functions, which decide nothing. Those in a class do: a dataclass is made of them.
Neither do the names of functions, constants and modules: what is moved or renamed is the same.

A local variable that is named like a definition reaches it; this makes a rule stale too often,
never too seldom. What names cannot show is not seen: a name in a text that is looked up in a
module. ``tests/test_names_show_all.py`` keeps it out of the code.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from emofold.runtime.definitions import Chain, Code, Imports, Module, read_module, read_script

SOURCE_ROOT = Path(__file__).parents[2]
IMPORTED = "<imported>"
EVERYTHING = "<everything>"

DEPTH = 8  # how many steps away what a name stands for still tells it from another

Node = tuple[str, str]  # a module, and a definition in it or one of the two words above
Target = tuple[Node, Chain]  # what a name stands for, and the attributes that are taken from it


def code_digest(script: Path, source_root: Path = SOURCE_ROOT) -> str:
    """Digest a script and the first-party definitions that it reaches.

    Each file of the library is read once per process.

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
    return _library(source_root).digest(script)


def reached_definitions(script: Path, source_root: Path = SOURCE_ROOT) -> set[tuple[Path, str]]:
    """Return the file and the name of each first-party definition that a script reaches."""
    return _library(source_root).reached_definitions(script)


@dataclass(frozen=True)
class Library:
    """First-party code, of which each file is read once.

    Parameters
    ----------
    root
        The folder that holds the packages.
    """

    root: Path
    _modules: dict[str, Module | None] = field(default_factory=dict)
    _links: dict[Node, "Links"] = field(default_factory=dict)
    _meanings: dict[tuple[Node, int], bytes] = field(default_factory=dict)

    def digest(self, script: Path) -> str:
        """Digest a script; see :func:`code_digest`."""
        start, reached = self._reach(script)
        meanings = {self._meaning(node, DEPTH) for node in reached if self._links[node].words}
        own = self._digest(start.words, DEPTH)
        return hashlib.sha256(b"".join([own, *sorted(meanings)])).hexdigest()[:16]

    def reached_definitions(self, script: Path) -> set[tuple[Path, str]]:
        """Return what a script reaches; see :func:`reached_definitions`."""
        _, reached = self._reach(script)
        return {
            (self._file(module), name)
            for module, name in reached
            if name not in (IMPORTED, EVERYTHING)
        }

    def _meaning(self, node: Node, depth: int) -> bytes:
        """Digest what a node does, with what the names in it stand for so many steps away."""
        if (node, depth) not in self._meanings:
            self._meanings[node, depth] = self._digest(self._links[node].words, depth)
        return self._meanings[node, depth]

    def _digest(self, words: Iterable[str | Node], depth: int) -> bytes:
        digest = hashlib.sha256()
        for word in words:
            if isinstance(word, str):
                digest.update(word.encode())
            elif depth:
                digest.update(self._meaning(word, depth - 1))
            digest.update(b" ")
        return digest.digest()

    def _reach(self, script: Path) -> tuple["Links", set[Node]]:
        module = read_script(script.read_bytes())
        start = self._follow(module, module.run_at_import)
        reached: set[Node] = set()
        waiting = set(start.nodes)
        while waiting:
            node = waiting.pop()
            reached.add(node)
            if node not in self._links:
                self._links[node] = self._links_of(*node)
            waiting |= self._links[node].nodes - reached
        return start, reached

    def _links_of(self, module_name: str, name: str) -> "Links":
        module = self._module(module_name)
        assert module is not None
        if name == IMPORTED:
            return self._links_of_import(module)
        if name == EVERYTHING:
            return self._links_of_everything(module)
        links = self._follow(module, module.definitions[name])
        return Links(links.nodes | set(self._loaded([module_name])), links.words)

    def _links_of_import(self, module: Module) -> "Links":
        links = self._follow(module, module.run_at_import)
        nodes = links.nodes | self._imported(module.imports)
        for chain in module.called_at_import:
            for found, name in _first_party(self._find(module, chain, Imports())):
                called = self._module(found)
                if name == EVERYTHING or (called and called.definitions[name].is_callable):
                    nodes.add((found, name))
        return Links(nodes, links.words)

    def _links_of_everything(self, module: Module) -> "Links":
        names = {*module.definitions, *module.imports.bindings, *self._submodules(module)}
        nodes = set(self._loaded([module.name]))
        words: list[str | Node] = []
        for name in sorted(names):
            targets = self._find_attribute(module, (name,), set())
            nodes.update(_first_party(targets))
            words += [name, *_words(targets)]
        return Links(nodes, words)

    def _follow(self, module: Module, code: Code) -> "Links":
        """Return what some code of a module leads to, with what its names stand for."""
        nodes = self._imported(code.imports)
        words: list[str | Node] = []
        for word in code.words:
            if isinstance(word, str):
                words.append(word)
                continue
            targets = self._find(module, word, code.imports)
            nodes.update(_first_party(targets))
            words += _words(targets) if targets else [".".join(word)]
        return Links(nodes, words)

    def _imported(self, imports: Imports) -> set[Node]:
        everything = {(name, EVERYTHING) for name in imports.starred if self._module(name)}
        return {*self._loaded(imports.loaded), *everything}

    def _loaded(self, dotted_names: Iterable[str]) -> Iterator[Node]:
        """Yield the modules that an import runs: the packages on the way, then the module."""
        for dotted_name in dotted_names:
            parts = dotted_name.split(".")
            for depth in range(1, len(parts) + 1):
                module = ".".join(parts[:depth])
                if self._module(module) is None:
                    break
                yield module, IMPORTED

    def _find(self, module: Module, chain: Chain, imports: Imports) -> set[Target]:
        """Return what a name and its attributes stand for in a module or one of its functions."""
        found = set()
        if chain[0] in module.definitions:
            found.add(((module.name, chain[0]), chain[1:]))
        for bindings in (module.imports.bindings, imports.bindings):
            for dotted_name in bindings.get(chain[0], ()):
                found |= self._find_dotted((*dotted_name.split("."), *chain[1:]), set())
        return found

    def _find_dotted(self, parts: Chain, tried: set[tuple[str, Chain]]) -> set[Target]:
        """Return what a dotted name stands for; a third party's stands for itself."""
        module = self._module(parts[0])
        if module is None:
            return {((".".join(parts), ""), ())}
        return self._find_attribute(module, parts[1:], tried)

    def _find_attribute(
        self, module: Module, parts: Chain, tried: set[tuple[str, Chain]]
    ) -> set[Target]:
        """Return what an attribute of a module stands for.

        A name that the module neither defines nor imports is made by a statement that counts
        whenever the module is imported.
        """
        if not parts:
            return {((module.name, EVERYTHING), ())}
        if (module.name, parts) in tried:
            return set()
        tried.add((module.name, parts))
        first, rest = parts[0], parts[1:]
        found = set()
        if first in module.definitions:
            found.add(((module.name, first), rest))
        for dotted_name in module.imports.bindings.get(first, ()):
            found |= self._find_dotted((*dotted_name.split("."), *rest), tried)
        if submodule := self._module(f"{module.name}.{first}"):
            found |= self._find_attribute(submodule, rest, tried)
        return found

    def _module(self, name: str) -> Module | None:
        """Return a first-party module, read the first time it is asked for."""
        if name not in self._modules:
            file = self._file(name)
            package = name if file.name == "__init__.py" else name.rpartition(".")[0]
            self._modules[name] = (
                read_module(file.read_bytes(), name, tuple(package.split(".")))
                if file.is_file()
                else None
            )
        return self._modules[name]

    def _file(self, name: str) -> Path:
        stem = self.root.joinpath(*name.split("."))
        package = stem / "__init__.py"
        return package if package.is_file() else stem.with_suffix(".py")

    def _submodules(self, module: Module) -> Iterator[str]:
        file = self._file(module.name)
        if file.name == "__init__.py":
            for inner in file.parent.iterdir():
                is_module = inner.suffix == ".py" and inner != file
                if is_module or (inner / "__init__.py").is_file():
                    yield inner.stem


@dataclass(frozen=True)
class Links:
    """What a piece of code leads to, and its words; names are what they stand for."""

    nodes: set[Node]
    words: Sequence[str | Node]


def _first_party(targets: Iterable[Target]) -> set[Node]:
    return {node for node, _ in targets if node[1]}


def _words(targets: Iterable[Target]) -> list[str | Node]:
    """Return a name as what it stands for: a node, or the dotted name of a third party's."""
    words: list[str | Node] = []
    for node, attributes in sorted(targets):
        words += [node if node[1] else node[0], *attributes]
    return words


@cache
def _library(source_root: Path) -> Library:
    return Library(source_root)
