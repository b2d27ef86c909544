"""Projects for the tests of the workflow."""

from pathlib import Path

import pytest

from workflow_project import Project, new_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh project that nothing was run in."""
    return new_project(tmp_path / "Größe & zwei Wörter")


@pytest.fixture(scope="session")
def finished_once(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that was run to its end; for reading only."""
    project = new_project(tmp_path_factory.mktemp("finished") / "Größe & zwei Wörter")
    outcome = project.run()
    assert outcome.code == 0, outcome.output
    return project


@pytest.fixture
def finished(finished_once: Project, tmp_path: Path) -> Project:
    """A project that was run to its end; the test's own to change."""
    return finished_once.copy(tmp_path / "finished run")
