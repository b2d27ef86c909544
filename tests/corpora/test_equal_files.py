"""The same recording counts once: copies are found by content, and none of them is used."""

import os

import pytest

from emofold.corpora.equal_files import (
    SAMPLE,
    explain_equal_clips,
    find_equal_files,
    find_files_of_equal_size,
)
from emofold.corpora.sample_sheet import Clip, SampleSheet
from emofold.errors import InputError

CONTENT = bytes(range(256)) * 300


@pytest.fixture
def files(tmp_path):
    def write(**contents):
        for name, content in contents.items():
            (tmp_path / name).write_bytes(content)
        return {name: tmp_path / name for name in contents}

    return write


def clip(name, media=None, units=None, speaker="anna", emotion="sad"):
    paths = [str(path) if path else None for path in (media, units)]
    return Clip(name, speaker, emotion, *paths)


def sheet_of(clips):
    return SampleSheet(clips, [], frozenset(one.speaker for one in clips), {})


def test_copies_links_and_other_spellings_of_a_path_are_equal(files, tmp_path):
    found = files(a=CONTENT, copy=CONTENT, other=CONTENT[:-1] + b"x", short=b"ab")
    os.link(found["a"], tmp_path / "hard")
    (tmp_path / "soft").symlink_to("a")
    (tmp_path / "folder").mkdir()
    more = {name: tmp_path / name for name in ("hard", "soft")}
    more["again"] = tmp_path / "folder" / ".." / "a"
    assert find_equal_files(found | more) == [["a", "copy", "hard", "soft", "again"]]


@pytest.mark.parametrize("place", [0, len(CONTENT) // 2, -1])
def test_one_byte_tells_files_of_equal_size_apart(files, place):
    changed = bytearray(CONTENT)
    changed[place] ^= 1
    assert len(CONTENT) > 2 * SAMPLE
    assert find_equal_files(files(a=CONTENT, b=bytes(changed))) == []


def test_empty_and_missing_files_are_equal_to_none(files, tmp_path):
    missing = {"c": tmp_path / "none", "d": tmp_path / "none"}
    assert find_equal_files(files(a=b"", b=b"") | missing) == []


def test_each_of_the_equal_clips_fails_and_names_the_others(files):
    found = files(a=CONTENT, b=CONTENT, c=b"c")
    clips = [
        clip("one", found["a"]),
        clip("two", found["b"], speaker="ben", emotion="calm"),
        clip("three", found["c"]),
    ]
    places = {"one": "row 2 of my.csv", "two": "row 9 of my.csv"}
    sheet = sheet_of(clips)
    left = sheet.without(explain_equal_clips(clips, places))
    assert [one.clip for one in left.clips] == ["three"]
    assert left.speakers == {"anna", "ben"}
    assert [failure.clip for failure in left.failures] == ["one", "two"]
    assert (
        "the media of one (anna, sad, row 2 of my.csv) is that of two (ben, calm, row 9 of my.csv)"
        in left.failures[0].reason
    )
    assert "is that of one (anna, sad, row 2 of my.csv)" in left.failures[1].reason


def test_action_units_of_equal_content_are_the_same_recording_too(files):
    found = files(a=CONTENT, b=CONTENT, sound=b"sound", other=b"other")
    clips = [clip("one", None, found["a"]), clip("two", found["sound"], found["b"])]
    reasons = explain_equal_clips([*clips, clip("three", found["other"])], {})
    assert {*reasons} == {"one", "two"}
    assert "the action_units of one (anna, sad) is that of two" in reasons["one"].found


def test_a_corpus_of_nothing_but_copies_is_refused(files):
    found = files(a=CONTENT, b=CONTENT)
    clips = [clip("one", found["a"]), clip("two", found["b"])]
    with pytest.raises(InputError, match="no clip that can be used; the first: the media of one"):
        sheet_of(clips).without(explain_equal_clips(clips, {}))


def test_only_files_that_may_be_equal_are_watched_for_changes(files):
    found = files(a=b"ab", b=b"cd", c=b"c")
    watched = find_files_of_equal_size([clip(name, path) for name, path in found.items()])
    assert watched == {str(found[name]): found[name].stat().st_mtime_ns for name in "ab"}
