"""A config says at once where a model wants to see what its extractor does not measure."""

import pytest

from configs import completed, model, refused

MEDIAPIPE = {"extractors": [{"name": "faces", "kind": "mediapipe"}]}
CSV = {"extractors": [{"name": "faces", "kind": "csv"}]}


def of_faces(table="means", **keys):
    return model(features=f"face/{table}/faces", **keys)


def test_what_mediapipe_measures_may_be_seen():
    grid = {
        "columns": ["blendshapes", ["AU12_*", "head_yaw"]],
        "pooling": ["mean", ["low", "high"]],
    }
    row = of_faces("functionals", columns="blendshapes", param_grid=grid)
    sequence = {"name": "s", "extractor": "faces", "columns": ["blendshapes", "head_pose"]}
    completed(corpus="demo", face=MEDIAPIPE, models=[row], sequence_models=[sequence])


@pytest.mark.parametrize(
    ("face", "row", "problem"),
    [
        (
            MEDIAPIPE,
            {"columns": "blendshape"},
            "`blendshape`, which is none, perhaps `blendshapes`",
        ),
        (MEDIAPIPE, {"columns": ["AU*_c"]}, "`AU*_c`, which mediapipe does not measure"),
        (CSV, {"columns": ["AU*_r", "jawOpen"]}, "`jawOpen`, which csv does not measure"),
        (
            CSV,
            {"param_grid": {"columns": ["head_pose"]}},
            "`head_pose`, which csv does not measure",
        ),
        (CSV, {"pooling": "rise"}, "it belongs to face/functionals/<extractor>"),
    ],
)
def test_what_is_not_measured_is_refused_with_the_nearest_name(face, row, problem):
    assert problem in refused(protocol="nested", face=face, models=[of_faces(**row)])


def test_columns_of_a_table_that_is_not_of_faces_are_refused():
    row = model(features="mine.parquet", modality="face", columns="action_units")
    assert "it belongs to face/means/<extractor> and face/" in refused(models=[row])


def test_a_sequence_model_is_checked_alike():
    sequence = {"name": "s", "extractor": "faces", "columns": "jawOpne"}
    problem = refused(face=CSV, sequence_models=[sequence])
    assert "`columns` of the model `s` has `jawOpne`, which is none, perhaps `jawOpen`" in problem
