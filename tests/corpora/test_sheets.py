"""A sheet is read row by row; what cannot be read is named by file and line."""

import pytest

from emofold.corpora.sheets import find_flaw_of_name, make_clip_name, read_rows
from emofold.errors import InputError

COLUMNS = ("clip", "media", "speaker")


@pytest.fixture
def read(tmp_path):
    def read(content, name="my shéet.csv", required=("clip",)):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_rows(path, COLUMNS, required)

    return read


def cells_of(rows):
    assert not any(row.flaws for row in rows.values())
    return {number: row.cells for number, row in rows.items()}


def flaws_of(rows):
    return {number: list(row.flaws) for number, row in rows.items() if row.flaws}


def test_rows_are_numbered_by_the_line_that_they_begin_on(read):
    rows = read('clip,media,note\r\na,"1,x.mp4","no,\nno"\r\n\r\n,,\nb, 2.mp4 ,\n')
    assert cells_of(rows) == {
        2: {"clip": "a", "media": "1,x.mp4", "speaker": ""},
        6: {"clip": "b", "media": "2.mp4", "speaker": ""},
    }


def test_a_tsv_has_tabs_and_any_sheet_may_have_a_byte_order_mark(read):
    rows = read("\ufeffclip\t media\tspeaker\na\tb,c.mp4\n", "x.TSV")
    assert cells_of(rows) == {2: {"clip": "a", "media": "b,c.mp4", "speaker": ""}}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "no column clip, media or action_units"),
        ("clp,media\n", "no column clip in"),
        ("clip,speaker\n", "no column media or action_units in"),
        ("clip,clip,media\n", "the column clip twice"),
        ("clip,Clip,media\n", "the column clip twice"),
    ],
)
def test_a_sheet_with_other_columns_is_refused(read, text, found):
    with pytest.raises(InputError) as error:
        read(text)
    assert found in error.value.found


def test_a_misspelt_column_is_named(read):
    with pytest.raises(InputError, match=r"perhaps `clp` \(there are: clp, media\)"):
        read("clp,media\n")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("clip,media\na,é.mp4\nb,é.mp4\n".encode("latin-1"), "line 2 is not in UTF-8"),
        ('clip,media\na,1.mp4\n"b,2.mp4\nc,3.mp4\n', "the row that begins on line 3: "),
        ('clip,media\na,"1".mp4\nc,3.mp4\n', "the row that begins on line 2: "),
    ],
)
def test_what_cannot_be_read_is_named_by_file_and_line(read, content, found):
    with pytest.raises(InputError) as error:
        read(content)
    assert "my shéet.csv cannot be read (" in error.value.found
    assert found in error.value.found


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_sheet_in_utf_16_is_named_as_such(read, encoding):
    with pytest.raises(InputError, match=r"is in UTF-16, not in UTF-8.*save it as csv in UTF-8"):
        read("clip,media\nä,b.mp4\n".encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_a_sheet_in_utf_32_is_named_as_such(read, encoding):
    with pytest.raises(InputError, match="is in UTF-32, not in UTF-8"):
        read("clip,media\nä,b.mp4\n".encode(encoding))


@pytest.mark.parametrize(
    ("content", "found", "remedy"),
    [
        (b"PK\x03\x04\x14\x00", "a spreadsheet", "export it as csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "a spreadsheet", "export it as csv"),
        (b"\x1f\x8b\x08", "a gzip archive", "unpack it"),
        (b"\n<!DOCTYPE html>\n<html>", "a page of the web", "fetch the file itself"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
            "a Git LFS pointer",
            "git lfs pull",
        ),
    ],
)
def test_what_is_no_csv_is_called_by_its_name(read, content, found, remedy):
    with pytest.raises(InputError) as error:
        read(content)
    assert f"my shéet.csv is {found}" in error.value.found
    assert remedy in error.value.remedy


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ('clip;"media";speaker\na;b.mp4;x\n', "x.csv", "with semicolons between its columns"),
        ("clip\tmedia\r\na\tb.mp4\r\n", "x.csv", "with tabs between its columns"),
        ("clip,media\na,b.mp4\n", "x.tsv", "with commas between its columns"),
    ],
)
def test_other_separators_are_named(read, text, name, found):
    with pytest.raises(InputError, match=found):
        read(text, name)


@pytest.mark.parametrize(
    "columns",
    [
        *("Start,End", "begin,duration", "Onset,Offset", "stop,x", "Start Time (s),x", "from,to"),
        *("start_ms,end_ms", "start,duration", "start,end_time"),
    ],
)
@pytest.mark.parametrize("required", [("clip",), ()])
def test_segments_by_other_names_than_start_and_end_are_refused(read, columns, required):
    with pytest.raises(InputError, match=r"name segments of files.*rename them to start and end"):
        read(f"clip,media,{columns}\na,b.mp4,0.0,0.1\n", required=required)


@pytest.mark.parametrize("columns", ["legend,weekend", "from,x", "starter,bend", "friend,offstage"])
def test_columns_of_other_meanings_are_left_alone(read, columns):
    assert len(read(f"clip,media,{columns}\na,b.mp4,1,2\n")) == 1


def test_empty_columns_of_segments_name_none(read):
    assert len(read("clip,media,start,end\na,b.mp4,, \n")) == 1


@pytest.mark.parametrize(
    ("row", "flaw"),
    [
        ("a\0b,1.mp4,x", "a '\\x00' in its clip"),
        ("a,1.mp4,x\x1b[31m", "a '\\x1b' in its speaker"),
        ('"a\nb",1.mp4,x', "a '\\n' in its clip"),
        ('a,"1\u2028.mp4",x', "a '\\u2028' in its media"),
        ("a,1,2.mp4,x", "4 cells below a header of 3"),
    ],
)
def test_a_row_that_cannot_be_believed_has_a_flaw_and_the_others_go_on(read, row, flaw):
    rows = read(f"clip,media,speaker\n{row}\nb,2.mp4,y,,\n")
    ((number, flaws),) = flaws_of(rows).items()
    assert number == 2
    assert flaw in flaws[0]
    assert len(rows) == 2


def test_a_missing_sheet_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv cannot be read \(No such file"):
        read_rows(tmp_path / "none.csv", COLUMNS)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\nb", "a\x7fb", "x" * 201, "字" * 67])
def test_what_no_file_can_be_called_becomes_a_name(name):
    assert find_flaw_of_name(name)
    assert find_flaw_of_name(make_clip_name(name)) is None


@pytest.mark.parametrize("name", ["anna", "...", "Größe 1", "字" * 66, "x" * 200, "a\\b"])
def test_any_other_name_stays(name):
    assert find_flaw_of_name(name) is None
    assert make_clip_name(name) == name
