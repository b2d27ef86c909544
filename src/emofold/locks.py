"""One run at a time in a folder, and no run beside the jobs that a killed run left behind.

The locks belong to processes, so they end with them, in whatever way a process ends.
"""

import fcntl
from pathlib import Path
from typing import IO

from emofold.errors import InputError

RUN_LOCK = Path(".snakemake/emofold-run.lock")
JOBS_LOCK = Path(".snakemake/emofold-jobs.lock")


def hold_run() -> IO[str]:
    """Keep other runs out of the working folder for as long as the returned file is open.

    Raises
    ------
    InputError
        When another run is at work here.
    """
    lock = _opened(RUN_LOCK)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise InputError(
            f"another run at work in {Path.cwd()}",
            "one run at a time in a folder",
            "wait until the other run has ended, or run in another folder with --directory",
        ) from error
    return lock


def jobs_are_running() -> bool:
    """Return whether jobs of an earlier run are still at work in the working folder."""
    with _opened(JOBS_LOCK) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def wait_for_jobs() -> None:
    """Wait until no job of an earlier run is at work: it would overwrite what a new one makes."""
    with _opened(JOBS_LOCK) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


def hold_job() -> IO[str]:
    """Let later runs wait for this job, for as long as the returned file is open."""
    lock = _opened(JOBS_LOCK)
    fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


def _opened(path: Path) -> IO[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("w")
