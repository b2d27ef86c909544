"""Clip-level features from any parquet table."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emofold.errors import InputError
from emofold.models.features import read_features
from emofold.pretrained.schemas import embeddings_schema
from emofold.tables import Failure, as_metadata, failures_of, write_table

EMBEDDING = pa.list_(pa.float32(), 2)


@pytest.fixture
def features_of(tmp_path):
    """Write columns to a file and read them back as features."""

    def features_of(**columns):
        path = tmp_path / "features.parquet"
        pq.write_table(pa.table(columns), path)
        return read_features(path)

    return features_of


def test_every_column_of_numbers_is_a_feature(features_of):
    features = features_of(
        clip=["b", "a"],
        broken=pa.array([0.5, 1.5], pa.float32()),
        whole=pa.array([3, 4], pa.int16()),
        truth=[True, False],
    )
    assert features.loc["b"].tolist() == [0.5, 3, 1]
    assert features.loc["a"].tolist() == [1.5, 4, 0]
    assert (features.dtypes == "float64").all()


def test_the_order_of_the_rows_of_a_users_own_table_decides_nothing(features_of):
    one, other = ({"clip": list(clips)} for clips in ("cab", "bca"))
    one, other = features_of(**one, x=[3, 1, 2]), features_of(**other, x=[2, 3, 1])
    assert one.index.tolist() == ["a", "b", "c"]
    assert one.equals(other)


def test_the_clips_of_a_table_of_a_run_keep_their_order(tmp_path):
    rows = {"clip": ["c", "a"], "layer": 0, "embedding": [[1.0, 2.0], [3.0, 4.0]]}
    table = pd.DataFrame(rows | {"duration": 1.0, "source_digest": "0"})
    write_table(table, tmp_path / "embeddings.parquet", embeddings_schema(2))
    assert read_features(tmp_path / "embeddings.parquet").index.tolist() == ["c", "a"]


def test_bookkeeping_is_no_feature(features_of):
    features = features_of(
        clip=["a"], frames_used=[90], x=[1.0], duration=[3.5], source_digest=["f00"]
    )
    assert features.to_numpy().tolist() == [[1.0]]


def test_an_unknown_count_of_frames_does_no_harm(features_of):
    features = features_of(clip=["a"], frames_used=pa.array([None], pa.int64()), x=[1.0])
    assert features.to_numpy().tolist() == [[1.0]]


def test_a_list_is_a_feature_for_each_place(features_of):
    embeddings = pa.array([[1, 2], [3, 4], [5, 6]], EMBEDDING)
    features = features_of(clip=["a", "b", "c"], first=[0, 0, 0], embedding=embeddings)
    assert features.to_numpy().tolist() == [[0, 1, 2], [0, 3, 4], [0, 5, 6]]


def test_layers_are_laid_side_by_side_in_their_order(features_of):
    features = features_of(
        clip=["b", "a", "a", "b"],
        layer=[12, 2, 12, 2],
        embedding=pa.array([[3, 4], [5, 6], [7, 8], [1, 2]], EMBEDDING),
    )
    assert features.index.tolist() == ["a", "b"]
    assert features.to_numpy().tolist() == [[5, 6, 7, 8], [1, 2, 3, 4]]


def test_pandas_row_numbers_are_no_feature(tmp_path):
    table = pd.DataFrame({"clip": ["a", "b", "c"], "x": [1.0, 2.0, 3.0]}, index=[7, 3, 5])
    table.to_parquet(tmp_path / "own.parquet")
    assert read_features(tmp_path / "own.parquet").to_numpy().tolist() == [[1.0], [2.0], [3.0]]


BROKEN = {
    "doubled clip": (
        {"clip": ["a", "b", "b"], "x": [1.0, 2.0, 3.0]},
        "1 clip more than once in .*: b",
    ),
    "doubled layer": (
        {"clip": ["a", "b", "b"], "layer": [1, 1, 1], "x": [1.0, 2.0, 3.0]},
        "the same layer twice in .*: b",
    ),
    "missing layer": (
        {"clip": ["a", "a", "b"], "layer": [1, 2, 1], "x": [1.0, 2.0, 3.0]},
        "1 clip .* no finite numbers in .*: b",
    ),
    "text": ({"clip": ["a"], "x": [1.0], "mood": ["good"]}, "the column `mood` of type string"),
    "list of text": (
        {"clip": ["a"], "mood": pa.array([["good"]], pa.list_(pa.string(), 1))},
        "the column `mood`",
    ),
    "lists of any length": (
        {"clip": ["a"], "embedding": [[1.0, 2.0]]},
        "the column `embedding` of type list",
    ),
    "NaN": ({"clip": ["a", "b"], "x": [1.0, float("nan")]}, "1 clip .* no finite numbers .*: b"),
    "null": ({"clip": ["a", "b"], "x": [None, 1]}, "1 clip .* no finite numbers .*: a"),
    "infinity in a list": (
        {"clip": ["a", "b"], "e": pa.array([[1, 2], [3, float("inf")]], EMBEDDING)},
        "1 clip .* no finite numbers .*: b",
    ),
    "null for a list": (
        {"clip": ["a", "b"], "e": pa.array([[1, 2], None], EMBEDDING)},
        "clips without a value of `e`",
    ),
    "no features": ({"clip": ["a"], "frames_used": [90]}, "no column of numbers"),
    "no clips": ({"video": ["a"], "x": [1.0]}, "the columns video, x"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_no_feature_table_is_refused_by_name(broken, features_of):
    columns, message = BROKEN[broken]
    with pytest.raises(InputError, match=message) as error:
        features_of(**columns)
    assert "features.parquet" in str(error.value)


def test_a_row_without_a_clip_is_refused(features_of):
    with pytest.raises(InputError, match=r"1 row without a clip in .*features\.parquet"):
        features_of(clip=["a", None], x=[1.0, 2.0])


def test_a_truncated_file_is_refused_by_name(tmp_path):
    path = tmp_path / "features.parquet"
    pq.write_table(pa.table({"clip": ["a", "b"], "x": [1.0, 2.0]}), path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match=r"features\.parquet is not a whole parquet file"):
        read_features(path)


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"no file .*features\.parquet"):
        read_features(tmp_path / "features.parquet")


@pytest.mark.parametrize("label", ["emotion", "Label", "speaker", "fold", "score_happy"])
def test_a_column_that_gives_the_answer_away_is_refused(features_of, label):
    with pytest.raises(InputError, match=f"the column {label} in the feature table"):
        features_of(**{"clip": ["a", "b"], "x": [1.0, 2.0], label: [1, 2]})


def test_the_shards_of_embeddings_are_read_together_and_empty_ones_are_no_obstacle(tmp_path):
    schema = embeddings_schema(2)
    rows = {"layer": 0, "duration": 1.0, "source_digest": "x"}
    for shard, clips in (("one", ["a"]), ("two", ["c", "b"])):
        frame = pd.DataFrame({"clip": clips, "embedding": [[1.0, 2.0]] * len(clips), **rows})
        write_table(frame, tmp_path / f"{shard}.parquet", schema)
    failed = as_metadata([Failure("z", "embed_speech", "too short")])
    empty = pd.DataFrame(columns=embeddings_schema(1).columns.names)
    write_table(empty, tmp_path / "none.parquet", embeddings_schema(1), failed)
    features = read_features(*(tmp_path / f"{name}.parquet" for name in ("one", "none", "two")))
    assert features.index.tolist() == ["a", "c", "b"]
    assert features.shape == (3, 2)
    assert [failure.clip for failure in failures_of([features.attrs])] == ["z"]


def test_a_column_without_a_value_is_no_feature(tmp_path):
    pd.DataFrame({"clip": ["a"], "x": [1.0], "y": [None]}).astype({"y": "float64"}).to_parquet(
        tmp_path / "t.parquet"
    )
    assert read_features(tmp_path / "t.parquet").shape == (1, 1)
