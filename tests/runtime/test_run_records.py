"""The record that a run leaves, and what two runs make otherwise of the media that they share."""

import pytest

from emofold.errors import InputError
from emofold.runtime.run_records import RunRecord, digest_of, disagreements

CONFIG = {"name": "größe", "folds": [[1, "zwei"], []], "face": {"min_confidence": 0.7}}
MEDIA = {"results/media/x/speech/audio/part {1}.parquet": "1e5", "b": "0123"}


def test_a_record_is_read_as_it_was_written(tmp_path):
    record = RunRecord(CONFIG, MEDIA)
    record.write(tmp_path / "run")
    assert RunRecord.read(tmp_path / "run") == record


@pytest.mark.parametrize("text", [None, b"", b"[", b"config: 1\nmedia: {}", b"a: 1", b"\xff"])
def test_what_is_no_record_is_refused(tmp_path, text):
    if text is not None:
        (tmp_path / "run.yaml").write_bytes(text)
    with pytest.raises(InputError, match=r"run\.yaml"):
        RunRecord.read(tmp_path)


def test_the_records_of_other_runs_are_found_and_those_that_cannot_be_read_passed_over(tmp_path):
    for name in ("own", "other"):
        RunRecord({"name": name}, MEDIA).write(tmp_path / name)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/run.yaml").write_text("[")
    found = RunRecord.others_beside(tmp_path / "own")
    assert {path: record.config["name"] for path, record in found.items()} == {
        (tmp_path / "other").as_posix(): "other"
    }


def test_only_files_that_both_make_otherwise_are_told():
    others = {
        "results/same": RunRecord({}, MEDIA),
        "results/apart": RunRecord({}, {"c": "9"}),
        "results/unlike": RunRecord({}, MEDIA | {"b": "other"}),
    }
    (line,) = disagreements(MEDIA, others)
    assert line.startswith("results/unlike makes 1 shared file, such as b, of other clips")
    assert "`corpus_name`" in line


def test_a_digest_depends_on_all_settings_and_not_on_their_order():
    assert digest_of([{"a": 1, "b": None}]) == digest_of([{"b": None, "a": 1}])
    assert digest_of([{"a": 1}]) != digest_of([{"a": 2}])
