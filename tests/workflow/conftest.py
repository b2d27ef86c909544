"""Projects for the tests of the workflow."""

from pathlib import Path

import pytest

import small_demo
from documented_project import Done, documented_project, run
from traced_runs import tracing
from workflow_project import Project, new_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh project that nothing was run in."""
    return new_project(tmp_path / "Größe & zwei Wörter")


@pytest.fixture(scope="session")
def finished_once(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that was run to its end, traced; for reading only."""
    project = new_project(tmp_path_factory.mktemp("finished") / "Größe & zwei Wörter")
    outcome = project.run(environment=tracing(project.folder))
    assert outcome.code == 0, outcome.output
    return project


@pytest.fixture
def finished(finished_once: Project, tmp_path: Path) -> Project:
    """A project that was run to its end; the test's own to change."""
    return finished_once.copy(tmp_path / "finished run")


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Done]:
    """The demo in small, made as the README says but traced, and what that printed."""
    project = documented_project(tmp_path_factory.mktemp("demo") / "Größe & zwei Wörter")
    small_demo.write_configs(project.folder)
    small_demo.write_others(project.folder)
    done = run("make demo", project, tracing(project.folder))
    assert done.code == 0, done.output
    return project, done


@pytest.fixture(scope="session")
def demo(made_demo: tuple[Project, Done]) -> Project:
    """The demo in small; for reading only."""
    return made_demo[0]


@pytest.fixture
def finished_demo(demo: Project, tmp_path: Path) -> Project:
    """The same, the test's own to change."""
    return demo.copy(tmp_path / "own copy")
