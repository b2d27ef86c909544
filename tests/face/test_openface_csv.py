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
    rows = [row(first + 2, smile=2.0), row(first, smile=0.0), row(first + 9, smile=4.0)]
    frames = read(csv_text(rows))
    assert frames["frame"].tolist() == [0, 1, 2]
    assert frames["AU12_r"].tolist() == [0.0, 2.0, 4.0]


def test_other_columns_are_ignored(read):
    rows = [values | {"gaze_0_x": 0.1, "p_rx": "n/a"} for values in ROWS]
    assert read(csv_text(rows, ["gaze_0_x", *COLUMNS, "p_rx"])).equals(read(csv_text(ROWS)))


FACES = [
    row(1, smile=1.0, face_id=0, pose_Tx=0, pose_Ty=0, pose_Tz=900),
    row(2, smile=1.1, face_id=0, pose_Tx=0, pose_Ty=0, pose_Tz=900),
    row(2, smile=4.0, face_id=1, pose_Tx=200, pose_Ty=0, pose_Tz=400),
    row(3, smile=1.2, face_id=0, pose_Tx=0, pose_Ty=0, pose_Tz=900),
    row(3, smile=4.1, face_id=1, pose_Tx=200, pose_Ty=0, pose_Tz=400, confidence=0.9),
]
POSE = ["pose_Tx", "pose_Ty", "pose_Tz"]


@pytest.mark.parametrize(
    ("which", "columns", "smiles"),
    [
        ("largest", POSE, [None, 4.0, 4.1]),
        ("central", POSE, [1.0, 1.1, 1.2]),
        ("first", POSE, [1.0, 1.1, 1.2]),
        ("largest", [], [1.0, 1.1, 1.2]),  # of most frames
    ],
)
def test_of_several_faces_one_is_taken_throughout(tmp_path, which, columns, smiles):
    path = tmp_path / "faces.csv"
    path.write_text(csv_text(FACES, [*COLUMNS, "face_id", *columns]), encoding="utf-8")
    frames = read_openface_csv(path, which)
    assert frames["success"].tolist() == [int(smile is not None) for smile in smiles]
    assert frames["AU12_r"].dropna().tolist() == [smile for smile in smiles if smile]
    assert frames["faces"].tolist() == [1, 2, 2]
    assert frames["frame"].tolist() == [0, 1, 2]


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
        (csv_text(ROWS)[:-60], r"the file breaks off below a header of 39 \(line 4 of"),
        (csv_text(ROWS).replace("2, 0.08", "2", 1), r"38 cells below a header of 39 \(line 3 of"),
        (csv_text(ROWS)[:100], "lacks"),
        (b"\x00\xff\xfe\x80", "line 1 is not in UTF-8"),
        (csv_text(ROWS).encode("utf-16"), "is in UTF-16"),
        (b"version https://git-lfs.github.com/spec/v1\nsize 9\n", "is a Git LFS pointer"),
        ("dear reader,\nno numbers here,\n", "lacks 38 columns: frame, timestamp"),
        ('frame,"timestamp\n1,"2\n', "lacks"),
        (csv_text([row(1), row(2, smile="wide")]), r"no number for AU12_r but 'wide' \(line 3 of"),
        (csv_text([row(1), row(2, smile="inf")]), r"no number for AU12_r .*\(line 3 of"),
        (csv_text([row(1, confidence="")]), r"no number for confidence \(line 2 of"),
        (csv_text([row(1, success=0, smile="1,5")]), "40 cells below a header of 39, as decimal"),
    ],
)
def test_what_is_wrong_with_a_csv_is_said(read, content, found):
    with pytest.raises(InputError, match=found) as error:
        read(content)
    assert "OpenFace" in error.value.expected


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (csv_text(ROWS, separator=";"), r"semicolons between the columns \(line 1 of"),
        (csv_text(ROWS, separator=";").replace(".", ","), "semicolons between the columns"),
        (csv_text(ROWS, separator="\t"), "tabs between the columns"),
        (
            csv_text(ROWS, separator=",").replace("0.", "0,"),
            r"\d+ cells below a header of 39, as decimal commas .*\(line 2 of",
        ),
        (csv_text([row(1, success=0, smile='"1;5"')]), "no number for AU12_r but '1;5'"),
    ],
)
def test_a_csv_of_a_spreadsheet_in_another_language_is_refused(read, content, found):
    with pytest.raises(InputError, match=found):
        read(content)


def numbered(text, header):
    first, *rows = text.splitlines()
    return "\n".join([f"{header}{first}", *(f"{n},{line}" for n, line in enumerate(rows))])


def test_an_index_that_was_saved_is_refused_with_and_without_a_place_in_the_header(read):
    with pytest.raises(InputError, match=r"a column without a name, .*\(line 1 of"):
        read(numbered(csv_text(ROWS), ","))
    with pytest.raises(InputError, match=r"40 cells below a header of 39, .*\(line 2 of"):
        read(numbered(csv_text(ROWS), ""))


@pytest.mark.parametrize(
    ("wrong", "found"),
    [
        ({"confidence": 960}, "confidence 960.*, which is not from 0 to 1"),
        ({"confidence": -0.1}, "confidence -0.1, which is not from 0 to 1"),
        ({"AU12_r": 5.2}, "AU12_r 5.2, which is not from 0 to 5"),
        ({"AU12_r": -0.5}, "AU12_r -0.5, which is not from 0 to 5"),
        ({"AU28_c": 2}, "AU28_c 2.*, which is not from 0 to 1"),
        ({"success": 0.5}, "success 0.5, no whole number"),
        ({"success": 2}, "success 2, which is not from 0 to 1"),
        ({"timestamp": 1.7e9}, "timestamp 1700000000.0, .* as times since 1970 are"),
        ({"timestamp": -1.0}, "timestamp -1.0, which is not from 0 to 86400"),
        ({"timestamp": 0.04}, "the timestamp 0.04 again"),
        ({"timestamp": 0.01}, "the timestamp 0.01 after a later one"),
        ({"frame": 1}, "the frame 1 more than once"),
        ({"frame": 1.5}, "frame 1.5, no whole number"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_its_line(read, wrong, found):
    rows = [row(1), row(2) | wrong, row(3)]
    with pytest.raises(InputError, match=rf"{found} \(line 3 of"):
        read(csv_text(rows))


def test_times_in_milliseconds_are_refused(read):
    with pytest.raises(InputError, match="40 s from frame to frame, as times in milliseconds"):
        read(csv_text([row(n, timestamp=40 * n) for n in range(5)]))


def test_pictures_of_a_folder_have_no_times(read):
    frames = read(csv_text([row(n, timestamp=0.0) for n in range(3)]))
    assert frames["timestamp"].tolist() == [0, 0, 0]


def test_the_not_a_number_of_windows_is_none(read):
    frames = read(csv_text([row(1), row(2, success=0, smile="-nan(ind)")]))
    assert frames["AU12_r"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("header", "tool"),
    [
        ("FaceRectX,FaceRectY,FaceScore,AU01,AU12,anger,frame,approx_time", "py-feat"),
        ("Timestamp,MediaTime,Brow Furrow,Joy,Lip Corner Depressor", "Affectiva or iMotions"),
    ],
)
def test_a_csv_of_another_tool_is_named_as_such(read, header, tool):
    with pytest.raises(InputError, match=f"lacks .* and seems to be of {tool}"):
        read(f"{header}\n{','.join('1' for _ in header.split(','))}\n")


def test_several_faces_are_remarked_on(read, caplog):
    frames = read(csv_text(FACES, [*COLUMNS, "face_id"]))
    assert frames.attrs["remark"] == (
        "2 faces are seen: the largest over the clip is used throughout"
    )
    assert frames.attrs["remark"] in caplog.text


def test_faces_of_several_numbers_that_are_never_seen_together_are_one(read):
    one_after_another = [row(1, face_id=0), row(2, face_id=1)]
    frames = read(csv_text(one_after_another, [*COLUMNS, "face_id"]))
    assert "remark" not in frames.attrs
    assert frames["success"].tolist() == [1, 1]


def test_the_extractor_takes_the_csv_of_the_clip(tmp_path):
    path = tmp_path / "clip.csv"
    path.write_text(csv_text(ROWS))
    read = make_frame_reader({"name": "mine", "kind": "csv"}, None, 600)
    assert read(None, path).equals(read_openface_csv(path))
    with pytest.raises(InputError, match="a clip without a csv"):
        read(tmp_path / "clip.mp4", None)
    with pytest.raises(InputError, match=r"other\.csv cannot be read"):
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
