"""A SLURM cluster of one node, for as long as the tests run."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

SLURM = Path(__file__).with_name("slurm.sh")
PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "srun"]


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
