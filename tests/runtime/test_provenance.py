"""What tables say of themselves, in few words."""

import pandas as pd
import pytest

from emofold.errors import InputError
from emofold.evaluation.schemas import FAILURES
from emofold.runtime.provenance import as_word, first_of_each, flatten, shorten
from emofold.tables import open_parquet, read_metadata, write_table


def test_metadata_are_those_that_were_written(tmp_path):
    path = tmp_path / "failures.parquet"
    empty = pd.DataFrame(columns=["clip", "speaker", "step", "reason"], dtype="str")
    write_table(empty, path, FAILURES, {"note": "Größe"}, {"rule": "collect_failures"})
    assert read_metadata(path) == open_parquet(path)[1]
    assert read_metadata(path)["note"] == "Größe"


def test_a_table_of_others_has_no_metadata(tmp_path):
    pd.DataFrame({"x": [1]}).to_parquet(tmp_path / "own.parquet")
    assert read_metadata(tmp_path / "own.parquet") == {}


def test_a_broken_table_is_explained(tmp_path):
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match="is not a whole parquet file"):
        read_metadata(tmp_path / "broken.parquet")
    with pytest.raises(InputError, match="no file"):
        read_metadata(tmp_path / "absent.parquet")


def test_nested_values_are_named_by_the_way_to_them():
    assert flatten({"a": {"b": {"c": 1}, "d": None}, "e": True, "f": "text", "g": {}}) == {
        **{"a.b.c": "1", "a.d": "null", "e": "true", "f": "text"}
    }


def test_text_is_shown_without_marks_and_letters_stay_letters():
    assert [as_word(value) for value in ("Größe", ["ü", 1.5])] == ["Größe", '["ü", 1.5]']


def test_only_text_that_is_too_long_is_cut():
    assert shorten("a" * 20, most=20) == "a" * 20
    assert shorten("a" * 21 + " ", most=20) == "a" * 19 + "…"


def test_digests_are_cut_and_whole_numbers_are_not():
    assert shorten("0123456789abcdef" * 4) == "01234567…"
    assert shorten("0123456789abcdef") == "0123456789abcdef"


def test_of_each_mapping_the_first_values_are_shown():
    lines = [("seed", "s"), *((f"clips.{n}", f"c{n}") for n in range(5)), ("C", "1")]
    assert first_of_each(lines, most=2) == ["s", "c0", "c1", "... and 3 more of clips", "1"]
    assert first_of_each(lines, most=5) == ["s", "c0", "c1", "c2", "c3", "c4", "1"]
