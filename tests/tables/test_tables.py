"""Tables are written whole or not at all, checked on both ways, and joined clip by clip."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emofold.corpora import schemas as corpora
from emofold.corpora.schemas import clips_schema
from emofold.errors import InputError
from emofold.evaluation import schemas as evaluation
from emofold.face import schemas as face
from emofold.face.schemas import ACTION_UNITS, MEANS
from emofold.files import atomic_write
from emofold.models import schemas as models
from emofold.models.schemas import posteriors_schema
from emofold.prediction import schemas as prediction
from emofold.speech import schemas as speech
from emofold.tables import (
    TableSchema,
    check_same_clips,
    join_by_clip,
    open_parquet,
    read_given_table,
    read_table,
    write_table,
)

EMOTIONS = ["calm", "happy"]
POSTERIORS = posteriors_schema(EMOTIONS)
GIVEN = TableSchema("scores", POSTERIORS.columns, POSTERIORS.key, POSTERIORS.allowed)
METADATA = {
    "scale": "logit",
    "kind": "model",
    "modality": "face",
    "protocol": "paper",
    "normalised_by": "none",
}


def posteriors(**changes):
    columns = {
        **{"clip": ["b", "a"], "fold": [0, 0], "split": ["train", "test"]},
        **{"emotion": ["calm", "happy"], "score_calm": [0.1, -2.5], "score_happy": [1 / 3, 1e-30]},
    }
    return pd.DataFrame({**columns, **changes})


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "posteriors.parquet"


def refused(write_or_read, *arguments):
    with pytest.raises(InputError) as error:
        write_or_read(*arguments)
    assert error.value.found
    assert error.value.expected
    assert error.value.remedy
    return error.value


def test_a_table_comes_back_as_it_was_written(path):
    write_table(posteriors(), path, POSTERIORS, METADATA)
    pd.testing.assert_frame_equal(read_table(path, POSTERIORS), posteriors(), check_dtype=True)


def test_metadata_and_provenance_come_back_with_the_table(path):
    metadata = {**METADATA, "normalised_by": "none"}
    provenance = {"rule": "train", "parameters": {"C": 0.1}}
    write_table(posteriors(), path, POSTERIORS, metadata, provenance)
    _, read = open_parquet(path)
    assert read == {**metadata, "table": "posteriors", "provenance": provenance}
    assert read_table(path, POSTERIORS).attrs == {**metadata, "table": "posteriors"}


def test_columns_may_come_in_any_order_and_with_others_beside_them(path):
    frame = posteriors(note="mine")
    write_table(frame[sorted(frame, reverse=True)], path, POSTERIORS, METADATA)
    assert list(read_table(path, POSTERIORS)) == POSTERIORS.columns.names


def test_cells_that_may_be_empty_stay_empty(path):
    schema = clips_schema(EMOTIONS)
    clips = pd.DataFrame({"clip": ["a"], "speaker": "1", "emotion": "calm", "fold": 0})
    optional = ["media", "start", "end", "action_units"]
    optional += ["intensity", "statement", "repetition", "corpus"]
    write_table(clips.assign(**dict.fromkeys(optional)), path, schema)
    assert read_table(path, schema)[optional].isna().all(axis=None)


def test_text_that_another_writer_stored_as_large_text_is_read(path):
    path.parent.mkdir()
    table = pa.Table.from_pandas(posteriors())
    place = table.schema.get_field_index("clip")
    pq.write_table(table.set_column(place, "clip", table["clip"].cast(pa.large_string())), path)
    pd.testing.assert_frame_equal(read_given_table(path, GIVEN), posteriors())


def test_a_refused_table_leaves_no_file(path):
    refused(write_table, posteriors(emotion="bored"), path, POSTERIORS, METADATA)
    assert not path.parent.exists()


def test_a_refused_table_leaves_the_earlier_one_as_it_was(path):
    write_table(posteriors(), path, POSTERIORS, METADATA)
    earlier = path.read_bytes()
    refused(write_table, posteriors(emotion="bored"), path, POSTERIORS, METADATA)
    assert path.read_bytes() == earlier
    assert list(path.parent.iterdir()) == [path]


def test_a_new_table_takes_the_place_of_the_earlier_one(path):
    write_table(posteriors(), path, POSTERIORS, METADATA)
    write_table(posteriors(clip=["c", "d"]), path, POSTERIORS, METADATA)
    assert read_table(path, POSTERIORS)["clip"].tolist() == ["c", "d"]
    assert list(path.parent.iterdir()) == [path]


def test_a_reader_never_sees_a_file_half_written(path):
    with atomic_write(path) as partial:
        partial.write_text("half")
        assert not path.exists()
        partial.write_text("whole")
    assert path.read_text() == "whole"
    assert list(path.parent.iterdir()) == [path]


def test_a_reader_at_work_goes_on_reading_the_earlier_file(path):
    path.parent.mkdir()
    path.write_text("earlier")
    with path.open() as reader:
        with atomic_write(path) as partial:
            partial.write_text("newer")
        assert reader.read() == "earlier"
    assert path.read_text() == "newer"


def test_a_writer_that_fails_halfway_leaves_the_earlier_file_and_nothing_else(path):
    path.parent.mkdir()
    path.write_text("earlier")
    with pytest.raises(OSError, match="disk full"), atomic_write(path) as partial:
        partial.write_text("half")
        raise OSError("disk full")
    assert path.read_text() == "earlier"
    assert list(path.parent.iterdir()) == [path]


def test_what_a_killed_writer_of_the_same_file_left_is_removed(path):
    path.parent.mkdir()
    own = path.with_name(f".{path.name}.4711.partial")
    of_another = path.with_name(".means.parquet.4711.partial")
    own.write_text("half")
    of_another.write_text("half")
    write_table(posteriors(), path, POSTERIORS, METADATA)
    assert not own.exists()
    assert of_another.exists()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"fold": [0.5, 1]}, "column fold"),
        ({"clip": [1, 2]}, "column clip"),
        ({"score_calm": ["high", "low"]}, "column score_calm"),
        ({"clip": ["a", None]}, "1 empty value of `clip`"),
        ({"score_calm": [np.nan, 0]}, "1 empty value of `score_calm`"),
        ({"score_calm": [np.inf, 0]}, "1 not finite value of `score_calm`"),
        ({"emotion": ["calm", "bored"]}, "the emotion 'bored'"),
        ({"split": ["train", "dev"]}, "the split 'dev'"),
        ({"clip": ["a", "a"]}, "the clip a more than once"),
    ],
)
def test_a_writer_names_what_breaks_the_schema(path, changes, problem):
    error = refused(write_table, posteriors(**changes), path, POSTERIORS, METADATA)
    assert problem in error.found
    assert str(path) in error.found


def test_a_missing_column_is_told_by_what_is_there_and_what_should_be(path):
    frame = posteriors().drop(columns="fold")
    error = refused(write_table, frame, path, POSTERIORS, METADATA)
    assert "fold (int64)" in error.expected
    assert "fold (int64)" not in error.found


@pytest.mark.parametrize(
    ("metadata", "problem"),
    [
        ({**METADATA, "scale": "odds"}, "the scale 'odds'"),
        ({**METADATA, "modality": "smell"}, "the modality 'smell'"),
        ({**METADATA, "kind": "oracle"}, "the kind 'oracle'"),
        ({**METADATA, "normalised_by": "mood"}, "the normalised_by 'mood'"),
        ({"scale": "logit", "kind": "model", "modality": "face"}, "the protocol None"),
    ],
)
def test_wrong_metadata_is_named(path, metadata, problem):
    error = refused(write_table, posteriors(), path, POSTERIORS, metadata)
    assert problem in error.found
    assert not path.exists()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"clip": ["a", None]}, "1 empty value of `clip`"),
        ({"score_happy": [0.5, np.nan]}, "1 not finite value of `score_happy`"),
        ({"emotion": ["calm", "bored"]}, "the emotion 'bored'"),
        ({"clip": ["a", "a"]}, "the clip a more than once"),
        ({"fold": ["0", "0"]}, "fold (string)"),
        ({"note": ["x", "y"]}, "the unexpected column note"),
    ],
)
def test_a_reader_checks_what_others_have_written(path, changes, problem):
    path.parent.mkdir()
    pq.write_table(pa.table({**posteriors().to_dict("list"), **changes}), path)
    error = refused(read_given_table, path, GIVEN)
    assert problem in error.found
    assert str(path) in error.found


@pytest.mark.parametrize("more", [[], ["jawOpen"]])
def test_a_table_has_the_optional_columns_of_its_source_and_no_others(path, more):
    columns = ["clip", "frames_used", *ACTION_UNITS, *more]
    means = pd.DataFrame([["a", 3, *[0.5] * len(columns[2:])]], columns=columns)
    write_table(means, path, MEANS)
    assert [*read_table(path, MEANS)] == columns
    assert pq.read_schema(path).names == columns


def test_a_table_of_another_kind_is_refused(path):
    write_table(posteriors(), path, POSTERIORS, METADATA)
    error = refused(read_table, path, MEANS)
    assert error.found == f"{path} is a posteriors table"
    assert error.expected == "the Action Unit means table"
    error = refused(read_given_table, path, MEANS)
    assert "no column frames_used, AU01_r" in error.found
    assert "AU01_r (double)" in error.expected


def test_a_table_that_says_nothing_of_itself_is_no_table_of_a_run(path):
    path.parent.mkdir()
    posteriors().to_parquet(path)
    assert len(read_given_table(path, GIVEN)) == 2
    error = refused(read_table, path, GIVEN)
    assert "no table of emofold" in error.found


def test_a_copy_by_another_name_is_read(path, tmp_path):
    write_table(posteriors(), path, POSTERIORS, METADATA)
    copy = path.rename(tmp_path / "mine.parquet")
    pd.testing.assert_frame_equal(read_table(copy, POSTERIORS), posteriors())


def test_a_truncated_table_is_refused(path):
    write_table(posteriors(), path, POSTERIORS, METADATA)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    error = refused(read_table, path, POSTERIORS)
    assert error.found.startswith(f"{path} is not a whole parquet file")
    assert f"{len(whole) // 2} bytes" in error.found
    assert "delete the file" in error.remedy


@pytest.mark.parametrize("content", ["", "clip;fold\na;0\n"])
def test_a_file_that_only_has_the_name_of_a_table_is_refused(path, content):
    path.parent.mkdir()
    path.write_text(content)
    error = refused(read_table, path, POSTERIORS)
    assert error.found.startswith(f"{path} is not a whole parquet file")
    assert f"{len(content)} bytes" in error.found


def test_a_missing_table_is_named(path):
    error = refused(read_table, path, POSTERIORS)
    assert error.found == f"no file {path}"
    assert "run the workflow" in error.remedy


def test_any_parquet_file_can_be_opened(path):
    path.parent.mkdir()
    pq.write_table(pa.table({"x": [1, 2]}), path)
    table, metadata = open_parquet(path)
    assert table.to_pydict() == {"x": [1, 2]}
    assert metadata == {}


def test_action_units_are_17_intensities_and_18_presences():
    assert [unit[-2:] for unit in ACTION_UNITS] == ["_r"] * 17 + ["_c"] * 18
    assert len(set(ACTION_UNITS)) == 35


def test_every_schema_speaks_of_its_own_columns_only():
    of_emotions = [clips_schema(EMOTIONS), POSTERIORS]
    modules = (corpora, evaluation, face, models, prediction, speech)
    fixed = [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, TableSchema)
    ]
    assert len(fixed) > 5
    for schema in [*of_emotions, *fixed]:
        assert {*schema.key, *schema.allowed} <= set(schema.columns.names), schema.name


def test_a_join_keeps_the_order_of_the_left_table():
    left = pd.DataFrame({"clip": ["c", "a", "b"], "au": [3, 1, 2]})
    right = pd.DataFrame({"clip": ["a", "b", "c"], "emotion": ["A", "B", "C"]})
    joined = join_by_clip(left, right, "means and clips")
    assert joined.to_numpy().tolist() == [["c", 3, "C"], ["a", 1, "A"], ["b", 2, "B"]]


@pytest.mark.parametrize(
    ("found", "expected", "problem"),
    [
        ("ab", "abc", "1 clip missing: c, in means and clips"),
        ("abz", "ab", "1 clip not expected: z, in means and clips"),
        ("az", "ab", "1 clip missing: b and 1 clip not expected: z, in means and clips"),
        ("aab", "ab", "1 clip more than once in means and clips: a"),
        ("ab", "abb", "1 clip more than once in means and clips: b"),
    ],
)
def test_a_join_names_lost_surplus_and_doubled_clips(found, expected, problem):
    left, right = pd.DataFrame({"clip": list(found)}), pd.DataFrame({"clip": list(expected)})
    assert refused(join_by_clip, right, left, "means and clips").found == problem
    assert (
        refused(check_same_clips, list(found), list(expected), "means and clips").found == problem
    )
