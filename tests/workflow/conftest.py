"""Projects for the tests of the workflow.

The runs that many tests look at are made once, by the worker that first asks, while others wait.
Nothing runs in their folders afterwards: a test that needs this takes a copy.
"""

import fcntl
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

import small_demo
from documented_project import Done, documented_project, run
from traced_runs import tracing
from workflow_project import Project, new_project

FOLDER = "Größe & zwei Wörter"


def made_once(
    name: str, factory: pytest.TempPathFactory, make: Callable[[Path], Any]
) -> tuple[Project, Any]:
    """Return a project that all workers share, and what was said as it was made."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    said = folder / f"{name}.json"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            assert not (folder / name).exists(), f"another worker could not make `{name}`"
            said.write_text(json.dumps(make(folder / name / FOLDER)), encoding="utf-8")
    return Project(folder / name / FOLDER), json.loads(said.read_text(encoding="utf-8"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh project that nothing was run in."""
    return new_project(tmp_path / FOLDER)


@pytest.fixture(scope="session")
def finished_once(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that was run to its end, traced; for reading only."""

    def make(folder: Path) -> str:
        project = new_project(folder)
        outcome = project.run(environment=tracing(project.folder))
        assert outcome.code == 0, outcome.output
        return outcome.output

    return made_once("finished", tmp_path_factory, make)[0]


@pytest.fixture
def finished(finished_once: Project, tmp_path: Path) -> Project:
    """A project that was run to its end; the test's own to change."""
    return finished_once.copy(tmp_path / "finished run")


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Done]:
    """The demo in small, made as the README says but traced, and what that printed."""

    def make(folder: Path) -> dict[str, Any]:
        project = documented_project(folder)
        small_demo.write_configs(project.folder)
        small_demo.write_others(project.folder)
        done = run("make demo", project, tracing(project.folder))
        assert done.code == 0, done.output
        return asdict(done)

    project, done = made_once("demo", tmp_path_factory, make)
    return project, Done(**done)


@pytest.fixture(scope="session")
def demo(made_demo: tuple[Project, Done]) -> Project:
    """The demo in small; for reading only."""
    return made_demo[0]


@pytest.fixture
def finished_demo(demo: Project, tmp_path: Path) -> Project:
    """The same, the test's own to change."""
    return demo.copy(tmp_path / "own copy")
