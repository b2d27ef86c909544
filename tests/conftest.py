"""What tests share: where the real material lies, a small corpus, and a cluster."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import miniature

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # workers share the cores already

ROOT = Path(__file__).parents[1]
SLURM = ROOT / "tests" / "cluster" / "slurm.sh"
PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "srun"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that workers end together."""
    items.sort(key=lambda item: item.get_closest_marker("workflow") is None)


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


def reason_against() -> str | None:
    """Return why no cluster can be started here."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        return f"no {', '.join(missing)}: .ci/run names the packages"
    return None if os.geteuid() == 0 else "only root can start the daemons of SLURM"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Start the cluster, once no other session of tests on this machine uses it, and stop it."""
    if reason := reason_against():
        if "CI" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    with (Path(tempfile.gettempdir()) / "emofold-test-cluster.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run([SLURM, "start", tmp_path_factory.mktemp("slurm")], check=True)
        yield
        subprocess.run([SLURM, "stop"], check=True)
