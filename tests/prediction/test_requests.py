"""What is to be predicted: files, or the rows of a sheet."""

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
        ("clip,file\na,b.mp4\n", "the columns clip, file"),
        ("media\n", "no clip"),
        ("clip,media\na,1.mp4\nA,2.mp4\na-1,3.mp4\n", "clips of the same name"),
    ],
)
def test_a_sheet_that_says_too_little_is_refused(tmp_path, text, found):
    with pytest.raises(InputError, match=found):
        requests_for([sheet(tmp_path, text)])


def test_a_sheet_that_is_missing_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.csv cannot be read"):
        requests_for([tmp_path / "none.csv"])


def test_speakers_stay_together_and_others_are_taken_some_at_a_time():
    alone = [Request(f"clip-{number}", None) for number in range(25)]
    known = [Request("a/1", None, speaker="a/b"), Request("a/2", None, speaker="a/b")]
    groups = in_groups([known[0], *alone, known[1]])
    assert {name: len(group) for name, group in groups.items()} == {
        "speaker-a%2Fb": 2,
        "part-0000": 20,
        "part-0001": 5,
    }


def test_a_request_survives_json():
    request = Request("a", Path("v/a.mp4"), None, "anna")
    assert Request.of(request.described()) == request
