"""What tests share: where the real material lies, and a small corpus."""

import os
from pathlib import Path

import pytest

import miniature

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of real data beside the repository; the test is skipped where there is none."""
    folder = Path(os.environ.get("EMOFOLD_DATA", ROOT.parent / "shared"))
    if not (folder / "ravdess").is_dir():
        pytest.skip(f"no test material in {folder}; set EMOFOLD_DATA to the folder that has it")
    return folder


@pytest.fixture(scope="session")
def real_published(realdata: Path) -> Path:
    """The files that the authors published."""
    return realdata / "ravdess" / "published"


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A small corpus in the published formats, the test's own to damage."""
    folder = tmp_path / "published"
    miniature.make_published(folder)
    return folder
