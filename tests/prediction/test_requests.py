"""What is to be predicted: files, or the rows of a sheet."""

import os
from pathlib import Path

import pytest

from emofold.errors import InputError
from emofold.prediction.requests import Request, by_speaker, in_groups, requests_for


def sheet(folder, text, name="clips.csv"):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_files_are_called_by_their_names():
    requests = requests_for([Path("a/Größe 1.mp4"), Path("b/two.wav")])
    assert [(one.clip, one.media) for one in requests] == [
        ("Größe 1", Path("a/Größe 1.mp4")),
        ("two", Path("b/two.wav")),
    ]


def test_a_file_that_is_named_twice_is_predicted_once():
    assert len(requests_for([Path("a.mp4"), Path("a.mp4")])) == 1


def test_files_of_the_same_name_are_told_apart():
    requests = requests_for([Path("x/a.mp4"), Path("y/A.mov"), Path("b.mp4")])
    assert [one.clip for one in requests] == ["a-1", "A-2", "b"]


def test_a_sheet_names_files_from_its_own_folder(tmp_path):
    text = "clip,media,action_units,speaker,more\nfirst,v/1.mp4,,anna,x\n,2.wav,units.csv,,\n"
    requests = requests_for([sheet(tmp_path / "a ß", text)])
    folder = tmp_path / "a ß"
    assert requests == [
        Request("first", folder / "v/1.mp4", None, "anna"),
        Request("2", folder / "2.wav", folder / "units.csv", None),
    ]


def test_tabs_part_the_columns_of_a_tsv(tmp_path):
    (request,) = requests_for([sheet(tmp_path, "media\tspeaker\na,b.mp4\tben\n", "x.tsv")])
    assert (request.media.name, request.speaker) == ("a,b.mp4", "ben")


def test_one_speaker_speaks_in_all_files_when_that_is_said():
    requests = requests_for([Path("a.mp4"), Path("b.mp4")], speaker="anna")
    assert {one.speaker for one in requests} == {"anna"}
    assert len(by_speaker(requests)) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("clip,file\na,b.mp4\n", "no column media or action_units .*clip, file"),
        ("media\n", "no clip"),
    ],
)
def test_a_sheet_that_says_too_little_is_refused(tmp_path, text, found):
    with pytest.raises(InputError, match=found):
        requests_for([sheet(tmp_path, text)])


def test_a_row_that_cannot_be_believed_is_one_clips_flaw(tmp_path):
    text = "clip,media,speaker\na\x1b[2J,a.mp4,anna\nb,b,1.mp4,anna\nc,c.mp4,anna\n"
    requests = requests_for([sheet(tmp_path, text)])
    assert [(one.clip, one.speaker) for one in requests] == [
        ("a-[2J", None),
        ("b", None),
        ("c", "anna"),
    ]
    escape, longer, fine = requests
    assert escape.flaw.startswith(r"a '\x1b' in its clip (row 2 of ")
    assert longer.flaw.startswith("4 cells below a header of 3")
    assert fine.flaw is None
    assert Request.from_json(escape.to_json()) == escape


@pytest.mark.parametrize("other", ["01", "1.0", " \N{FULLWIDTH DIGIT ONE}"])
def test_speakers_that_differ_in_notation_only_are_refused(tmp_path, other):
    text = f"media,speaker\na.mp4,1\nb.mp4,{other}\n"
    with pytest.raises(InputError, match="which differ in notation only"):
        requests_for([sheet(tmp_path, text)])


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("media\na.mp4\n".encode("utf-16"), "is in UTF-16"),
        (b"media,onset,offset\na.mp4,0,1\n", "name segments of files"),
    ],
)
def test_what_is_refused_for_a_run_is_refused_here_too(tmp_path, content, found):
    path = tmp_path / "clips.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=found):
        requests_for([path])


def test_a_sheet_that_is_missing_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv cannot be read"):
        requests_for([tmp_path / "none.csv"])


ALONE = [Request("x", None), Request("y", None)]
KNOWN = [Request("1", None, speaker="a/b"), Request("2", None, speaker="a/b")]


def test_the_clips_per_speaker_are_one_group_and_every_other_clip_is_another():
    groups = in_groups([KNOWN[0], *ALONE, KNOWN[1]])
    assert [[one.clip for one in group] for group in groups.values()] == [["1", "2"], ["x"], ["y"]]
    assert not any("/" in name for name in groups)


def test_a_group_keeps_its_name_whatever_comes_before_it():
    names = {name for name in in_groups([*ALONE, *KNOWN])}
    assert names <= {name for name in in_groups([Request("new", None), *KNOWN, *ALONE])}


def test_groups_whose_names_differ_in_capitals_only_are_told_apart_everywhere():
    groups = in_groups([Request(name, None, speaker=name) for name in ("Anna", "anna")])
    assert len({name.casefold() for name in groups}) == 2


@pytest.mark.parametrize("name", ["字" * 100, "ы" * 200, "a/b\x00\n", "x" * 300])
def test_every_clip_and_every_group_has_a_name_that_a_file_can_have(name, tmp_path):
    clips = requests_for([sheet(tmp_path, f'clip,media\n"{name}",a.mp4\n')])
    (tmp_path / f".{clips[0].clip}.html.12345.partial").touch()
    (group,) = in_groups([Request("a", None, speaker=name)])
    (tmp_path / group).mkdir()


def test_long_names_that_begin_alike_are_told_apart():
    clips = requests_for([Path("x" * 250 + "1.mp4"), Path("x" * 250 + "2.mp4")])
    assert clips[0].clip != clips[1].clip


def test_a_folder_is_the_media_files_below_it(tmp_path):
    for name in ("b.wav", "deep/a.MP4", "notes.txt", "._b.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = requests_for([tmp_path, tmp_path / "b.wav"])
    files = [("b", tmp_path / "b.wav"), ("a", tmp_path / "deep/a.MP4")]
    assert [(one.clip, one.media) for one in found] == files


def test_a_folder_without_media_files_is_refused(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(InputError, match="no such file below the folder"):
        requests_for([tmp_path])


def test_a_request_survives_json():
    request = Request("a", Path("v/a.mp4"), None, "anna")
    assert Request.from_json(request.to_json()) == request


def test_a_number_that_tells_names_apart_is_not_one_that_a_name_has_already():
    paths = [Path(name) for name in ("a/x.mp4", "b/X.mp4", "x-1.mp4")]
    assert [one.clip for one in requests_for(paths)] == ["x-2", "X-3", "x-1"]


def test_a_file_name_of_another_encoding_is_refused():
    path = Path(os.fsdecode("müller.mp4".encode("latin-1")))
    with pytest.raises(InputError, match=r"m.udcfcller.*a name in UTF-8") as error:
        requests_for([path])
    str(error.value).encode()
