"""A corpus that a bundle is tried on has each recording once, and none that was trained on."""

import pytest

from emofold.corpora.other_corpora import read_other_corpus
from emofold.corpora.sample_sheet import Clip
from emofold.corpora.schemas import clips_of, clips_schema, tabulate_clips
from emofold.errors import InputError
from emofold.tables import read_table, write_table

EMOTIONS = ["happy", "sad"]
SCHEMA = clips_schema(EMOTIONS)


@pytest.fixture
def read(tmp_path):
    """Read a sheet of clips with these contents."""

    def read_clips(**contents):
        rows = ["clip,speaker,emotion,media"]
        for clip, content in contents.items():
            (tmp_path / f"{clip}.wav").write_bytes(content)
            rows.append(f"{clip},anna,sad,{clip}.wav")
        (tmp_path / "my.csv").write_text("\n".join(rows), encoding="utf-8")
        return read_other_corpus(tmp_path / "my.csv", EMOTIONS, [])

    return read_clips


@pytest.fixture
def trained_on(tmp_path):
    """The table of a clip that was trained on, of the same name as one in the sheet."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "x.wav").write_bytes(b"known")
    clip = Clip("a", "ben", "happy", str(tmp_path / "own" / "x.wav"))
    return tabulate_clips([clip], [["ben"]])


def test_clips_that_are_copies_of_one_another_fail_by_name(read):
    corpus = read(a=b"one", b=b"two", c=b"one").without_copies()
    assert [clip.clip for clip in corpus.clips] == ["b"]
    assert {failure.clip for failure in corpus.failures} == {"a", "c"}


def test_what_was_trained_on_fails_by_name_and_other_clips_do_not(read, trained_on):
    corpus = read(a=b"another", b=b"known").without_copies(clips_of(trained_on))
    assert [clip.clip for clip in corpus.clips] == ["a"]
    ((clip, reason),) = [(failure.clip, failure.reason) for failure in corpus.failures]
    assert clip == "b"
    assert "is that of a, which was trained on (ben, happy)" in reason


def test_the_corpus_of_the_run_itself_is_refused(read, trained_on):
    with pytest.raises(InputError, match=r"no clip that can be used; the first: .*trained on"):
        read(b=b"known").without_copies(clips_of(trained_on))


def test_clips_are_read_back_from_their_table(tmp_path):
    clips = [
        Clip("a", "ben", "happy", "a.wav", corpus="x", repetition=2, start=1.5),
        Clip("b", "ben", "sad", None, "b.csv", intensity="strong", end=2.0),
    ]
    write_table(tabulate_clips(clips, [["ben"]]), tmp_path / "clips.parquet", SCHEMA)
    assert clips_of(read_table(tmp_path / "clips.parquet", SCHEMA)) == clips
