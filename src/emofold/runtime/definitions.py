"""A Python file read into what it defines, what it imports, and what it does when it is imported.

Definitions are the functions, the classes and the constants at the top of a module; a constant is
an assignment to names. Every other statement there, save for imports and docstrings, is one that
importing the module runs.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Chain: TypeAlias = tuple[str, ...]  # a name and the attributes that are taken from it

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
WITH_CODE = (*FUNCTIONS, ast.ClassDef)
BLOCKS = {"body", "orelse", "finalbody"}
UNIMPORTANT = {"ctx", "kind", "returns", "type_comment"}  # what decides nothing, by its field


@dataclass(frozen=True)
class Imports:
    """What some statements import."""

    bindings: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """The dotted names that each name stands for."""
    loaded: set[str] = field(default_factory=set)
    """The dotted name of everything imported, modules and what is taken from them alike."""
    starred: set[str] = field(default_factory=set)
    """The modules from which everything is taken (``from module import *``)."""


@dataclass(frozen=True)
class Code:
    """What decides what some statements do."""

    words: tuple[str | Chain, ...]
    """The code without what decides nothing; the names in it are chains."""
    imports: Imports
    is_callable: bool
    """Whether it is a function or a class."""


@dataclass(frozen=True)
class Module:
    """A file, taken apart."""

    name: str
    imports: Imports
    definitions: dict[str, Code]
    run_at_import: Code
    called_at_import: frozenset[Chain]
    """The names that may be called when the definitions are evaluated, whether used or not."""


def read_module(content: bytes, name: str, package: Chain) -> Module:
    """Take a file apart.

    Parameters
    ----------
    content
        The text of the file.
    name
        The dotted name of the module.
    package
        The names of the package that relative imports start from.
    """
    body = [line for line in ast.parse(content).body if not _is_for_type_checkers(line)]
    definitions: dict[str, list[ast.stmt]] = defaultdict(list)
    statements = []
    for line in body:
        if names := _defined_names(line):
            for defined in names:
                definitions[defined].append(line)
        elif not isinstance(line, ast.Import | ast.ImportFrom):
            statements.append(line)
            for inner in ast.walk(line):
                if isinstance(inner, WITH_CODE):
                    definitions[inner.name].append(inner)
    lines = [line for some in definitions.values() for line in some]
    return Module(
        name,
        _imports_outside_functions(body, package),
        {defined: read_code(some, package) for defined, some in definitions.items()},
        read_code(statements, package),
        frozenset(_called_names(lines)),
    )


def read_script(content: bytes) -> Module:
    """Read a file whose every statement is run."""
    reader = _Reader((), unnamed=())
    reader.read_block(ast.parse(content).body)
    return Module("", Imports(), {}, reader.code(is_callable=False), frozenset())


def read_code(lines: Sequence[ast.stmt], package: Chain) -> Code:
    """Return what decides what some statements do, the same for every way to write them down."""
    reader = _Reader(package, unnamed=[line for line in lines if isinstance(line, FUNCTIONS)])
    reader.read_block(lines)
    return reader.code(is_callable=any(isinstance(line, WITH_CODE) for line in lines))


class _Reader:
    """Writes code down without what decides nothing, and notes the names in it.

    Left out are docstrings, annotations in functions, imports, which names make up for, the names
    of the functions that are `unnamed`, and the release number.
    """

    def __init__(self, package: Chain, unnamed: Sequence[ast.stmt]) -> None:
        self.package, self.unnamed = package, unnamed
        self.words: list[str | Chain] = []
        self.imports = Imports()

    def code(self, is_callable: bool) -> Code:
        return Code(tuple(self.words), self.imports, is_callable)

    def read_block(self, lines: Iterable[ast.stmt], is_class: bool = False) -> None:
        for line in lines:
            if isinstance(line, ast.AnnAssign) and not is_class:
                if line.value:
                    self.read(ast.Assign([line.target], line.value))
            elif not (_is_text(line) or _is_release(line)):
                self.read(line)

    def read(self, node: ast.AST) -> None:
        if isinstance(node, ast.Attribute | ast.Name) and (chain := _chain(node)):
            self.words.append(chain)
            return
        if isinstance(node, ast.Import | ast.ImportFrom):
            _note_import(node, self.package, self.imports)
            return
        self.words += [type(node).__name__, "("]
        left_out = {*UNIMPORTANT}
        if isinstance(node, ast.arg):
            left_out.add("annotation")
        if node in self.unnamed:
            left_out.add("name")
        for name in node._fields:
            if name not in left_out:
                self._read_field(node, name)
        self.words.append(")")

    def _read_field(self, node: ast.AST, name: str) -> None:
        value = getattr(node, name)
        if isinstance(value, ast.AST):
            self.read(value)
        elif not isinstance(value, list):
            self.words.append(repr(value))
        else:
            self.words.append("[")
            if name in BLOCKS:
                self.read_block(value, isinstance(node, ast.ClassDef))
            else:
                for part in value:
                    if isinstance(part, ast.AST):
                        self.read(part)
                    else:
                        self.words.append(repr(part))
            self.words.append("]")


def _defined_names(line: ast.stmt) -> list[str]:
    """Return the names that a statement at the top of a module defines, if it does nothing else."""
    match line:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [line.name]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Assign():
            targets = [part for target in line.targets for part in _parts(target)]
            if all(isinstance(target, ast.Name) for target in targets):
                return [target.id for target in targets if isinstance(target, ast.Name)]
    return []


def _parts(target: ast.expr) -> Iterator[ast.expr]:
    """Yield the targets of an assignment that unpacks."""
    match target:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _parts(part)
        case ast.Starred(value=part):
            yield from _parts(part)
        case _:
            yield target


def _is_text(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def _is_for_type_checkers(line: ast.stmt) -> bool:
    """Return whether a statement is never run."""
    return (
        isinstance(line, ast.If)
        and isinstance(line.test, ast.Name)
        and line.test.id == "TYPE_CHECKING"
        and not line.orelse
    )


def _is_release(line: ast.stmt) -> bool:
    return isinstance(line, ast.Assign) and "__version__" in _defined_names(line)


def _called_names(lines: Iterable[ast.stmt]) -> Iterator[Chain]:
    """Yield the names that evaluating some definitions may call."""
    for line in lines:
        match line:
            case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
                yield from _names([*line.decorator_list])
                yield from _names_in_calls([*arguments.defaults, *arguments.kw_defaults])
            case ast.ClassDef():
                yield from _names([*line.decorator_list, *line.bases, *line.keywords])
                yield from _called_names(line.body)
            case ast.Assign() | ast.AnnAssign():
                yield from _names_in_calls([line.value])
            case ast.Import() | ast.ImportFrom():
                pass
            case _:
                yield from _names([line])


def _names_in_calls(expressions: Iterable[ast.expr | None]) -> Iterator[Chain]:
    for expression in filter(None, expressions):
        for node in ast.walk(expression):
            if isinstance(node, ast.Call):
                yield from _names([node])


def _names(nodes: Iterable[ast.AST]) -> Iterator[Chain]:
    """Yield every name, with the attributes that are taken from it."""
    for node in nodes:
        if isinstance(node, ast.Attribute | ast.Name) and (chain := _chain(node)):
            yield chain
        else:
            yield from _names(ast.iter_child_nodes(node))


def _chain(node: ast.expr) -> Chain:
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return (node.id, *reversed(attributes)) if isinstance(node, ast.Name) else ()


def _imports_outside_functions(lines: Iterable[ast.AST], package: Chain) -> Imports:
    imports = Imports()
    waiting = [*lines]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            _note_import(node, package, imports)
        elif not isinstance(node, (*FUNCTIONS, ast.expr)):
            waiting.extend(ast.iter_child_nodes(node))
    return imports


def _note_import(node: ast.Import | ast.ImportFrom, package: Chain, imports: Imports) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            imports.loaded.add(alias.name)
            first = alias.name.partition(".")[0]
            imports.bindings[alias.asname or first].add(alias.name if alias.asname else first)
        return
    above = package[: len(package) - node.level + 1] if node.level else ()
    base = ".".join((*above, *filter(None, [node.module])))
    imports.loaded.add(base)
    for alias in node.names:
        if alias.name == "*":
            imports.starred.add(base)
        else:
            imports.loaded.add(f"{base}.{alias.name}")
            imports.bindings[alias.asname or alias.name].add(f"{base}.{alias.name}")
