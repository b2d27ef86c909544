"""A sample sheet is read; a bad row is named with its reason, and the other rows go on."""

import unicodedata

import pytest

from emofold.corpora.sample_sheet import read_sample_sheet
from emofold.corpora.schemas import clips_schema, tabulate_clips
from emofold.errors import InputError
from emofold.tables import write_table

EMOTIONS = ["happy", "sad"]
HEADER = "clip,speaker,emotion,media\n"
GOOD = "b,Örjan,sad,vidéo one.mp4\na,Åsa,happy,vidéo one.mp4\n"


@pytest.fixture
def read(tmp_path):
    """Return what is read of a sheet beside a file `vidéo one.mp4`."""
    (tmp_path / "vidéo one.mp4").write_bytes(b"x")

    def read(text, name="my sheet.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return read_sample_sheet(tmp_path / name, EMOTIONS)

    return read


def test_every_row_becomes_a_clip_with_its_file_beside_the_sheet(read, tmp_path):
    sheet = read(HEADER + GOOD)
    assert [(c.clip, c.speaker, c.emotion) for c in sheet.clips] == [
        ("a", "Åsa", "happy"),
        ("b", "Örjan", "sad"),
    ]
    assert sheet.clips[0].media == str(tmp_path / "vidéo one.mp4")
    assert sheet.failures == []


def test_clips_are_in_the_same_order_however_the_rows_are(read):
    names = [f"{speaker}-{clip}" for speaker in (1, 2, 10) for clip in ("a2", "a10", "b1")]
    rows = [f"{name},{name.split('-')[0]},sad,vidéo one.mp4\n" for name in names]
    for shuffled in (rows, rows[::-1], rows[4:] + rows[:4]):
        assert [clip.clip for clip in read(HEADER + "".join(shuffled)).clips] == names


def test_tabs_a_byte_order_mark_spaces_and_further_columns_are_fine(read):
    header = "\ufeff clip\tnote\tspeaker \temotion\tmedia\n"
    sheet = read(header + " a \tx\tBo\tsad\tvidéo one.mp4\n\n", "sheet.tsv")
    assert sheet.clips[0].clip == "a"
    assert sheet.clips[0].speaker == "Bo"


@pytest.mark.parametrize(
    ("row", "clip", "reason"),
    [
        ("c,,sad,vidéo one.mp4", "c", "no speaker"),
        (",Bo,sad,vidéo one.mp4", "row 4", "no clip"),
        ("c,Bo,angry,vidéo one.mp4", "c", "'angry', not one of happy, sad"),
        ("c,Bo,sad,gone.mp4", "c", "gone.mp4"),
        ("c,Bo,sad,", "c", "neither media nor action_units"),
        ("../c,Bo,sad,vidéo one.mp4", "../c", "files cannot be called after (a '/' in it)"),
        ("..,Bo,sad,vidéo one.mp4", "..", "files cannot be called after (no name of a file)"),
        ("c,Bo", "c", "no emotion"),
        ("c\0d,Bo,sad,vidéo one.mp4", "c\\x00d", "a '\\x00' in its clip"),
        ("c\x1b[2J,Bo,sad,vidéo one.mp4", "c\\x1b[2J", "a '\\x1b' in its clip"),
        ("c,Bo,sad,vidéo,one.mp4", "c", "5 cells below a header of 4"),
        ("c,Bo,Sad,vidéo one.mp4", "c", "perhaps `sad`"),
    ],
)
def test_a_bad_row_is_named_and_the_others_go_on(read, row, clip, reason):
    sheet = read(HEADER + GOOD + row + "\n")
    assert [c.clip for c in sheet.clips] == ["a", "b"]
    assert [failure.clip for failure in sheet.failures] == [clip]
    assert reason in sheet.failures[0].reason
    assert "row 4 of" in sheet.failures[0].reason


def test_a_clip_in_two_rows_is_taken_from_neither(read):
    sheet = read(HEADER + GOOD + "B,Bo,happy,vidéo one.mp4\n")
    assert [c.clip for c in sheet.clips] == ["a"]
    assert {failure.clip for failure in sheet.failures} == {"b", "B"}
    assert all("in 2 rows" in failure.reason for failure in sheet.failures)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (HEADER, "no usable row"),
        (HEADER + "a,Bo,angry,\n", "no usable row"),
        (HEADER + "a,Bo,sad,vidéo one.mp4\nb,bo,sad,vidéo one.mp4\n", "differ in notation only"),
    ],
)
def test_a_sheet_that_is_wrong_as_a_whole_is_refused(read, text, found):
    with pytest.raises(InputError) as error:
        read(text)
    assert found in error.value.found


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", "01"), ("1", "1.0"), ("S1", "s01"), ("Ann B", "Ann\u00a0 B"), ("Bo", "B\u200bo")],
)
def test_speakers_that_differ_in_notation_only_are_refused_with_both_names(read, one, other):
    with pytest.raises(InputError) as error:
        read(HEADER + f"a,{one},sad,vidéo one.mp4\nb,{other},sad,vidéo one.mp4\n")
    assert f"the speakers {', '.join(map(repr, sorted([one, other])))} in" in error.value.found


def test_letters_with_accents_are_the_same_in_one_character_or_two(read):
    sheet = read(HEADER + "a,A\u030asa,happy,vidéo one.mp4\nb,Åsa,happy,vidéo one.mp4\n")
    assert {clip.speaker for clip in sheet.clips} == {"Åsa"}


def test_an_emotion_is_called_as_the_config_calls_it(read, tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text(HEADER + "a,Bo,fröhlich,vidéo one.mp4\n", encoding="utf-8")
    decomposed = unicodedata.normalize("NFD", "fröhlich")
    (clip,) = read_sample_sheet(path, ["sad", decomposed]).clips
    assert clip.emotion == decomposed


def test_clips_that_some_file_systems_take_for_one_are_taken_for_one(read):
    row = "{},Bo,sad,vidéo one.mp4\n"
    sheet = read(HEADER + GOOD + row.format("é") + row.format("e\u0301"))
    assert [clip.clip for clip in sheet.clips] == ["a", "b"]


def test_the_table_of_clips_has_the_fold_of_each_speaker(read, tmp_path):
    table = tabulate_clips(read(HEADER + GOOD).clips, [["Örjan"], ["Åsa"]])
    assert table.set_index("clip")["fold"].to_dict() == {"a": 1, "b": 0}
    write_table(table, tmp_path / "clips.parquet", clips_schema(EMOTIONS))


CORPORA = "clip,speaker,emotion,media,corpus\n"


def test_speakers_of_several_corpora_are_named_after_them(read):
    rows = [f"{clip},03,sad,vidéo one.mp4,{corpus}\n" for clip, corpus in ("ax", "by")]
    sheet = read(CORPORA + "".join(rows))
    assert [(clip.speaker, clip.corpus) for clip in sheet.clips] == [("x/03", "x"), ("y/03", "y")]
    assert sheet.speakers == {"x/03", "y/03"}


def test_a_speaker_that_is_named_after_a_corpus_is_the_same_in_all(read):
    rows = [
        "a,03,sad,vidéo one.mp4,x\n",
        "b,x/03,sad,vidéo one.mp4,y\n",
        "c,3,sad,vidéo one.mp4,y\n",
    ]
    clips = read(CORPORA + "".join(rows)).clips
    assert [(clip.speaker, clip.corpus) for clip in clips] == [
        ("x/03", "x"),
        ("x/03", "y"),
        ("y/3", "y"),
    ]


def test_one_corpus_is_as_none(read):
    rows = ["a,03,sad,vidéo one.mp4,x\n", "b,04,sad,vidéo one.mp4,\n"]
    assert [(clip.speaker, clip.corpus) for clip in read(CORPORA + "".join(rows)).clips] == [
        ("03", None),
        ("04", None),
    ]


@pytest.mark.parametrize(("corpus", "reason"), [("", "no corpus"), ("x/y", "a '/' in it")])
def test_of_several_corpora_each_row_names_one(read, corpus, reason):
    rows = [f"{clip},03,sad,vidéo one.mp4,{clip}\n" for clip in "ab"]
    sheet = read(CORPORA + "".join(rows) + f"c,03,sad,vidéo one.mp4,{corpus}\n")
    assert [failure.clip for failure in sheet.failures] == ["c"]
    assert reason in sheet.failures[0].reason


def test_corpora_that_differ_in_notation_only_are_refused(read):
    rows = [f"{clip},03,sad,vidéo one.mp4,{clip}\n" for clip in ("EmoDB", "emodb ", "emo-db")]
    with pytest.raises(InputError, match="the corpora 'EmoDB', 'emodb'"):
        read(CORPORA + rows[0] + rows[1].replace("emodb ,03", "b,03") + rows[2])
