"""The library works from a built wheel, in an empty folder, without the repository."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = """
from pathlib import Path
import emofold
from emofold.prediction.page.video_page import write_video_page
from one_page import some_page

write_video_page(some_page(), None, "Nothing to play.", Path("page.html"))
print(emofold.__file__)
"""


def run(*command: str, folder: Path, **environment: str) -> str:
    """Run a command in a folder and return what it prints."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PIP_NO_INDEX": "1", "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder with the wheel of the library, unpacked by pip."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = ["-m", "pip", "--disable-pip-version-check", "--quiet"]
    alone = ["--no-deps", "--no-cache-dir"]
    run(*pip, "wheel", *alone, "--no-build-isolation", str(ROOT), folder=folder)
    (wheel,) = folder.glob("emofold-*.whl")
    run(*pip, "install", *alone, "--target", "site", wheel.name, folder=folder)
    return folder / "site"


def test_a_wheel_holds_every_file_of_the_library(installed):
    def files(folder: Path) -> set[str]:
        found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
        return {name for name in found if "__pycache__" not in name}

    assert files(installed / "emofold") == files(ROOT / "src/emofold")


def test_the_program_answers_in_an_empty_folder(installed, tmp_path):
    shown = run("-m", "emofold", "--help", folder=tmp_path, PYTHONPATH=str(installed))
    for command in ("init", "show", "predict", "compare"):
        assert command in shown


def test_a_page_finds_its_template_its_scripts_and_its_style(installed, tmp_path):
    path = f"{installed}:{ROOT / 'tests'}"
    file = run("-c", PAGE, folder=tmp_path, PYTHONPATH=path).strip()
    assert Path(file).is_relative_to(installed)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    for asset in ("video_page.css", "video_page.js"):
        assert (ROOT / "src/emofold/prediction/page" / asset).read_text(encoding="utf-8") in page
