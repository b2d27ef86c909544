"""One pass of a model serves all tables of embeddings that lack something."""

import numpy as np
import pytest

from emofold.errors import InputError
from emofold.pretrained.schemas import embeddings_schema
from emofold.speech.passes import Pass, ahead_of, open_view
from emofold.tables import ShardUpdate, read_table, write_table

SOURCES = {"a": "1", "b": "2", "c": "3"}


def vectors(**sizes):
    """What an encoder says of a clip: for each view one layer of so many numbers."""
    return {view: {0: np.ones(size, np.float32)} for view, size in sizes.items()}


@pytest.fixture
def paths(tmp_path):
    return {name: tmp_path / f"{name}/shard.parquet" for name in ("mean", "thirds")}


def states(paths, sources=SOURCES, recipes=("mean", "thirds")):
    """The new state of each table."""
    return {
        name: open_view(path, "embed_speech", sources, {"made": recipe})
        for (name, path), recipe in zip(paths.items(), recipes, strict=True)
    }


def save(view: ShardUpdate, path, size):
    write_table(view.table(), path, embeddings_schema(size), view.metadata())


def run_whole_pass(views):
    """Run a pass of which the third clip fails, as the job of the view `mean` does."""
    wanted = Pass(views, "mean")
    for clip in wanted.clips:
        if clip == "c":
            wanted.fail(clip, InputError("too short", "more", "record more"))
        else:
            wanted.add(clip, vectors(mean=1, thirds=3), 1.5, SOURCES[clip])
    return wanted


def test_the_first_of_two_tables_leaves_the_rows_of_the_second_for_its_job(paths):
    views = states(paths)
    wanted = run_whole_pass(views)
    assert wanted.clips == [*SOURCES]
    save(views["mean"], paths["mean"], 1)
    save(views["thirds"], ahead_of(paths["thirds"]), 3)

    thirds = states(paths)["thirds"]
    assert thirds.waiting == ["c"]
    save(thirds, paths["thirds"], 3)
    table = read_table(paths["thirds"], embeddings_schema(3))
    assert table["clip"].tolist() == ["a", "b"]
    assert table["embedding"].map(len).tolist() == [3, 3]
    assert (table.attrs["rows_computed"], table.attrs["rows_reused"]) == (2, 0)


def test_what_was_made_ahead_of_other_settings_or_other_sound_is_not_taken(paths):
    views = states(paths)
    run_whole_pass(views)
    save(views["thirds"], ahead_of(paths["thirds"]), 3)
    assert states(paths, recipes=("mean", "others"))["thirds"].waiting == [*SOURCES]
    assert states(paths, sources=SOURCES | {"b": "new"})["thirds"].waiting == ["b", "c"]


def test_a_table_that_lacks_nothing_is_no_part_of_the_pass(paths):
    views = states(paths)
    run_whole_pass(views)
    for name, size in (("mean", 1), ("thirds", 3)):
        save(views[name], paths[name], size)
    two = {clip: SOURCES[clip] for clip in "ab"}
    assert Pass(states(paths, two, recipes=("other", "thirds")), "mean").views.keys() == {"mean"}


def test_only_the_clips_that_a_table_lacks_are_added_to_it(paths):
    views = states(paths)
    run_whole_pass(views)
    save(views["thirds"], paths["thirds"], 3)
    views = states(paths)
    wanted = Pass(views, "mean")
    assert wanted.clips == ["a", "b", "c"]
    for clip in wanted.clips:
        wanted.add(clip, vectors(mean=1, thirds=3), 1.5, SOURCES[clip])
    assert views["mean"].metadata()["rows_computed"] == 3
    assert views["thirds"].metadata()["rows_computed"] == 1
    assert views["thirds"].metadata()["rows_reused"] == 2


def test_a_job_whose_own_table_is_whole_leaves_the_others_to_theirs(paths):
    two = {clip: SOURCES[clip] for clip in "ab"}
    views = states(paths, two)
    run_whole_pass(views)
    save(views["mean"], paths["mean"], 1)
    nothing = Pass(states(paths, two), "mean")
    assert (nothing.clips, nothing.views) == ([], {})
