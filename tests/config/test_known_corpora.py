"""A known corpus is a file, which says clearly what is wrong with it."""

import pytest
import yaml

import known_copies
from emofold.config.known_corpora import list_known_corpora, read_known_corpus
from emofold.config.known_files import read_known_files
from emofold.errors import InputError

MINE = {
    "title": "My corpus",
    "language": "Finnish",
    "acted": False,
    "citation": "Me (2026). My corpus.",
    "source": "https://example.org/mine",
    "names": ["{speaker}-{emotion}"],
    "codes": {"emotion": {"happy": "iloinen", "sad": ["surullinen", "su"]}},
    "counts": {"clips": 3, "speakers": ["a", "x08..11"]},
}


@pytest.fixture
def corpus(tmp_path):
    """Write the file of a corpus, and read it."""

    def make(**changed):
        content = {key: value for key, value in {**MINE, **changed}.items() if value is not None}
        file = known_copies.add(tmp_path / "corpora", "my-corpus.yaml")
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        return read_known_corpus("my_Corpus", tmp_path / "corpora")

    return make


def test_a_file_is_enough_for_another_corpus(corpus, tmp_path):
    mine = corpus()
    known_copies.add(tmp_path, "a-iloinen.wav", "a-su.wav", "x09-SURULLINEN.flac")
    files = read_known_files(mine, tmp_path)
    assert sorted((told["speaker"], told["emotion"]) for told in files.fields.values()) == [
        ("a", "happy"),
        ("a", "sad"),
        ("x09", "sad"),
    ]
    assert mine.describe() == [
        "My corpus: Finnish, not acted",
        "Licence: see https://example.org/mine",
        "Cite: Me (2026). My corpus.",
    ]


@pytest.mark.parametrize("ending", ["", ".wav", ".WAV"])
@pytest.mark.parametrize(("table", "separator"), [("list.csv", ","), ("list.tsv", "\t")])
def test_a_table_may_say_what_names_do_not(corpus, tmp_path, ending, table, separator):
    columns = {"clip": "file", "speaker": "who", "emotion": "label"}
    mine = corpus(names=["*"], annotations=[{"files": table, "columns": columns}])
    rows = ["file,who,label,more", f"a\\1{ending},ann,su,x", f"b/2{ending},ben,iloinen,"]
    known_copies.add(tmp_path, table).write_text("\n".join(rows).replace(",", separator), "utf-8")
    known_copies.add(tmp_path, "a/1.wav", "b/2.wav", "b/3.wav")
    files = read_known_files(mine, tmp_path)
    assert [(told["speaker"], told["emotion"]) for told in files.fields.values()] == [
        ("ann", "sad"),
        ("ben", "happy"),
    ]
    assert any("no annotation says" in remark and "b/3.wav" in remark for remark in files.remarks)


def test_speakers_are_counted_up(corpus):
    assert corpus().counts.codes_of_speakers == ["a", "x08", "x09", "x10", "x11"]
    assert corpus(counts={"clips": 3, "speakers": 7}).counts.speakers == 7


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"licence": 3}, "`licence`: 3 is not of type 'string'"),
        ({"title": None}, "the file has no `title`"),
        ({"name": "x"}, "unknown key `name`, perhaps `names`"),
        ({"source": "example.org"}, "`source` is 'example.org', which does not fit"),
        ({"names": ["{speaker}{emotion}"]}, "nothing that tells {speaker} from {emotion}"),
        ({"names": ["{a b}_*"]}, "the unknown {a b}"),
        ({"codes": {"emotion": {"happy": 1}}}, "in quotes where it is a number"),
        ({"codes": {"emotion": {"a": "x", "b": ["y", "X"]}}}, "'x' stands for two words of `codes"),
        ({"codes": {"speaker": {"a": "b"}}}, "`codes` has no `emotion`"),
        ({"counts": {"clips": 1, "emotions": {"hapy": 1}}}, "'hapy', perhaps `happy`, which"),
        ({"annotations": [{"files": "a.csv"}]}, "`annotations[0]`"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_name(corpus, changed, found):
    with pytest.raises(InputError) as refused:
        corpus(**changed)
    assert found in str(refused.value)
    assert "my-corpus.yaml" in str(refused.value)
    assert "--pattern" not in str(refused.value)


def test_what_is_no_yaml_is_said_too(corpus, tmp_path):
    corpus()
    (tmp_path / "corpora/my-corpus.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(InputError, match=r"no yaml: .*my-corpus.yaml"):
        read_known_corpus("my-corpus", tmp_path / "corpora")


def test_an_unknown_corpus_is_told_which_are_known():
    with pytest.raises(InputError) as refused:
        read_known_corpus("emo-bd")
    assert "the corpus 'emo-bd', which is not known, perhaps `emodb`" in str(refused.value)
    assert "aesdd, cafe, crema-d, emodb, emovo" in str(refused.value)
    assert "--pattern" in str(refused.value)


@pytest.mark.parametrize("name", ["EMO-DB", "emo_db", "CREMAD", "ravdess_song", "TurEV-DB"])
def test_a_corpus_is_found_however_it_is_written(name):
    assert read_known_corpus(name).title


def test_a_corpus_may_go_by_other_names():
    assert read_known_corpus("RAVDESS-speech").title == read_known_corpus("ravdess").title


def test_without_the_files_of_the_workflow_no_corpus_is_known(tmp_path):
    with pytest.raises(InputError, match=r"'emodb', which is not known.*files in "):
        read_known_corpus("emodb", tmp_path)


@pytest.mark.parametrize("name", list_known_corpora())
def test_speakers_are_of_a_corpus_that_is_known(name):
    assert read_known_corpus(name).speakers_of in {None, *list_known_corpora()} - {name}


@pytest.mark.parametrize("name", list_known_corpora())
def test_the_counts_of_a_corpus_add_up(name):
    counts = read_known_corpus(name).counts
    if name != "shemo":  # only the clips of fear are counted by emotion
        assert sum(counts.emotions.values()) == counts.clips
    if counts.clips_per_speaker:
        assert counts.speakers * counts.clips_per_speaker == counts.clips
