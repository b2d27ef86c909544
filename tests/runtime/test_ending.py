"""Ending a process when the system asks for it."""

import signal
import subprocess
import sys
import textwrap
import time

import pytest

from emofold.runtime.ending import ending_when_asked, exit_code, postponed_end, undone_at_an_end
from emofold.runtime.scratch import scratch_folder

SOON = 30  # seconds, on a machine that is busy
FOREVER = 3600


def run_until_ended(folder, work, grace=0.1, before=""):
    """Run work within :func:`ending_when_asked` and return its exit code and what it said."""
    script = f"""
        import os, signal, sys, time, weakref
        from pathlib import Path
        from emofold.runtime import ending
        from emofold.runtime.scratch import scratch_folder

        def ask(number=signal.SIGTERM):
            os.kill(os.getpid(), number)
            time.sleep(.01)

        {before or "pass"}
        try:
            with ending.ending_when_asked({grace}), scratch_folder(Path.cwd(), ".made-"):
{textwrap.indent(textwrap.dedent(work), 16 * " ")}
        except KeyboardInterrupt:
            print("unwound")
            sys.exit(ending.exit_code())
    """
    start = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=2 * SOON,
        check=False,
    )
    assert time.monotonic() - start < SOON
    assert list(folder.iterdir()) == []
    return ended.returncode, (ended.stdout + ended.stderr).strip()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_unwinds_the_work_and_decides_the_exit_code(tmp_path, name):
    code, said = run_until_ended(tmp_path, f"ask(signal.{name}); time.sleep({FOREVER})", FOREVER)
    assert (code, said) == (128 + signal.Signals[name], "unwound")


SWALLOWED = {
    "by the callback of a weak reference": """
        class Thing: pass
        thing = Thing()
        kept = weakref.ref(thing, lambda _: ask())
        del thing
        time.sleep(3600)
    """,
    "by a finaliser": """
        class Thing:
            def __del__(self): ask()
        Thing()
        time.sleep(3600)
    """,
    "by a library that catches all there is": """
        while True:
            try:
                ask()
            except BaseException:
                pass
    """,
    "by a wait for a thread that does not end": """
        import threading
        thread = threading.Thread(target=time.sleep, args=[3600])
        thread.start()
        try:
            ask()
        finally:
            thread.join()
    """,
}


@pytest.mark.parametrize("work", SWALLOWED.values(), ids=SWALLOWED)
def test_an_end_that_is_lost_on_the_way_comes_all_the_same(tmp_path, work):
    assert run_until_ended(tmp_path, work) == (143, "emofold: interrupted")


def test_a_signal_that_the_process_was_started_to_ignore_stays_ignored(tmp_path):
    before = "signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    code, said = run_until_ended(tmp_path, "ask(signal.SIGHUP); print('done')", before=before)
    assert (code, said) == (0, "done")


def test_a_signal_that_asks_for_no_end_ends_nothing(tmp_path):
    before = "signal.signal(signal.SIGUSR1, print)"
    work = "ask(signal.SIGUSR1); time.sleep(.5); ask(); print('swallowed')"
    code, said = run_until_ended(tmp_path, work, before=before)
    assert (code, said.splitlines()[-1]) == (143, "unwound")


def test_what_must_not_be_cut_in_two_comes_to_its_end_first():
    done = []
    with pytest.raises(KeyboardInterrupt), ending_when_asked(), postponed_end():
        signal.raise_signal(signal.SIGTERM)
        done.append("both halves")
    assert done == ["both halves"]
    assert exit_code() == 143


def test_what_is_over_is_not_undone(tmp_path):
    with ending_when_asked(), undone_at_an_end(lambda: 1 / 0):
        pass
    with scratch_folder(tmp_path, ".made-") as folder:
        assert folder.is_dir()
    assert list(tmp_path.iterdir()) == []
