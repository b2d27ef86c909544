"""No code reaches first-party code by text: the digest of a rule's code sees names alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "scripts").glob("*.py")])
BY_TEXT = {"eval", "exec", "compile", "__import__", "globals", "locals", "breakpoint"}
FROM_MODULES = {"getattr", "setattr", "delattr", "vars"}
OF_MODULES = {"__dict__", "modules", "__getattribute__"}
IMPORTERS = {"import_module", "run_module", "run_path", "spec_from_file_location", "find_spec"}
UNPICKLERS = {"pickle", "cloudpickle", "dill", "shelve", "marshal"}
OF_ONE_MODULE = {"__getattr__", "__dir__"}
IN_CLASSES = {"__init_subclass__", "__class_getitem__"}
DECORATORS = {"cache", "contextmanager", "dataclass"}  # they keep no list of what they decorate
CHANGERS = {"add", "append", "clear", "extend", "insert", "pop", "popitem", "register", "remove"}
CHANGERS |= {"setdefault", "sort", "update"}


def imported_names(tree: ast.Module) -> set[str]:
    """Return the names that imports bind, which may stand for modules."""
    return {
        alias.asname or first_part(alias)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def first_part(alias: ast.alias) -> str:
    """Return the name that is imported, of a dotted one the first part."""
    return alias.name.partition(".")[0]


def last_name(node: ast.AST) -> str:
    """Return a name, without what it is taken from."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def first_name(node: ast.AST) -> str:
    """Return the name that attributes are taken from."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return last_name(node)


def problems_of_calls(tree: ast.Module) -> Iterator[str]:
    """Say where a call may find first-party code by a text that is only known when it runs."""
    imported = imported_names(tree)
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    names_own_modules = any(
        isinstance(text, str) and text.startswith("emofold.") and " " not in text for text in texts
    )
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = last_name(node.func)
        if isinstance(node.func, ast.Name) and called in BY_TEXT:
            yield f"{called}()"
        elif called in FROM_MODULES and (not node.args or first_name(node.args[0]) in imported):
            yield f"{called}() of a module"
        elif called in IMPORTERS and names_own_modules:
            yield f"{called}() beside the name of an own module"


def problems_of_names(tree: ast.Module) -> Iterator[str]:
    """Say where modules serve as tables of names, or classes as registries."""
    imported = imported_names(tree)
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                yield ast.unparse(node)
            case ast.ImportFrom(module="sys", names=names) if "modules" in map(first_part, names):
                yield ast.unparse(node)
            case ast.Import(names=names) if UNPICKLERS & {*map(first_part, names)}:
                yield ast.unparse(node)
            case ast.Attribute(attr="__subclasses__"):
                yield ast.unparse(node)
            case ast.Attribute(attr=name) if name in OF_MODULES and first_name(node) in imported:
                yield ast.unparse(node)
            case ast.FunctionDef(name=name) if name in IN_CLASSES:
                yield name


def problems_of_definitions(tree: ast.Module) -> Iterator[str]:
    """Say which definitions may be found without their name, or change what has another."""
    for line in tree.body:
        if isinstance(line, ast.FunctionDef) and line.name in OF_ONE_MODULE:
            yield f"{line.name} of a module"
        for decorator in getattr(line, "decorator_list", []):
            named = decorator.func if isinstance(decorator, ast.Call) else decorator
            if last_name(named) not in DECORATORS:
                yield f"@{ast.unparse(decorator)}"
        if isinstance(line, ast.Assign | ast.AnnAssign):
            for node in ast.walk(line):
                if isinstance(node, ast.Call) and last_name(node.func) in CHANGERS:
                    yield ast.unparse(node)


def problems(code: str) -> list[str]:
    """Return what in a file may reach first-party code though no name shows it."""
    tree = ast.parse(code)
    found = [problems_of_calls(tree), problems_of_names(tree), problems_of_definitions(tree)]
    return [problem for some in found for problem in some]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_names_show_all_that_a_file_reaches(file):
    assert problems(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "code",
    [
        "from emofold import fusion\n\ngetattr(fusion, name)",
        "import emofold.fusion\n\ngetattr(emofold.fusion, name)",
        "import emofold.fusion\n\nvars(emofold.fusion)[name]",
        "from emofold import fusion\n\nfusion.__dict__[name]",
        "from emofold import fusion\n\nsetattr(fusion, name, 1)",
        "vars()[name]",
        "globals()[name]",
        "locals()[name]",
        "eval(name)",
        "exec(name)",
        "__import__(name)",
        "import sys\n\nsys.modules[name]",
        "from sys import modules\n\nmodules[name]",
        "from emofold.fusion import *",
        "import importlib\n\nimportlib.import_module('emofold.fusion')",
        "from importlib import import_module\n\nimport_module({'a': 'emofold.fusion'}[name])",
        "import runpy\n\nrunpy.run_module('emofold.fusion')",
        "import pickle",
        "def __getattr__(name):\n    return name",
        "class Kind:\n    def __init_subclass__(cls):\n        KINDS.append(cls)",
        "Kind.__subclasses__()",
        "FIRST = NAMES.pop()",
        "@register\ndef f():\n    pass",
        "@kinds.register('a')\nclass Kind:\n    pass",
    ],
)
def test_what_names_do_not_show_is_found(code):
    assert problems(code)


@pytest.mark.parametrize(
    "code",
    [
        "from emofold.fusion import Fusion\n\nfused = Fusion()\ngetattr(fused, name)",
        "vars(self)",
        "self.__dict__",
        "network.eval()",
        "re.compile('a')",
        "import importlib\n\nimportlib.import_module('sklearn.svm')",
        "from importlib import resources\n\nresources.files('emofold.prediction') / 'page'",
        "@dataclass(frozen=True)\nclass Kind:\n    pass",
        "@cache\ndef f():\n    pass",
    ],
)
def test_what_does_not_look_for_first_party_code_is_left_alone(code):
    assert problems(code) == []
