"""Which csv file of OpenFace belongs to which recording: only what is certain."""

from pathlib import Path

import pytest

from emofold.config.openface_files import find_openface_files, require_openface_files
from openface_files import csv_text, row


@pytest.fixture
def found(tmp_path):
    """Return what is found for recordings, among csv files of OpenFace."""

    def found(recordings, tables):
        for number, name in enumerate(tables):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(csv_text([row(0, number)]), encoding="utf-8")
        pairs = find_openface_files(tmp_path, map(Path, recordings), map(Path, tables))
        return {str(recording): str(table) for recording, table in pairs.items()}

    return found


@pytest.mark.parametrize(
    ("recording", "table"),
    [
        ("anna 1.mp4", "anna 1.csv"),
        ("7/sad/03.avi", "7/sad/03.CSV"),
        ("7/sad/03.avi", "7/sad/processed/03.csv"),
        ("7/sad/03.avi", "processed/7/sad/03.csv"),
        ("videos/7/sad/03.avi", "openface/7/sad/03.csv"),
        ("videos/anna_1.mp4", "openface/of/anna_1.csv"),
        ("v1.0_a.mp4", "v1.0_a.csv"),
    ],
)
def test_it_is_called_alike_and_lies_beside_or_below_or_as_deep_elsewhere(found, recording, table):
    others = ["7/happy/03.avi", "8/sad/03.avi", "ben_1.mp4"]
    assert found([recording, *others], [table]) == {recording: table}


@pytest.mark.parametrize(
    ("recordings", "tables"),
    [
        (["7/sad/03.avi", "8/sad/03.avi"], ["9/sad/03.csv"]),
        (["7/sad/03.avi", "7/happy/03.avi"], ["7/angry/03.csv"]),
        (["7/03.avi"], ["one/03.csv", "two/03.csv"]),
        (["7/03.avi"], ["7/one/03.csv", "7/two/03.csv"]),
        (["7/03.avi", "7/03.mp4"], ["7/03.csv"]),
        (["anna.mp4"], ["Anna_2.csv"]),
    ],
)
def test_what_may_be_of_another_recording_is_of_none(found, recordings, tables):
    assert found(recordings, tables) == {}


def test_the_nearest_is_taken(found):
    tables = ["7/old/03.csv", "7/03.csv", "elsewhere/7/03.csv"]
    assert found(["7/03.avi"], tables) == {"7/03.avi": "7/03.csv"}
    tables = ["one/03.csv", "openface/7/03.csv"]
    assert found(["videos/7/03.avi"], tables) == {"videos/7/03.avi": "openface/7/03.csv"}


@pytest.mark.parametrize(
    "content", ["", "clip,speaker\na,b\n", "frame;timestamp;AU01_r\n", "\x00\x01", "é" * 9]
)
def test_a_csv_of_another_kind_is_left_alone(tmp_path, content):
    (tmp_path / "a.csv").write_text(content, encoding="latin-1")
    assert find_openface_files(tmp_path, [Path("a.mp4")], [Path("a.csv")]) == {}


@pytest.fixture
def required(tmp_path):
    """Return whether clips are to have a csv, and what is wrong with them then."""

    def required(names, tables, contents=None):
        problems = {Path(name): [] for name in names}
        for number, table in enumerate(tables.values()):
            (tmp_path / table).write_text((contents or str)(number), encoding="utf-8")
        paths = {Path(name): Path(table) for name, table in tables.items()}
        is_required = require_openface_files(tmp_path, problems, {}, paths)
        return is_required, {str(path): found for path, found in problems.items() if found}

    return required


def tables_of(names):
    return {name: f"{name}.csv" for name in names}


def test_where_nearly_all_have_one_the_others_are_left_out(required):
    assert required("abcdefghij", tables_of("abcdefghi")) == (
        True,
        {"j": ["no csv of OpenFace, which other files have"]},
    )


@pytest.mark.parametrize("having", ["", "a", "abcdefgh"])
def test_where_fewer_have_one_nobody_is_left_out(required, having):
    assert required("abcdefghij", tables_of(having)) == (False, {})


def test_one_csv_under_two_names_is_nobodys(required):
    is_required, problems = required(["a", "b"], tables_of("ab"), lambda number: "the same")
    assert is_required
    assert problems["a"] == ["its csv of OpenFace is the same as b.csv"]
    assert problems["b"] == ["its csv of OpenFace is the same as a.csv"]
