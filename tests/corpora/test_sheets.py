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


def test_rows_are_numbered_by_the_line_that_they_begin_on(read):
    rows = read('clip,media,note\r\na,"1,\nx.mp4",no\r\n\r\n,,\nb, 2.mp4 ,\n')
    assert rows == {
        2: {"clip": "a", "media": "1,\nx.mp4", "speaker": ""},
        6: {"clip": "b", "media": "2.mp4", "speaker": ""},
    }


def test_a_tsv_has_tabs_and_any_sheet_may_have_a_byte_order_mark(read):
    rows = read("\ufeffclip\t media\tspeaker\na\tb,c.mp4\n", "x.TSV")
    assert rows == {2: {"clip": "a", "media": "b,c.mp4", "speaker": ""}}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "no column clip, media or action_units"),
        ("clp,media\n", "no column clip in"),
        ("clip,speaker\n", "no column media or action_units in"),
        ("clip,clip,media\n", "the column clip twice"),
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
        ("clip,media\na,b.mp4\n".encode("utf-16"), "line 1 is not in UTF-8"),
        ('clip,media\na,1.mp4\n"b,2.mp4\nc,3.mp4\n', "the row that begins on line 3: "),
        ('clip,media\na,"1".mp4\nc,3.mp4\n', "the row that begins on line 2: "),
    ],
)
def test_what_cannot_be_read_is_named_by_file_and_line(read, content, found):
    with pytest.raises(InputError) as error:
        read(content)
    assert "my shéet.csv cannot be read (" in error.value.found
    assert found in error.value.found


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
