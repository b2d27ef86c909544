"""Every csv that OpenFace writes is read alike; one that is broken is refused in plain words."""

import numpy as np
import pandas as pd
import pytest

from emofold.errors import InputError
from emofold.face.extraction import make_frame_reader
from emofold.face.openface_csv import read_openface_csv
from emofold.face.schemas import ACTION_UNITS, FRAME_COLUMNS
from openface_files import COLUMNS, csv_text, row

ROWS = [row(1, smile=0.5), row(2, smile=1.5), row(3, smile=2.5)]


@pytest.fixture
def read(tmp_path):
    def write_and_read(content):
        path = tmp_path / "ein Gesicht äöü.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_openface_csv(path)

    return write_and_read


def without(name):
    return [column for column in COLUMNS if column != name]


@pytest.mark.parametrize("separator", [",", ", "])
@pytest.mark.parametrize("byte_order_mark", ["", "\ufeff"])
def test_a_csv_is_read_with_and_without_spaces_and_a_byte_order_mark(
    read, separator, byte_order_mark
):
    frames = read(byte_order_mark + csv_text(ROWS, separator=separator))
    assert tuple(frames.columns) == FRAME_COLUMNS
    assert frames["AU12_r"].tolist() == [0.5, 1.5, 2.5]
    assert frames["timestamp"].tolist() == pytest.approx([0.04, 0.08, 0.12])


def test_the_columns_have_the_types_of_the_frames_table(read):
    whole_numbers = [row(1, smile=1, confidence=1, timestamp=0, AU28_c=0)]
    kinds = read(csv_text(whole_numbers)).dtypes.astype(str).to_dict()
    assert kinds == dict.fromkeys(FRAME_COLUMNS, "float64") | {"frame": "int64", "success": "int64"}


@pytest.mark.parametrize("first", [0, 1, 100])
def test_frames_are_counted_from_0_in_their_order(read, first):
    rows = [row(first + 2, smile=2.0), row(first, smile=0.0), row(first + 9, smile=9.0)]
    frames = read(csv_text(rows))
    assert frames["frame"].tolist() == [0, 1, 2]
    assert frames["AU12_r"].tolist() == [0.0, 2.0, 9.0]


def test_other_columns_are_ignored(read):
    rows = [values | {"gaze_0_x": 0.1, "p_rx": "n/a"} for values in ROWS]
    assert read(csv_text(rows, ["gaze_0_x", *COLUMNS, "p_rx"])).equals(read(csv_text(ROWS)))


def test_of_several_faces_in_a_frame_the_surest_counts(read):
    rows = [
        row(1, smile=1.0, confidence=0.9, face_id=0),
        row(2, smile=1.1, confidence=0.4, face_id=0),
        row(1, smile=5.0, confidence=0.5, face_id=1),
        row(2, smile=5.1, confidence=0.8, face_id=1),
    ]
    frames = read(csv_text(rows, [*COLUMNS, "face_id"]))
    assert frames["frame"].tolist() == [0, 1]
    assert frames["AU12_r"].tolist() == [1.0, 5.1]


def test_where_success_is_missing_it_is_told_from_the_confidence_and_the_action_units(read):
    rows = [row(1), row(2, confidence=0.0), row(3, smile=""), row(4, confidence=0.1)]
    assert read(csv_text(rows, without("success")))["success"].tolist() == [1, 0, 0, 1]


def test_success_is_taken_as_it_stands_where_it_is_there(read):
    rows = [row(1, success=0), row(2, confidence=0.0), row(3, success=0, smile="nan")]
    assert read(csv_text(rows))["success"].tolist() == [0, 1, 0]


@pytest.mark.parametrize("name", ["frame", "timestamp", "confidence", "AU12_r", "AU28_c"])
def test_a_missing_column_is_named(read, name):
    with pytest.raises(InputError, match=f"lacks 1 column: {name}"):
        read(csv_text(ROWS, without(name)))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("", "the empty file"),
        (" \n\n", "the empty file"),
        (csv_text([]), "no frame in"),
        (csv_text(ROWS)[:-60], "breaks off in row 3"),
        (csv_text(ROWS)[:100], "breaks off in row 0|lacks"),
        (b"\x00\xff\xfe\x80", "is no text"),
        ("dear reader,\nno numbers here,\n", "lacks 38 columns: frame, timestamp"),
        (csv_text(ROWS, separator=";"), "lacks 38 columns"),
        ('frame,"timestamp\n1,"2\n', "is no csv|lacks"),
        (csv_text([row(1), row(2, smile="wide")]), "row 2 of .* has no number for AU12_r"),
        (csv_text([row(1), row(2, smile="inf")]), "row 2 of .* has no number for AU12_r"),
        (csv_text([row(1, confidence="")]), "row 1 of .* has no number for confidence"),
        (csv_text([row(1), row(1)]), "the frame 1(.0)? more than once"),
    ],
)
def test_what_is_wrong_with_a_csv_is_said(read, content, found):
    with pytest.raises(InputError, match=found) as error:
        read(content)
    assert "OpenFace" in error.value.expected


def test_the_extractor_takes_the_csv_of_the_clip(tmp_path):
    path = tmp_path / "clip.csv"
    path.write_text(csv_text(ROWS))
    read = make_frame_reader({"name": "mine", "kind": "csv"}, None, 600)
    assert read(None, path).equals(read_openface_csv(path))
    with pytest.raises(InputError, match="a clip without a csv"):
        read(tmp_path / "clip.mp4", None)
    with pytest.raises(InputError, match="no file"):
        read(None, tmp_path / "other.csv")


@pytest.mark.realdata
def test_every_tracking_file_of_ravdess_is_read(realdata):
    paths = [p for p in (realdata / "ravdess/tracking").glob("*.csv") if p.name[0] == "0"]
    assert len(paths) == 192
    for path in paths:
        frames = read_openface_csv(path)
        assert 60 < len(frames) < 200
        assert frames.loc[frames["success"] == 1, list(ACTION_UNITS)].notna().all(axis=None)


@pytest.mark.realdata
def test_all_712_columns_of_openface_give_what_the_38_give(realdata):
    folder = realdata / "ravdess/tracking"
    (full,) = folder.glob("full_columns_*.csv")
    few = read_openface_csv(folder / full.name.removeprefix("full_columns_"))
    pd.testing.assert_frame_equal(read_openface_csv(full), few)


@pytest.mark.realdata
def test_a_real_csv_whose_header_has_spaces_keeps_its_values(realdata):
    path = realdata / "faces/OpenFace_Test.csv"
    frames, raw = read_openface_csv(path), pd.read_csv(path, skipinitialspace=True)
    assert np.array_equal(frames[list(ACTION_UNITS)], raw[list(ACTION_UNITS)])
    assert frames["frame"].tolist() == list(range(100))
