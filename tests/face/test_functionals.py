"""Faces are described by how they spread and change, whatever the number of valid frames."""

import numpy as np
import pandas as pd
import pytest

from emofold.face.functionals import FUNCTIONALS, POOLINGS, compute_functionals
from emofold.face.means import average_action_units
from emofold.face.schemas import ACTION_UNITS
from emofold.tables import read_table, write_table

SMILE = [0.0, 0.5, 2.0, 1.0, 4.0, 3.0]


def frames_of(clip="a", smiles=SMILE, success=1):
    values = dict.fromkeys(ACTION_UNITS, 0.25) | {"AU12_r": smiles, "jawOpen": 0.3}
    return pd.DataFrame(values).assign(
        clip=clip, frame=range(len(smiles)), confidence=1.0, success=success
    )


def describe(frames, unit="AU12_r"):
    """What is said of one column in the one clip."""
    table, errors = compute_functionals(frames, 0.7)
    assert not errors
    (row,) = table.to_dict("records")
    return {pooling: row[f"{unit}.{pooling}"] for pooling in POOLINGS}


def test_each_functional_is_what_it_is_called():
    assert describe(frames_of()) == pytest.approx(
        {
            "mean": 1.75,
            "deviation": np.std(SMILE),
            "low": 0.25,
            "median": 1.5,
            "high": 3.5,
            "active": 4 / 6,
            "rise": 4.0,
            "first_third": 0.25,
            "middle_third": 1.5,
            "last_third": 3.5,
        }
    )


def test_a_blendshape_is_active_where_its_proxy_would_be():
    assert describe(frames_of(), "jawOpen")["active"] == 1
    assert describe(frames_of().assign(jawOpen=0.19), "jawOpen")["active"] == 0


def test_a_fall_is_no_rise():
    assert describe(frames_of(smiles=[3.0, 2.0, 1.0]))["rise"] == 0


@pytest.mark.parametrize("frames", [1, 2])
def test_a_clip_of_one_frame_or_two_is_described_like_any(frames):
    found = describe(frames_of(smiles=[2.0] * frames))
    assert found == dict.fromkeys(POOLINGS, 2.0) | {"deviation": 0, "active": 1, "rise": 0}


def test_frames_without_a_value_do_not_count_and_a_column_without_any_has_none():
    gaps = frames_of(smiles=[0.0, np.nan, 2.0]).assign(AU04_r=np.nan)
    assert describe(gaps) == describe(frames_of(smiles=[0.0, 2.0]))
    assert all(map(np.isnan, describe(gaps, "AU04_r").values()))


def test_frames_that_are_not_valid_do_not_count_and_a_clip_of_them_fails():
    frames = pd.concat([frames_of("b"), frames_of("a", success=0), frames_of("c", [1.0])])
    table, errors = compute_functionals(frames, 0.7)
    assert table["clip"].tolist() == ["b", "c"]
    assert [*errors] == ["a"]
    frames.loc[frames["clip"] == "b", "confidence"] = [1, 1, 1, 1, 1, 0.6]
    means, _ = average_action_units(frames, 0.7)
    table, _ = compute_functionals(frames, 0.7)
    assert table["AU12_r.mean"].tolist() == means["AU12_r"].tolist()
    assert table["frames_used"].tolist() == [5, 1]


def test_where_no_clip_has_a_valid_frame_there_is_no_row_and_each_fails():
    table, errors = compute_functionals(frames_of("a", success=0), 0.7)
    assert table.empty
    assert "AU12_r.rise" in table
    assert [*errors] == ["a"]


def test_the_table_has_the_columns_of_its_extractor_alone(tmp_path):
    table, _ = compute_functionals(frames_of().drop(columns="jawOpen"), 0.7)
    write_table(table, tmp_path / "functionals.parquet", FUNCTIONALS)
    columns = read_table(tmp_path / "functionals.parquet", FUNCTIONALS).columns
    assert [*columns[2:12]] == [f"AU01_r.{pooling}" for pooling in POOLINGS]
    assert len(columns) == 2 + 35 * len(POOLINGS)
