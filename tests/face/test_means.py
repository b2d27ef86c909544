"""Means go over the valid frames, clip by clip."""

import numpy as np
import pandas as pd
import pytest

from emofold.face.means import average_action_units
from emofold.face.schemas import ACTION_UNITS, MEANS
from emofold.tables import read_table, write_table


def frames_of(clip, smiles, confidence=0.9, success=1, **others):
    """Frames of a clip with a smile each, all other Action Units at 0."""
    return pd.DataFrame(
        {
            "clip": clip,
            "frame": range(len(smiles)),
            "timestamp": 0.04,
            "confidence": confidence,
            "success": success,
            **dict.fromkeys(ACTION_UNITS, 0.0),
            "AU12_r": smiles,
            **others,
        }
    )


def test_frames_without_success_and_of_low_confidence_are_not_valid():
    frames = frames_of(
        "ada", [1, 3, 50, 60], confidence=[0.9, 0.7, 0.69, 0.99], success=[1, 1, 1, 0]
    )
    means, errors = average_action_units(frames, 0.7)
    assert means["frames_used"].tolist() == [2]
    assert means["AU12_r"].tolist() == [2.0]
    assert errors == {}


def test_an_action_unit_that_is_not_known_has_no_mean_and_harms_no_other():
    frames = frames_of("ada", [1.0, 3.0], AU12_c=np.nan, AU01_r=[np.nan, 4.0])
    means, _ = average_action_units(frames, 0.7)
    row = means.iloc[0]
    assert np.isnan(row["AU12_c"])
    assert row["AU01_r"] == 4.0
    assert row["AU12_r"] == 2.0


def test_clips_keep_the_order_in_which_they_first_appear():
    clips = {"cleo": [3], "ada": [1, 1], "bob": [2]}
    frames = pd.concat([frames_of(clip, smiles) for clip, smiles in clips.items()])
    late = frames_of("cleo", [5])
    dark = frames_of("zoe", [0], success=0)
    means, errors = average_action_units(pd.concat([dark, frames, late]), 0.7)
    assert means["clip"].tolist() == ["cleo", "ada", "bob"]
    assert means["AU12_r"].tolist() == [4.0, 1.0, 2.0]
    assert list(errors) == ["zoe"]


def test_the_first_appearance_counts_even_of_a_frame_that_is_not_valid():
    first = frames_of("late bloomer", [0], success=0)
    frames = pd.concat([first, frames_of("ada", [1]), frames_of("late bloomer", [2])])
    assert average_action_units(frames, 0.7)[0]["clip"].tolist() == ["late bloomer", "ada"]


def test_a_clip_without_a_valid_frame_is_an_error_with_its_name():
    dark = frames_of("dark", [0] * 45, confidence=0.0, success=0)
    blurred = frames_of("blurred", [0, 0], confidence=[0.2, 0.65])
    means, errors = average_action_units(pd.concat([dark, blurred]), 0.7)
    assert means.empty
    assert errors["dark"].found == "no face in any of the 45 frames of dark"
    assert "no frame of confidence ≥ 0.7 in the 2 frames of blurred" in errors["blurred"].found
    assert "0.65" in errors["blurred"].found
    assert "min_confidence" in errors["blurred"].remedy


@pytest.mark.parametrize("success", [0, 1])
def test_the_means_fit_their_schema_also_when_all_clips_fail(success, tmp_path):
    means, _ = average_action_units(frames_of("ada", [1.0], AU28_c=np.nan, success=success), 0.7)
    write_table(means, tmp_path / "means.parquet", MEANS)
    assert len(read_table(tmp_path / "means.parquet", MEANS)) == success
