"""One run at a time in a folder, and no run beside the jobs that a killed run left behind.

The locks belong to processes, so they end with them, in whatever way a process ends. The nodes of a
cluster see each other's, where the file system that they share carries such locks (flock).
"""

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from emofold.errors import InputError

LACKING = {errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOLCK}
RUN_LOCK = Path(".snakemake/emofold-run.lock")
JOBS_LOCK = Path(".snakemake/emofold-jobs.lock")
TASK_LOCK = ".snakemake/emofold-tasks/{digest}.lock"
LOCK_OF_FOLDER = "emofold.lock"


def hold_run() -> IO[str]:
    """Keep other runs out of the working folder for as long as the returned file is open.

    Raises
    ------
    InputError
        When another run is at work here, or where there are no locks.
    """
    lock = _opened(RUN_LOCK)
    try:
        _locked(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
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
            _locked(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def wait_for_jobs() -> None:
    """Wait until no job of an earlier run is at work: it would overwrite what a new one makes."""
    with _opened(JOBS_LOCK) as lock:
        _locked(lock, fcntl.LOCK_EX)


def hold_job() -> IO[str]:
    """Let later runs wait for this job, for as long as the returned file is open."""
    lock = _opened(JOBS_LOCK)
    _locked(lock, fcntl.LOCK_SH)
    return lock


def hold_folder(folder: Path) -> IO[str]:
    """Show that a process is at work in a folder, for as long as the returned file is open."""
    partial = folder / f"{LOCK_OF_FOLDER}.partial"
    lock = partial.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno not in LACKING:
            raise
    partial.rename(folder / LOCK_OF_FOLDER)  # which nobody sees unlocked
    return lock


def is_abandoned(folder: Path) -> bool:
    """Return whether a process that was at work in a folder has died.

    That is known of those that held the folder, on a file system that has locks.
    """
    try:
        with (folder / LOCK_OF_FOLDER).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def one_at_a_time(task: str) -> Iterator[None]:
    """Keep other jobs of the same task waiting, where the file system has locks.

    Parameters
    ----------
    task
        What tells the task from others in the working folder.
    """
    lock = Path(TASK_LOCK.format(digest=hashlib.sha256(task.encode()).hexdigest()))
    _opened(lock).close()
    with locked_where_possible(lock):
        yield


@contextmanager
def locked_where_possible(path: Path) -> Iterator[None]:
    """Keep others who lock this file waiting; without effect on file systems without locks.

    A file that may not be written is locked too, but for NFS, which allows that for reading alone.
    """
    with path.open("r+" if os.access(path, os.W_OK) else "r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in LACKING | {errno.EBADF}:
                raise
        yield


def _opened(path: Path) -> IO[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("w")


def _locked(file: IO[str], how: int) -> None:
    try:
        fcntl.flock(file, how)
    except OSError as error:
        if error.errno not in LACKING:
            raise
        raise InputError(
            f"a file system without locks below {Path.cwd()} ({error.strerror})",
            "locks of whole files (flock), which keep two runs from writing the same results",
            "run in a folder of another file system; Lustre has them if mounted with `flock`",
        ) from error
