"""`start` and `end` of a row: in either notation, empty or wrong, and apart from one another."""

import pytest

from emofold.corpora.equal_files import explain_equal_clips
from emofold.corpora.sample_sheet import Clip, read_sample_sheet
from emofold.corpora.schemas import clips_schema, tabulate_clips
from emofold.corpora.segments import Segment, find_overlaps, in_passes
from emofold.errors import InputError
from emofold.tables import read_table, write_table

EMOTIONS = ["happy", "sad"]


@pytest.fixture
def read(tmp_path):
    (tmp_path / "talk.wav").write_bytes(b"sound")

    def read_rows(*rows, header="start,end"):
        lines = [f"clip,speaker,emotion,media,{header}"]
        lines += [f"c{n},anna,sad,talk.wav,{row}" for n, row in enumerate(rows)]
        (tmp_path / "my.csv").write_text("\n".join(lines), encoding="utf-8")
        return read_sample_sheet(tmp_path / "my.csv", EMOTIONS)

    return read_rows


@pytest.mark.parametrize(
    ("row", "segment"),
    [
        ("1.5,2", Segment(1.5, 2.0)),
        ("0 days 00:00:01.500000,0 days 00:01:02", Segment(1.5, 62.0)),
        ("1 days 00:00:00,00:00:01", None),
        ("00:00:01.5,1:00:00", Segment(1.5, 3600.0)),
        (",2e0", Segment(0.0, 2.0)),
        ("1.,", Segment(1.0, None)),
        (",", Segment()),
        ("0,", Segment()),
    ],
)
def test_seconds_are_read_in_either_notation_and_may_be_missing(read, row, segment):
    sheet = read(row, "100,101")
    assert [one.segment for one in sheet.clips if one.clip == "c0"] == [segment] * bool(segment)
    assert len(sheet.clips) + len(sheet.failures) == 2


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("-1,2", "the start '-1', before the recording begins"),
        ("-1 days +23:59:59,2", "the start '-1 days +23:59:59', before"),
        ("2,2", "the start '2' not before the end '2'"),
        ("2,1", "the start '2' not before the end '1'"),
        (",0", "not before the end '0'"),
        ("one,2", "the start 'one', which is no time"),
        ('"1,5",2', "the start '1,5', which is no time"),
        ("NaT,2", "the start 'NaT', which is no time"),
        ("1,inf", "the end 'inf', which is no time"),
        ("nan,", "the start 'nan', which is no time"),
        ("00:61:00,", "the start '00:61:00', which is no time"),
    ],
)
def test_a_row_with_a_wrong_time_fails_by_name_and_the_others_do_not(read, row, found):
    sheet = read(row, "1,2")
    assert [one.clip for one in sheet.clips] == ["c1"]
    ((clip, _, reason),) = [(one.clip, one.step, one.reason) for one in sheet.failures]
    assert clip == "c0"
    assert found in reason
    assert "row 2" in reason


def test_the_table_of_clips_has_the_seconds_and_nulls_where_there_are_none(read, tmp_path):
    table = tabulate_clips(read("1.5,2", ",3", ",").clips, [["anna"]])
    write_table(table, tmp_path / "clips.parquet", clips_schema(EMOTIONS))
    rows = read_table(tmp_path / "clips.parquet", clips_schema(EMOTIONS))
    assert rows["start"].isna().tolist() == [False, True, True]
    assert rows["end"].tolist()[:2] == [2.0, 3.0]


def test_a_sheet_without_the_columns_has_whole_recordings(read):
    assert [one.segment.is_whole for one in read("x", header="remark").clips] == [True]


def test_segments_of_one_recording_are_clips_unless_they_overlap(read):
    sheet = read("0,2", "2,4", "2.9,5", "5,", "1.98,2.02")
    reasons = explain_equal_clips(sheet.clips, sheet.places)
    assert reasons.keys() == {"c1", "c2"}
    assert "the media of c1 (anna, sad, row 3 of" in reasons["c1"].found
    assert "shares a segment with that of c2 (anna, sad, row 4 of" in reasons["c1"].found


@pytest.mark.parametrize("rows", [("1,2", "1,2"), ("1,2", ","), (",", ","), ("1,1.01", "1,1.01")])
def test_the_same_segment_twice_or_all_of_its_recording_is_used_by_none(read, rows):
    sheet = read(*rows, "7,8") if "," not in rows else read(*rows)
    assert explain_equal_clips(sheet.clips, {}).keys() >= {"c0", "c1"}


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        (["0,4", "3.2,8"], set()),
        (["0,4", "2,6"], set()),
        (["0,4", "1.9,6"], {"c0", "c1"}),
        (["0,10", "4,5"], {"c0", "c1"}),
        (["0,10", "9.8,10.1"], {"c0", "c1"}),
        (["0,4", "3.97,"], set()),
        (["0,4", "3.2,"], {"c0", "c1"}),
    ],
)
def test_turns_of_a_dialogue_overlap_by_half_of_the_shorter_one_at_most(read, rows, refused):
    assert explain_equal_clips(read(*rows).clips, {}).keys() == refused


def test_segments_of_copies_of_a_recording_are_segments_of_it(tmp_path):
    files = [tmp_path / name for name in ("a.wav", "b.wav")]
    for file in files:
        file.write_bytes(b"one recording")
    clips = [
        Clip("one", "anna", "sad", str(files[0]), start=0.0, end=2.0),
        Clip("two", "ben", "happy", str(files[1]), start=0.9, end=3.0),
        Clip("three", "ben", "happy", str(files[1]), start=3.0, end=4.0),
    ]
    assert explain_equal_clips(clips, {}).keys() == {"one", "two"}


def test_clips_of_an_empty_file_are_not_taken_for_one_recording(tmp_path):
    (tmp_path / "empty.wav").touch()
    clips = [Clip(name, "anna", "sad", str(tmp_path / "empty.wav")) for name in ("a", "b")]
    assert explain_equal_clips(clips, {}) == {}


def test_overlaps_and_passes_are_found_whatever_the_order():
    segments = [Segment(4), Segment(0, 9), Segment(1, 2), Segment(2, 3)]
    assert find_overlaps(segments) == {1: [2, 3, 0], 2: [1], 3: [1], 0: [1]}
    assert in_passes(segments) == [[1], [2, 3, 0]]


def test_a_segment_must_be_within_its_recording():
    Segment(1, 2.05).check_within(2.0, "talk.wav")
    for segment in (Segment(1, 2.5), Segment(2.0), Segment(3, 4)):
        with pytest.raises(InputError, match=r"talk\.wav, which ends at 2\.00 s"):
            segment.check_within(2.0, "talk.wav")
