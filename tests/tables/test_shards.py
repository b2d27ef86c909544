"""A shard's table keeps the rows of clips that did not change, and says what it did."""

import pandas as pd
import pytest

from emofold.errors import InputError
from emofold.speech.schemas import AUDIO
from emofold.tables import (
    Failure,
    ShardUpdate,
    failures_of,
    read_table,
    without_failed,
    write_table,
)

RECIPE = {"code": "abc", "kind": "acoustic"}
BROKEN = InputError("an empty file", "a video", "replace it")


def update(path, sources, recipe=RECIPE):
    return ShardUpdate(path, AUDIO, "extract_audio", sources, recipe)


def rows(duration, source):
    row = {"wav": "x.wav", "duration": duration, "source_digest": source, "wav_digest": "w"}
    return pd.DataFrame([row])


def save(shard, path):
    write_table(shard.table(), path, AUDIO, shard.metadata())
    return read_table(path, AUDIO)


@pytest.fixture
def path(tmp_path):
    """The table of two clips, a of 1 s and b of 2 s."""
    path = tmp_path / "shard.parquet"
    shard = update(path, {"a": "1", "b": "2"})
    shard.add("b", rows(2.0, "2"))
    shard.add("a", rows(1.0, "1"))
    save(shard, path)
    return path


def test_a_first_table_is_computed_whole_in_the_order_of_the_sources(path):
    table = read_table(path, AUDIO)
    assert table["clip"].tolist() == ["a", "b"]
    assert (table.attrs["rows_computed"], table.attrs["rows_reused"]) == (2, 0)


def test_nothing_waits_where_nothing_has_changed(path):
    shard = update(path, {"a": "1", "b": "2"})
    assert shard.waiting == []
    table = save(shard, path)
    assert table["duration"].tolist() == [1.0, 2.0]
    assert (table.attrs["rows_computed"], table.attrs["rows_reused"]) == (0, 2)


def test_only_a_clip_whose_source_has_changed_is_computed(path):
    shard = update(path, {"a": "1", "b": "new"})
    assert shard.waiting == ["b"]
    shard.add("b", rows(5.0, "new"))
    table = save(shard, path)
    assert table["duration"].tolist() == [1.0, 5.0]
    assert (table.attrs["rows_computed"], table.attrs["rows_reused"]) == (1, 1)


def test_another_recipe_makes_every_row_anew(path):
    assert update(path, {"a": "1", "b": "2"}, {**RECIPE, "code": "def"}).waiting == ["a", "b"]


def test_a_new_clip_is_computed_and_one_that_has_gone_is_left_out(path):
    shard = update(path, {"c": "3", "b": "2"})
    assert shard.waiting == ["c"]
    shard.add("c", rows(3.0, "3"))
    assert save(shard, path)["clip"].tolist() == ["c", "b"]


def test_a_discarded_clip_waits_again(path):
    shard = update(path, {"a": "1", "b": "2"})
    shard.discard(["a"])
    assert shard.waiting == ["a"]
    assert shard.kept["clip"].tolist() == ["b"]


def test_a_broken_earlier_table_is_no_obstacle(path):
    path.write_bytes(b"no parquet")
    assert update(path, {"a": "1"}).waiting == ["a"]


def test_a_clip_that_failed_is_named_with_its_reason_and_tried_again(path):
    shard = update(path, {"a": "1", "b": "new"})
    shard.fail("b", BROKEN)
    table = save(shard, path)
    assert table["clip"].tolist() == ["a"]
    assert failures_of([table.attrs]) == [Failure("b", "extract_audio", str(BROKEN))]
    assert update(path, {"a": "1", "b": "new"}).waiting == ["b"]


def test_a_shard_of_failures_is_an_empty_table(tmp_path):
    shard = update(tmp_path / "s.parquet", {"a": "1"})
    shard.fail("a", BROKEN)
    assert len(save(shard, tmp_path / "s.parquet")) == 0


def test_a_clip_without_a_source_fails(path):
    shard = update(path, {"a": "1"})
    shard.fail_without_source(["a", "y", "z"], "media", {"y": BROKEN})
    failed = failures_of([shard.metadata()])
    assert [failure.clip for failure in failed] == ["y", "z"]
    assert failed[0].reason == str(BROKEN)
    assert "no media of the clip z" in failed[1].reason


def test_failures_of_earlier_steps_are_carried_on(path):
    earlier = Failure("q", "list_clips", "no speaker")
    metadata = update(path, {"a": "1"}).metadata([earlier])
    assert failures_of([metadata, metadata]) == [earlier]


def test_failed_clips_leave_a_table():
    table = pd.DataFrame({"clip": ["a", "b"]})
    assert without_failed(table, [Failure("a", "s", "r")])["clip"].tolist() == ["b"]
