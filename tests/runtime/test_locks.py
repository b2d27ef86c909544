"""What keeps runs apart, where the file system has no locks."""

import errno
import fcntl
import os
import threading

import pytest

from emofold.errors import InputError
from emofold.runtime import locks


def refuse(code):
    def flock(file, how):
        raise OSError(code, os.strerror(code))

    return flock


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK])
@pytest.mark.parametrize("hold", [locks.hold_run, locks.jobs_are_running, locks.hold_job])
def test_a_file_system_without_locks_is_named(tmp_path, monkeypatch, hold, code):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fcntl, "flock", refuse(code))
    with pytest.raises(InputError, match="file system without locks") as caught:
        hold()
    assert str(tmp_path) in str(caught.value)
    assert "Lustre" in str(caught.value)


def test_other_errors_are_told_as_they_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fcntl, "flock", refuse(errno.EIO))
    with pytest.raises(OSError, match="Input/output"):
        locks.hold_run()


@pytest.mark.parametrize("code", [errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK, errno.EBADF])
def test_what_only_needs_a_lock_where_there_are_some_goes_on_without(tmp_path, monkeypatch, code):
    monkeypatch.setattr(fcntl, "flock", refuse(code))
    shared = tmp_path / "shared"
    shared.touch()
    with locks.locked_where_possible(shared):
        pass


def test_one_of_two_jobs_of_the_same_task_waits_for_the_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    order = []

    def work(task):
        with locks.one_at_a_time(task):
            order.append(task)

    with locks.one_at_a_time("same"):
        same = threading.Thread(target=work, args=["same"])
        same.start()
        work("other")
        same.join(timeout=0.3)
        assert order == ["other"]
    same.join()
    assert order == ["other", "same"]
