"""The digest of a rule's code changes with what the code does, and with nothing else."""

import shutil
from pathlib import Path
from textwrap import dedent

import pytest

from emofold.staleness import code_digest, first_party_imports

ROOT = Path(__file__).parents[1]
FILES = {
    "scripts/job.py": '''
        """Do the job."""

        import json
        import far.off
        import lib.dotted
        from lib import taken
        from lib.deep.inner import f


        def work(x):
            """Work."""
            from lib.late import LATE  # only now

            return f(x) + LATE + taken.VALUE + lib.dotted.VALUE
        ''',
    "src/lib/__init__.py": '"""The library."""\n\n__version__ = "1.0"\n\nORDER = [1, 2]\n',
    "src/lib/dotted.py": "VALUE = 1\n",
    "src/lib/taken.py": "from lib.through import VALUE\n",
    "src/lib/through.py": "VALUE = 2\n",
    "src/lib/late.py": "LATE = 3\n",
    "src/lib/unused.py": "VALUE = 4\n",
    "src/lib/deep/__init__.py": "DEPTH = 1\n",
    "src/lib/deep/inner.py": '''
        """Inner."""

        from . import sibling
        from .. import cousin
        from .near import NEAR


        class Adder:
            """Adds."""

            def add(self, x):
                """Add."""
                return x + sibling.VALUE + cousin.VALUE + NEAR


        async def f(x):
            """Add later."""
            return Adder().add(x)
        ''',
    "src/lib/deep/sibling.py": "VALUE = 5\n",
    "src/lib/deep/near.py": "NEAR = 6\n",
    "src/lib/cousin.py": "VALUE = 7\n",
    "src/far/__init__.py": "FAR = 8\n",
    "src/far/off.py": "VALUE = 9\n",
}


@pytest.fixture
def tree(tmp_path):
    """Write a script and the library that it uses."""
    for name, text in FILES.items():
        file = tmp_path / "here" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text).lstrip())
    return tmp_path / "here"


def digest(tree):
    return code_digest(tree / "scripts/job.py", tree / "src")


def edit(tree, name, old, new):
    file = tree / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


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
        ("scripts/job.py", "work(x):", "work( x ) :"),
        ("scripts/job.py", "return f(x) +", "return (f(x)) + \\\n        "),
        ("src/lib/__init__.py", "The library.", "Our library."),
        ("src/lib/__init__.py", '"1.0"', '"1.1"'),
        ("src/lib/through.py", "VALUE = 2", "# two\nVALUE=2  # 2"),
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
        pytest.param("scripts/job.py", "f(x) +", "f(x) -", id="the script"),
        pytest.param("src/lib/dotted.py", "1", "2", id="import package.module"),
        pytest.param("src/lib/taken.py", "VALUE", "VALUE as v", id="from package import module"),
        pytest.param("src/lib/through.py", "2", "3", id="through another module"),
        pytest.param("src/lib/late.py", "3", "4", id="inside a function"),
        pytest.param("src/lib/__init__.py", "[1, 2]", "[2, 1]", id="the package itself"),
        pytest.param("src/lib/deep/__init__.py", "1", "2", id="a package of its own module"),
        pytest.param("src/far/__init__.py", "8", "9", id="a package on the way to a module"),
        pytest.param("src/lib/deep/inner.py", "x + s", "x - s", id="from module import name"),
        pytest.param("src/lib/deep/sibling.py", "5", "6", id="from . import module"),
        pytest.param("src/lib/deep/near.py", "6", "7", id="from .module import name"),
        pytest.param("src/lib/cousin.py", "7", "8", id="from .. import module"),
        pytest.param("src/lib/late.py", "LATE = 3", "LATE = '3'", id="a number made text"),
    ],
)
def test_a_changed_statement_counts_however_its_module_is_imported(tree, name, old, new):
    before = digest(tree)
    edit(tree, name, old, new)
    assert digest(tree) != before


def test_a_module_that_is_not_imported_does_not_count(tree):
    before = digest(tree)
    edit(tree, "src/lib/unused.py", "4", "5")
    (tree / "src/lib/new.py").write_text("VALUE = 1\n")
    assert digest(tree) == before


def test_the_place_of_the_files_does_not_count(tree):
    there = shutil.copytree(tree, tree.parent / "elsewhere" / "deeper")
    assert digest(there) == digest(tree)


def test_modules_that_import_each_other_are_followed_once(tree):
    edit(tree, "src/lib/through.py", "VALUE = 2", "VALUE = 2\nfrom lib import taken")
    assert len(digest(tree)) == 16


def test_the_imports_are_every_module_that_runs_and_no_other(tree):
    found = first_party_imports(tree / "scripts/job.py", tree / "src")
    expected = {tree / name for name in FILES if name.startswith("src/")}
    assert found == expected - {tree / "src/lib/unused.py"}


def imports_of(rule):
    found = first_party_imports(ROOT / f"scripts/{rule}.py")
    return {path.relative_to(ROOT / "src/emofold").as_posix() for path in found}


def test_training_depends_on_its_model_and_not_on_fusion_or_evaluation():
    found = imports_of("train_static")
    assert {"models/static.py", "tables/storage.py", "jobs.py"} <= found
    assert not [name for name in found if name.startswith(("fusion", "evaluation", "figures"))]


def test_fusing_depends_on_fusion_and_on_the_classifier_that_it_uses():
    found = imports_of("fuse")
    assert {"fusion.py", "models/static.py"} <= found
    assert not [name for name in found if name.startswith(("corpora", "evaluation", "figures"))]


@pytest.mark.parametrize("script", sorted((ROOT / "scripts").glob("*.py")), ids=lambda p: p.stem)
def test_every_script_of_the_workflow_has_a_digest_that_counts_the_library(script):
    assert ROOT / "src/emofold/__init__.py" in first_party_imports(script)
    assert len(code_digest(script)) == 16
