"""Projects for the tests of the workflow."""

from pathlib import Path

import pytest
import yaml

import small_demo
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
def demo(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A traced run of a small demo corpus, which tests leave as it is."""
    project = new_project(tmp_path_factory.mktemp("demo") / "Größe & zwei Wörter")
    text = yaml.safe_dump(small_demo.CONFIG, sort_keys=False)
    (project.folder / "mini.yaml").write_text(text, encoding="utf-8")
    outcome = project.run(environment=tracing(project.folder))
    assert outcome.code == 0, outcome.output
    return project


@pytest.fixture
def finished_demo(demo: Project, tmp_path: Path) -> Project:
    """The same, the test's own to change."""
    return demo.copy(tmp_path / "own copy")
