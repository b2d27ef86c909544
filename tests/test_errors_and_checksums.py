"""An error tells the user what to do; a checksum tells one file from another."""

import numpy as np
import pytest
from safetensors import SafetensorError
from safetensors.numpy import save_file

from emofold.errors import InputError, listing
from emofold.files import check_all, check_sha256, sha256, weights_file

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


def test_weights_may_be_read_by_whom_other_files_may(tmp_path):
    with weights_file(tmp_path / "model.safetensors") as partial:
        save_file({"a": np.zeros(3)}, partial)
    (tmp_path / "other").touch()
    assert [*{file.stat().st_mode for file in tmp_path.iterdir()}] == [
        (tmp_path / "other").stat().st_mode
    ]


def test_a_disk_that_is_full_of_weights_is_an_error_of_the_system(tmp_path):
    with (
        pytest.raises(OSError, match=r"model\.safetensors cannot be written: .*No space left"),
        weights_file(tmp_path / "model.safetensors"),
    ):
        raise SafetensorError("I/O error: No space left on device (os error 28)")
    assert not [*tmp_path.iterdir()]
