"""Files that were swapped, replaced or touched have another state, whatever their dates."""

import os
import shutil

import pytest

from emofold.runtime.file_states import state_of


@pytest.fixture
def files(tmp_path):
    """Two files of an old date, of one size."""
    paths = [tmp_path / name for name in ("a.wav", "b.wav")]
    for number, path in enumerate(paths):
        path.write_bytes(bytes([number]) * 9)
        os.utime(path, ns=(10**18, 10**18 + number))
    return paths


def swap(one, other):
    between = one.with_name("between")
    one.rename(between)
    other.rename(one)
    between.rename(other)


def replace_by_an_older_copy(one, other):
    older = one.with_name("older")
    older.write_bytes(b"older....")
    os.utime(older, ns=(10**17, 10**17))
    shutil.copy2(older, one)


def replace_by_another_size_of_the_same_date(one, other):
    date = one.stat().st_mtime_ns
    one.write_bytes(b"longer than before")
    os.utime(one, ns=(date, date))


@pytest.mark.parametrize(
    "change",
    [
        swap,
        replace_by_an_older_copy,
        replace_by_another_size_of_the_same_date,
        lambda one, other: one.touch(),
        lambda one, other: os.utime(one, ns=(10**18, 10**18 - 1)),
        lambda one, other: one.unlink(),
    ],
    ids=["swapped", "cp -p", "another size", "touched", "a nanosecond older", "gone"],
)
def test_a_change_shows(files, change):
    before = state_of(map(str, files))
    change(*files)
    assert state_of(map(str, files)) != before


def test_neither_order_nor_repetition_nor_reading_is_a_change(files):
    one, other = map(str, files)
    before = state_of([one, other])
    files[0].read_bytes()
    assert state_of([other, one, one]) == before


def test_another_path_of_the_same_file_is_another_state(files):
    files[0].with_name("link").symlink_to(files[0])
    assert state_of([str(files[0])]) != state_of([str(files[0].with_name("link"))])


@pytest.mark.parametrize("path", ["absent", "x" * 300, "a\0b", "a.wav/b", "\udcff"])
def test_what_cannot_be_looked_at_has_a_state_too(path):
    assert state_of([path]) == state_of([path]) != state_of([])
