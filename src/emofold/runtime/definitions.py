"""A Python file read into what it defines, what it imports, and what it does when it is imported.

Definitions are the functions, the classes and the constants at the top of a module; a constant is
an assignment to names. Every other statement there, save for imports and docstrings, is one that
importing the module runs.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

Chain: TypeAlias = tuple[str, ...]  # a name and the attributes that are taken from it

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BLOCKS = ("body", "orelse", "finalbody")


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

    text: str
    chains: frozenset[Chain]
    imports: Imports


@dataclass(frozen=True)
class Module:
    """A file, taken apart."""

    name: str
    package: Chain
    imports: Imports
    definitions: dict[str, list[ast.stmt]]
    statements: list[ast.stmt]

    def defines_code(self, name: str) -> bool:
        """Whether a name stands for a function or a class."""
        return any(isinstance(line, (*FUNCTIONS, ast.ClassDef)) for line in self.definitions[name])

    def code_of(self, name: str) -> Code:
        """Return what decides what a definition does."""
        return read_code(self.definitions[name], self.package)

    def run_at_import(self) -> Code:
        """Return what decides what importing the module does, beside its definitions."""
        code = read_code(self.statements, self.package)
        inner = {(name,) for line in self.statements for name in _inner_definitions(line)}
        return replace(code, chains=code.chains | inner)

    def called_by_definitions(self) -> frozenset[Chain]:
        """Return the names that may be called when the definitions are evaluated, not used."""
        lines = (line for lines in self.definitions.values() for line in lines)
        return frozenset(
            chain for line in lines for part in _evaluated(line) for chain in _chains(part)
        )


def read_module(content: bytes, name_of_module: str, package: Chain) -> Module:
    """Take a file apart.

    Parameters
    ----------
    content
        The text of the file.
    name_of_module
        Its dotted name.
    package
        The names of the package that relative imports start from.
    """
    body = ast.parse(content).body
    definitions: dict[str, list[ast.stmt]] = defaultdict(list)
    statements = []
    for line in body:
        if names := _defined_names(line):
            for defined in names:
                definitions[defined].append(line)
        elif not (isinstance(line, ast.Import | ast.ImportFrom) or _is_text(line)):
            statements.append(line)
            for name, definition in _inner_definitions(line).items():
                definitions[name].append(definition)
    imports = _imports(_walk_outside_functions(body), package)
    return Module(name_of_module, package, imports, dict(definitions), statements)


def read_script(content: bytes) -> Module:
    """Read a file whose every statement is run."""
    return Module("", (), Imports(), {}, ast.parse(content).body)


def read_code(statements: Iterable[ast.stmt], package: Chain) -> Code:
    """Return what decides what some statements do, the same for every way to write them down."""
    block = ast.Module([*statements], [])
    _simplify(block)
    return Code(ast.dump(block), frozenset(_chains(block)), _imports(ast.walk(block), package))


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


def _inner_definitions(line: ast.stmt) -> dict[str, ast.stmt]:
    """Return the functions and classes within a statement that importing a module runs."""
    return {
        node.name: node for node in ast.walk(line) if isinstance(node, (*FUNCTIONS, ast.ClassDef))
    }


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


def _simplify(block: ast.AST) -> None:
    """Take away what decides nothing: docstrings, annotations of functions, the release number."""
    for node in ast.walk(block):
        if isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, FUNCTIONS):
            node.returns = None
        for name in BLOCKS:
            lines = getattr(node, name, None)
            if isinstance(lines, list):
                kept = [line for line in lines if not (_is_text(line) or _is_release(line))]
                if not isinstance(node, ast.ClassDef):
                    kept = [*filter(None, map(_without_annotation, kept))]
                setattr(node, name, kept)


def _without_annotation(line: ast.stmt) -> ast.stmt | None:
    if not isinstance(line, ast.AnnAssign):
        return line
    return ast.Assign([line.target], line.value) if line.value else None


def _is_text(line: ast.stmt) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


def _is_release(line: ast.stmt) -> bool:
    return isinstance(line, ast.Assign) and "__version__" in _defined_names(line)


def _evaluated(line: ast.stmt) -> Iterator[ast.AST]:
    """Yield the parts of a definition that hold what its evaluation may call."""
    match line:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from line.decorator_list
            yield from _calls([*line.args.defaults, *filter(None, line.args.kw_defaults)])
        case ast.ClassDef():
            yield from [*line.decorator_list, *line.bases, *line.keywords]
            for inner in line.body:
                yield from _evaluated(inner)
        case ast.Assign(value=value) | ast.AnnAssign(value=value) if value:
            yield from _calls([value])
        case ast.Assign() | ast.AnnAssign() | ast.Import() | ast.ImportFrom():
            return
        case _:
            yield line


def _calls(expressions: Iterable[ast.expr]) -> Iterator[ast.Call]:
    waiting: list[ast.AST] = [*expressions]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            yield node
        else:
            waiting.extend(ast.iter_child_nodes(node))


def _chains(block: ast.AST) -> Iterator[Chain]:
    """Yield every name, with the attributes that are taken from it."""
    waiting = [block]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Attribute | ast.Name) and (chain := _chain(node)):
            yield chain
        else:
            waiting.extend(ast.iter_child_nodes(node))


def _chain(node: ast.expr) -> Chain:
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    return (node.id, *reversed(attributes)) if isinstance(node, ast.Name) else ()


def _walk_outside_functions(lines: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield the statements that importing a module runs, those within others too."""
    for line in lines:
        yield line
        if not isinstance(line, (*FUNCTIONS, ast.expr)):
            yield from _walk_outside_functions(ast.iter_child_nodes(line))


def _imports(nodes: Iterable[ast.AST], package: Chain) -> Imports:
    imports = Imports()
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                imports.loaded.add(alias.name)
                first = alias.name.partition(".")[0]
                imports.bindings[alias.asname or first].add(alias.name if alias.asname else first)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join((*above, *filter(None, [node.module])))
            imports.loaded.add(base)
            for alias in node.names:
                if alias.name == "*":
                    imports.starred.add(base)
                else:
                    imports.loaded.add(f"{base}.{alias.name}")
                    imports.bindings[alias.asname or alias.name].add(f"{base}.{alias.name}")
    return imports
