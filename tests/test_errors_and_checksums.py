"""Errors tell the user what to do; files are written whole, and known by their checksums."""

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from emofold.errors import InputError, errors_of_one, explain_machine, listing
from emofold.files import (
    atomic_write,
    check_all,
    check_sha256,
    find_flaw_of_file,
    is_formula,
    sha256,
)

SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
SHA256_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_an_input_error_says_what_was_found_expected_and_to_be_done():
    error = InputError("two moons", "one moon", "look again")
    assert str(error) == "Found: two moons. Expected: one moon. What to do: look again."
    assert (error.found, error.expected, error.remedy) == ("two moons", "one moon", "look again")


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b", "c"], "a, b, c"),
        (["a", "b", "c", "d"], "a, b, c and 1 more"),
        (range(100), "0, 1, 2 and 97 more"),
        ((name for name in "ab"), "a, b"),
    ],
)
def test_a_listing_names_the_first_few_and_counts_the_rest(names, text):
    assert listing(names, most=3) == text


def test_the_sha256_is_that_of_the_content(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"abc")
    assert sha256(file) == SHA256_OF_ABC


def test_a_file_with_its_checksum_passes(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"abc")
    check_sha256(file, SHA256_OF_ABC, "unused")


def test_a_file_with_another_checksum_is_described(tmp_path):
    file = tmp_path / "empty"
    file.touch()
    with pytest.raises(InputError) as error:
        check_sha256(file, SHA256_OF_ABC, "fetch it anew")
    assert error.value.found == f"{file} (0 bytes) with the SHA-256 {SHA256_OF_NOTHING}"
    assert SHA256_OF_ABC in error.value.expected
    assert error.value.remedy == "fetch it anew"


def test_of_many_files_the_changed_one_is_named(tmp_path):
    whole, changed = tmp_path / "whole", tmp_path / "changed"
    whole.write_bytes(b"abc")
    changed.write_bytes(b"abd")
    check_all({str(whole): SHA256_OF_ABC})
    with pytest.raises(InputError, match=str(changed)):
        check_all({str(whole): SHA256_OF_ABC, str(changed): SHA256_OF_ABC})


@pytest.mark.parametrize(
    "thrown",
    [
        AttributeError("no pix_fmt"),
        ValueError("embedded null byte"),
        MemoryError(),
        RecursionError("too deep"),
        OSError(errno.ENAMETOOLONG, "File name too long"),
        PermissionError(errno.EACCES, "Permission denied"),
        OSError("cannot identify image file"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    ],
    ids=repr,
)
def test_whatever_a_clip_throws_is_its_own_error(thrown):
    with (
        pytest.raises(InputError, match=r"a\.mp4 cannot be read") as caught,
        errors_of_one("a.mp4"),
    ):
        raise thrown
    assert caught.value.__cause__ is thrown
    assert str(caught.value).count("Found:") == 1


@pytest.mark.parametrize(
    "thrown",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EMFILE, "Too many open files"),
        RuntimeError("can't start new thread"),
        InterruptedError(),
        KeyboardInterrupt(),
        InputError("no binary", "one", "build it"),
    ],
    ids=repr,
)
def test_what_no_clip_can_be_blamed_for_goes_through(thrown):
    with pytest.raises(type(thrown)) as caught, errors_of_one("a.mp4"):
        raise thrown
    assert caught.value is thrown


def test_an_error_that_nobody_foresaw_leaves_its_traceback_in_the_log(caplog):
    with pytest.raises(InputError), errors_of_one("a\x1b[31m.mp4"):
        np.array([1, 2])[2]
    assert "IndexError" in caplog.text
    assert "test_errors_and_checksums.py" in caplog.text
    assert "\x1b" not in caplog.text
    caplog.clear()
    with pytest.raises(InputError), errors_of_one("a.mp4"):
        Path("a" * 300).read_bytes()
    assert caplog.text == ""


def test_a_full_disk_is_named_where_libraries_know_no_errno():
    no_space = "Error while serializing: I/O error: No space left on device (os error 28)"
    assert "No space left" in str(explain_machine(SafetensorError(no_space)))
    assert explain_machine(ValueError("a bug")) is None


def test_what_is_written_whole_has_the_mode_of_any_new_file(tmp_path):
    (tmp_path / "usual").touch()
    with atomic_write(tmp_path / "model.safetensors") as partial:
        save_file({"a": torch.zeros(3)}, partial)
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_what_a_killed_writer_left_goes_and_what_one_at_work_writes_stays(tmp_path):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        of_the_other = tmp_path / f".a.txt.{other.pid}.partial"
        of_the_other.touch()
        with atomic_write(tmp_path / "a.txt") as partial:
            partial.write_text("whole", encoding="utf-8")
        assert of_the_other.exists()
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # which leaves a zombie
        with atomic_write(tmp_path / "a.txt") as partial:
            partial.touch()
        assert not of_the_other.exists()
    with atomic_write(tmp_path / "a.txt") as partial:
        partial.write_text("again", encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


@pytest.fixture
def as_another():
    """A folder of another user, who is not root."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        is_root = os.geteuid() == 0
        if is_root:
            os.chown(folder, 65534, 65534)
            os.setresuid(65534, 65534, 0)
        yield Path(folder)
        if is_root:
            os.setresuid(0, 0, 0)


def test_why_a_path_cannot_be_read_is_told_and_never_raised(as_another):
    (as_another / "shut").mkdir(mode=0)
    (as_another / "unreadable").touch(mode=0)
    (as_another / "good").touch()
    flaws = {
        name: find_flaw_of_file(as_another / name)
        for name in ("good", "missing", "shut/a.wav", "unreadable", "a" * 300, "nul\0", ".")
    }
    (as_another / "shut").chmod(0o700)
    assert flaws.pop("good") is None
    assert flaws.pop("missing").startswith("no file")
    assert flaws.pop(".").startswith("no file")
    reasons = [flaw.rpartition("cannot be read (")[2] for flaw in flaws.values()]
    assert reasons[:3] == ["Permission denied)", "Permission denied)", "File name too long)"]
    assert len(reasons) == 4


@pytest.mark.parametrize("cell", ["=1+1", "+a", "-a", "@sum", " =1", "-1-1"])
def test_a_formula_is_known(cell):
    assert is_formula(cell)


@pytest.mark.parametrize("cell", ["-1", "+1.5e3", "a=1", "", "-inf"])
def test_a_number_or_a_text_is_no_formula(cell):
    assert not is_formula(cell)
