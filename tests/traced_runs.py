"""Runs of the workflow whose jobs write down which first-party functions they run."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

Definition = tuple[Path, str]  # a file, and the name of a function or class at its top

TRACER = Path(__file__).parent / "tracer"


def tracing(project: Path) -> dict[str, str]:
    """Return the environment in which a run of a project is traced."""
    folder = project / "trace"
    folder.mkdir(exist_ok=True)
    return {
        "PYTHONPATH": str(TRACER),
        "TRACED_SOURCE": str(project / "src"),
        "TRACE": str(folder),
    }


def executed_definitions(project: Path) -> dict[str, set[Definition]]:
    """Return the definitions whose code each rule of a traced run executed."""
    executed = defaultdict(set)
    for file in (project / "trace").iterdir():
        for line in file.read_text(encoding="utf-8").splitlines():
            rule, path, name = line.split("\t")
            executed[rule].add((Path(path), name))
    return dict(executed)


def missing_from(executed: Iterable[Definition], reached: Iterable[Definition]) -> set[str]:
    """Return what was executed though nothing reaches it."""
    missing = set(executed) - set(reached)
    return {f"{file.name}: {name}" for file, name in missing}
