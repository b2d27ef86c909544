"""The digest of a rule's code changes with what the code does, and with nothing else."""

import shutil
from pathlib import Path
from textwrap import dedent

import pytest

from emofold.runtime.code_digest import Library, code_digest, reached_definitions

ROOT = Path(__file__).parents[2]
FILES = {
    "scripts/job.py": '''
        """Do the job."""

        import json
        import far.off
        import far.away as distant
        import lib.dotted
        from lib import taken, passed_on as renamed
        from lib.deep import inner
        from lib.deep.inner import f
        from lib.made import use_made


        def work(x: int) -> int:
            """Work."""
            from lib.late import LATE  # only now

            total: int = f(x) + LATE + taken.VALUE + lib.dotted.VALUE + far.off.VALUE
            return total + distant.VALUE + renamed() + inner.nested(x)(x) + use_made()
        ''',
    "src/lib/__init__.py": '''
        """The library."""

        from lib.through import passed_on, turned_away

        __version__ = "1.0"

        ORDER = [1, 2]
        ''',
    "src/lib/dotted.py": "VALUE = 1\nOTHER = 1\n",
    "src/lib/taken.py": "from lib.through import VALUE\n",
    "src/lib/through.py": """
        VALUE: int = 2
        AGAIN, _ = 3, 4


        def passed_on():
            return VALUE


        def turned_away():
            return AGAIN
        """,
    "src/lib/late.py": "LATE = 3\n",
    "src/lib/unused.py": "print('not imported')\n",
    "src/lib/deep/__init__.py": "DEPTH = 1\n",
    "src/lib/deep/inner.py": '''
        """Inner."""

        from dataclasses import dataclass
        from math import floor

        from . import sibling
        from .. import cousin
        from .near import NEAR


        @dataclass
        class Adder:
            """Adds."""

            start: int = 0
            most: sibling.Kind | None = None

            def add(self, x: cousin.Kind):
                """Add."""
                return x + sibling.VALUE + cousin.VALUE + NEAR

            def take(self, x):
                return floor(x - cousin.TAKEN)


        async def f(x):
            """Add later."""
            return Adder().add(x)


        def nested(x):
            def within(y):
                return sibling.used_within(x, y)

            return within


        def never(x):
            return sibling.used_by_never(x)
        ''',
    "src/lib/deep/sibling.py": """
        VALUE = 5


        class Kind:
            size = 1


        def used_within(x, y):
            return x * y


        def used_by_never(x):
            return x
        """,
    "src/lib/deep/near.py": "NEAR = 6\n",
    "src/lib/cousin.py": "VALUE = 7\nTAKEN = 8\n\n\nclass Kind:\n    size = 2\n",
    "src/far/__init__.py": "FAR = 8\n",
    "src/far/off.py": "VALUE = 9\n",
    "src/far/away.py": "VALUE = 10\n",
    "src/lib/made.py": """
        from lib.makers import base, decorate, default, in_class, listed, make, sort_key

        UNUSED = make(1)
        SORTED = sorted([2, 1], key=sort_key)
        LISTED = [listed]


        @decorate
        def unused(x=default()):
            return x


        class Unused(base()):
            size = in_class()


        def use_made():
            return MADE


        MADE = 1
        """,
    "src/lib/makers.py": """
        def make(x):
            return x + helped()


        def helped():
            return 1


        def sort_key(x):
            return x


        def listed(x):
            return x


        def decorate(f):
            return f


        def default():
            return 1


        def base():
            return object


        def in_class():
            return 1
        """,
}


def write_files(folder, files):
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip())
    return folder


@pytest.fixture
def tree(tmp_path):
    """Write a script and the library that it uses."""
    return write_files(tmp_path / "here", FILES)


def digest(tree):
    return Library(tree / "src").digest(tree / "scripts/job.py")


def reached(tree):
    found = Library(tree / "src").reached_definitions(tree / "scripts/job.py")
    return {f"{file.relative_to(tree / 'src').as_posix()}:{name}" for file, name in found}


def edit(tree, name, old, new):
    file = tree / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def small(tmp_path, script, **modules):
    """Write a script and the modules of a package `lib`."""
    files = {"scripts/job.py": script, "src/lib/__init__.py": ""}
    return write_files(tmp_path, files | {f"src/lib/{name}.py": modules[name] for name in modules})


def test_the_digest_is_16_hexadecimal_digits_and_the_same_each_time(tree):
    assert len(digest(tree)) == 16
    assert int(digest(tree), 16) >= 0
    assert digest(tree) == digest(tree)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("scripts/job.py", "  # only now", "  # late"),
        ("scripts/job.py", "Do the job.", "Do this job."),
        ("scripts/job.py", '"""Work."""', '"""Work hard."""'),
        ("scripts/job.py", '    """Work."""\n', ""),
        ("scripts/job.py", "\n\n\ndef", "\n\n\n\n\ndef"),
        ("scripts/job.py", "work(x: int)", "work( x : int )"),
        ("scripts/job.py", "= f(x) +", "= (f(x)) + \\\n        "),
        ("src/lib/__init__.py", "The library.", "Our library."),
        ("src/lib/__init__.py", '"1.0"', '"1.1"'),
        ("src/lib/through.py", "VALUE: int = 2", "# two\nVALUE: int=2  # 2"),
        ("src/lib/deep/inner.py", "Adds.", "Adds numbers."),
        ("src/lib/deep/inner.py", '"""Add."""', "'''Add both.\n\n        Really.\n        '''"),
        ("src/lib/deep/inner.py", '    """Add later."""\n', ""),
    ],
)
def test_comments_docstrings_blank_lines_formatting_and_the_release_do_not_count(
    tree, name, old, new
):
    before = digest(tree)
    edit(tree, name, old, new)
    assert digest(tree) == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("scripts/job.py", "x: int", "x", id="an argument in the script"),
        pytest.param("scripts/job.py", " -> int", "", id="a result"),
        pytest.param("scripts/job.py", "total: int =", "total =", id="a local variable"),
        pytest.param("scripts/job.py", "total: int =", "total: set[str]\n    total =", id="alone"),
        pytest.param("src/lib/deep/inner.py", "x: cousin.Kind", "x: int", id="of a method"),
        pytest.param("src/lib/through.py", "VALUE: int", "VALUE", id="a constant"),
    ],
)
def test_annotations_outside_the_bodies_of_classes_do_not_count(tree, name, old, new):
    before = digest(tree)
    edit(tree, name, old, new)
    assert digest(tree) == before


def test_a_name_in_the_annotation_of_an_argument_reaches_nothing(tree):
    assert "lib/cousin.py:Kind" not in reached(tree)


def test_annotations_in_the_body_of_a_class_count_and_reach(tree):
    assert "lib/deep/sibling.py:Kind" in reached(tree)
    before = digest(tree)
    edit(tree, "src/lib/deep/inner.py", "start: int", "start: float")
    assert digest(tree) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("scripts/job.py", "= f(x) +", "= f(x) -", id="the script"),
        pytest.param("src/lib/dotted.py", "VALUE = 1", "VALUE = 2", id="package.module.name"),
        pytest.param("src/lib/through.py", "int = 2", "int = 3", id="module.name, passed on"),
        pytest.param("src/lib/through.py", "return VALUE", "return -VALUE", id="by the package"),
        pytest.param("src/lib/late.py", "3", "4", id="imported inside a function"),
        pytest.param("src/lib/late.py", "LATE = 3", "LATE = '3'", id="a number made text"),
        pytest.param("src/far/off.py", "9", "19", id="package.module.name of another package"),
        pytest.param("src/far/away.py", "10", "19", id="import package.module as name"),
        pytest.param("src/lib/deep/inner.py", "x + s", "x - s", id="from module import name"),
        pytest.param("src/lib/deep/inner.py", "x - c", "x + c", id="a method that is not called"),
        pytest.param("src/lib/deep/inner.py", "(x, y)", "(y, x)", id="a function in a function"),
        pytest.param("src/lib/deep/sibling.py", "x * y", "x / y", id="from a nested function"),
        pytest.param("src/lib/deep/sibling.py", "5", "6", id="from . import module"),
        pytest.param("src/lib/deep/near.py", "6", "7", id="from .module import name"),
        pytest.param("src/lib/cousin.py", "= 7", "= 8", id="from .. import module"),
        pytest.param("src/lib/cousin.py", "= 8", "= 9", id="in a method that is not called"),
        pytest.param("src/lib/made.py", "MADE = 1", "MADE = 2", id="a constant, defined later"),
        pytest.param("src/lib/made.py", "MADE = 1", "MADE = 1\nMADE = 2", id="assigned again"),
        pytest.param("src/lib/made.py", "MADE = 1", "MADE = 1\nMADE += 2", id="augmented"),
        pytest.param("src/lib/deep/inner.py", "@dataclass\n", "", id="a decorator"),
    ],
)
def test_a_changed_definition_counts_however_it_is_reached(tree, name, old, new):
    before = digest(tree)
    edit(tree, name, old, new)
    assert digest(tree) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("src/lib/dotted.py", "OTHER = 1", "OTHER = 2", id="a constant"),
        pytest.param("src/lib/dotted.py", "OTHER = 1", "", id="a constant taken away"),
        pytest.param("src/lib/through.py", "3, 4", "4, 3", id="constants that are unpacked"),
        pytest.param("src/lib/through.py", "return AGAIN", "return 1", id="passed on, not used"),
        pytest.param("src/lib/__init__.py", "[1, 2]", "[2, 1]", id="of the package"),
        pytest.param("src/lib/deep/__init__.py", "1", "2", id="of a package on the way"),
        pytest.param("src/far/__init__.py", "8", "9", id="of another package on the way"),
        pytest.param("src/lib/deep/inner.py", "never(x)", "never(x, y)", id="a function"),
        pytest.param("src/lib/deep/sibling.py", "return x\n", "return y\n", id="used by no one"),
        pytest.param("src/lib/cousin.py", "size = 2", "size = 3", id="a class"),
        pytest.param("src/lib/made.py", "make(1)", "make(2)", id="a constant that is made"),
        pytest.param("src/lib/made.py", "    return x", "    return -x", id="decorated"),
        pytest.param("src/lib/made.py", "size = in", "s = in", id="a class with a base"),
        pytest.param("src/lib/made.py", "[listed]", "(listed,)", id="a constant with a function"),
        pytest.param("src/lib/through.py", "VALUE: int", "import abc\n\nVALUE: int", id="import"),
        pytest.param("src/lib/unused.py", "not", "never", id="a module that nobody imports"),
        pytest.param(
            "src/lib/through.py",
            "def passed_on():\n    return VALUE\n\n\ndef turned_away():\n    return AGAIN\n",
            "def turned_away():\n    return AGAIN\n\n\ndef passed_on():\n    return VALUE\n",
            id="the order of functions",
        ),
    ],
)
def test_what_is_not_reached_does_not_count(tree, name, old, new):
    before = digest(tree)
    edit(tree, name, old, new)
    assert digest(tree) == before


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("src/lib/taken.py", id="from package import module"),
        pytest.param("src/lib/through.py", id="through another module"),
        pytest.param("src/lib/late.py", id="inside a function"),
        pytest.param("src/lib/__init__.py", id="the package itself"),
        pytest.param("src/lib/deep/__init__.py", id="a package of its own module"),
        pytest.param("src/far/__init__.py", id="a package on the way to a module"),
        pytest.param("src/lib/makers.py", id="for what is not used"),
    ],
)
@pytest.mark.parametrize(
    "statement",
    [
        "print(1)",
        "if True:\n    X = 1",
        "for x in []:\n    pass",
        "with open('x'):\n    pass",
        "try:\n    X = 1\nexcept ValueError:\n    X = 2",
        "X = {}\nX['a'] = 1",
        "X = Y = []\nX.a = 1",
        "X = []\nX += [1]",
        "X = 1\ndel X",
        "assert print",
    ],
)
def test_a_statement_that_an_import_runs_counts_in_every_module_that_may_be_imported(
    tree, name, statement
):
    before = digest(tree)
    file = tree / name
    file.write_text(f"{file.read_text()}\n{statement}\n")
    assert digest(tree) != before


def test_what_such_a_statement_uses_counts(tmp_path):
    tree = small(
        tmp_path,
        "import lib.one",
        one="from lib.two import f\n\nif True:\n    f()\n",
        two="def f():\n    return g()\n\n\ndef g():\n    pass\n\n\ndef h():\n    pass\n",
    )
    assert reached(tree) == {"lib/two.py:f", "lib/two.py:g"}


def test_a_function_that_such_a_statement_defines_counts(tmp_path):
    tree = small(
        tmp_path,
        "from lib import one\n\none.f()",
        one="if True:\n    def f():\n        pass\nelse:\n    def f():\n        return 1\n",
    )
    assert reached(tree) == {"lib/one.py:f"}
    before = digest(tree)
    edit(tree, "src/lib/one.py", "return 1", "return 2")
    assert digest(tree) != before


def test_what_is_called_when_a_module_is_imported_counts_even_for_what_is_not_used(tree):
    found = {name for name in reached(tree) if name.startswith(("lib/made", "lib/makers"))}
    called = ["base", "decorate", "default", "helped", "in_class", "make", "sort_key"]
    used = {"lib/made.py:MADE", "lib/made.py:use_made"}
    assert found == used | {f"lib/makers.py:{name}" for name in called}


@pytest.mark.parametrize("imported", ["import lib.two", "from lib.two import f"])
def test_what_only_type_checkers_read_does_not_count(tmp_path, imported):
    tree = small(
        tmp_path,
        "from lib import one\n\none.work()",
        one="from typing import TYPE_CHECKING\n\n"
        f"if TYPE_CHECKING:\n    {imported}\n\n\ndef work():\n    return 1\n",
        two="def f():\n    pass\n\n\nif True:\n    f()\n",
    )
    assert reached(tree) == {"lib/one.py:work"}


def test_what_is_reached_is_told_by_file_and_name(tree):
    assert {name for name in reached(tree) if not name.startswith("lib/made")} == {
        *("far/away.py:VALUE", "far/off.py:VALUE"),
        *("lib/cousin.py:TAKEN", "lib/cousin.py:VALUE"),
        *("lib/deep/inner.py:Adder", "lib/deep/inner.py:f", "lib/deep/inner.py:nested"),
        *("lib/deep/near.py:NEAR", "lib/deep/sibling.py:Kind", "lib/deep/sibling.py:VALUE"),
        *("lib/deep/sibling.py:used_within", "lib/dotted.py:VALUE", "lib/late.py:LATE"),
        *("lib/through.py:VALUE", "lib/through.py:passed_on"),
    } | {name for name in reached(tree) if name.startswith("lib/makers")}


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("from lib import one\n\nprint(one)", id="handed on"),
        pytest.param("import lib.one as x\n\nx = [x]", id="by another name"),
        pytest.param("import lib.one\n\ny = lib.one", id="with its package"),
        pytest.param("from lib.one import *", id="from module import *"),
        pytest.param("import lib\n\nprint(lib)", id="within its package"),
    ],
)
def test_a_module_used_other_than_by_an_attribute_counts_whole(tmp_path, script):
    tree = small(
        tmp_path,
        script,
        one="from lib.two import f\n\n\ndef g():\n    pass\n",
        two="def f():\n    pass\n\n\ndef h():\n    pass\n",
    )
    assert {"lib/one.py:g", "lib/two.py:f"} <= reached(tree)


def test_an_imported_name_counts_with_what_it_stands_for(tmp_path):
    script = "from lib.one import f, g\nfrom lib.two import mean\n\nprint(f(), g(), mean)"
    one = "from math import cos as turn\n\n\ndef f():\n    return turn(0)\n\n\ndef g():\n    pass\n"
    tree = small(tmp_path, script, one=one, two="from statistics import mean\n")
    before = digest(tree)
    edit(tree, "src/lib/one.py", "import cos as", "import sin as")
    turned = digest(tree)
    edit(tree, "src/lib/two.py", "statistics", "numpy")
    assert len({before, turned, digest(tree)}) == 3


def test_two_names_that_a_package_swaps_count(tmp_path):
    swapped = "from lib.one import f as g, g as f\n"
    tree = small(
        tmp_path,
        "from lib import f, g\n\nprint(f() - g())",
        __init__="from lib.one import f, g\n",
        one="def f():\n    return 1\n\n\ndef g():\n    return 2\n",
    )
    before = digest(tree)
    (tree / "src/lib/__init__.py").write_text(swapped)
    assert digest(tree) != before


def test_a_function_that_is_moved_and_renamed_is_the_same_and_its_neighbour_another(tmp_path):
    one = "LIMIT = 1\n\n\ndef f(x):\n    return x < LIMIT\n\n\ndef g(x):\n    return x > LIMIT\n"
    tree = small(tmp_path, "from lib.one import f\n\nprint(f(2))", one=one, two=one)
    before = digest(tree)
    edit(tree, "src/lib/two.py", "def f", "def decide")
    edit(tree, "src/lib/two.py", "LIMIT", "BOUND")
    edit(tree, "scripts/job.py", "lib.one import f", "lib.two import decide as f")
    assert digest(tree) == before
    edit(tree, "scripts/job.py", "decide as f", "g as f")
    assert digest(tree) != before


def test_a_name_counts_with_what_it_stands_for_some_steps_away(tmp_path):
    one = "A = 1\nB = 2\n\n\ndef f():\n    return A\n\n\ndef g():\n    return B\n\n\n"
    one += "def first():\n    return f()\n\n\ndef second():\n    return g()\n"
    tree = small(
        tmp_path, "from lib.one import first, second\n\nprint(first() - second())", one=one
    )
    before = digest(tree)
    edit(tree, "scripts/job.py", "first() - second()", "second() - first()")
    assert digest(tree) != before


def test_the_name_of_a_class_counts_since_messages_may_show_it(tmp_path):
    one = "class Kind:\n    pass\n"
    tree = small(tmp_path, "from lib.one import Kind as K\n\nprint(K())", one=one)
    before = digest(tree)
    edit(tree, "src/lib/one.py", "class Kind", "class Sort")
    edit(tree, "scripts/job.py", "Kind", "Sort")
    assert digest(tree) != before


def test_the_place_of_the_files_does_not_count(tree):
    there = shutil.copytree(tree, tree.parent / "elsewhere" / "deeper")
    assert digest(there) == digest(tree)


def test_definitions_and_modules_that_use_each_other_are_followed_once(tmp_path):
    tree = small(
        tmp_path,
        "from lib import one, two\n\none.f()",
        __init__="from . import one, two\n",
        one="from lib import two\n\n\ndef f():\n    return two.g()\n",
        two="from lib import one\n\n\ndef g():\n    return one.f()\n",
    )
    assert reached(tree) == {"lib/one.py:f", "lib/two.py:g"}


def test_a_local_variable_may_only_add_to_what_counts(tmp_path):
    one = "def f(rows):\n    return rows\n\n\ndef rows():\n    pass\n"
    tree = small(tmp_path, "from lib.one import f\n\nf(1)", one=one)
    assert reached(tree) == {"lib/one.py:f", "lib/one.py:rows"}


def test_a_new_module_and_a_new_import_of_it_count_only_when_it_is_used(tree):
    before = digest(tree)
    (tree / "src/lib/new.py").write_text("VALUE = 1\n")
    edit(tree, "src/lib/dotted.py", "OTHER = 1", "from lib.new import VALUE as NEW")
    assert digest(tree) == before
    edit(tree, "src/lib/dotted.py", "VALUE = 1", "VALUE = NEW")
    assert digest(tree) != before


def reached_by(rule):
    """Return the definitions that a script reaches, and the modules and packages they are in."""
    found = reached_definitions(ROOT / f"scripts/{rule}.py")
    places = {path.relative_to(ROOT / "src/emofold").parts[0] for path, _ in found}
    return {name for _, name in found}, {place.removesuffix(".py") for place in places}


def test_training_depends_on_its_model_and_not_on_fusion_or_evaluation():
    names, places = reached_by("train_static")
    assert {"Trainings", "train_fold", "class_scores", "write_table", "Job"} <= names
    assert places.isdisjoint({"fusion", "evaluation", "report"})


def test_fusing_depends_on_fusion_and_on_the_classifier_that_it_uses():
    names, places = reached_by("fuse")
    assert {"make_classifier", "write_table", "Job"} <= names
    assert "fusion" in places
    assert places.isdisjoint({"evaluation", "report"})


def test_extracting_audio_depends_on_its_own_table_and_on_no_other():
    found = reached_definitions(ROOT / "scripts/extract_audio.py")
    assert {name for path, name in found if path.stem == "schemas"} == {"AUDIO"}


@pytest.mark.parametrize("script", sorted((ROOT / "scripts").glob("*.py")), ids=lambda p: p.stem)
def test_every_script_of_the_workflow_has_a_digest_that_counts_the_library(script):
    assert any(name == "Job" for _, name in reached_definitions(script))
    assert len(code_digest(script)) == 16
