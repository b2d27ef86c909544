"""What each modality adds to a fusion."""

import numpy as np
import pandas as pd

from emofold.evaluation.contributions import CASES, count_contributions
from emofold.evaluation.schemas import CONTRIBUTIONS
from emofold.tables import read_table, write_table

EMOTIONS = ["calm", "sad", "happy"]
TRUTH = ["calm", "calm", "calm", "calm", "calm", "sad", "sad"]


def decided(system, modality, right):
    """A system's decisions about the seven clips, right where there is a `+`."""
    return pd.DataFrame(
        {
            "system": system,
            "modality": modality,
            "clip": list("abcdefg"),
            "emotion": TRUTH,
            "predicted": np.where(np.array(list(right)) == "+", TRUTH, "happy"),
        }
    )


DECISIONS = pd.concat(
    [
        decided("fused", "speech+face", "++-+--+"),
        decided("whisper", "speech", "+++--++"),
        decided("wav2vec2", "speech", "-------"),
        decided("units", "face", "+--+--+"),
        decided("zero-r", None, "+++++--"),
    ]
)


def counted(fusions, decisions=DECISIONS):
    """The clips and the rightly fused ones of each fusion, emotion and case that occurs."""
    table = count_contributions(decisions, fusions, EMOTIONS)
    present = table[table["n"] > 0].set_index(["fusion", "emotion", "right"])
    return {key: (row["n"], row["fused_right"]) for key, row in present.iterrows()}


def test_clips_are_counted_by_which_modality_was_right():
    assert counted({"fused": ["whisper", "units"]}) == {
        ("fused", "calm", "both"): (1, 1),
        ("fused", "calm", "speech only"): (2, 1),
        ("fused", "calm", "face only"): (1, 1),
        ("fused", "calm", "neither"): (1, 0),
        ("fused", "sad", "both"): (1, 1),
        ("fused", "sad", "speech only"): (1, 0),
    }


def test_every_case_has_a_row_even_where_no_clip_is():
    table = count_contributions(DECISIONS, {"fused": ["whisper", "units"]}, EMOTIONS)
    assert table["emotion"].tolist() == ["calm"] * 4 + ["sad"] * 4 + ["happy"] * 4
    assert table["right"].tolist() == [*CASES, *CASES, *CASES]


def test_the_first_model_of_a_modality_speaks_for_it():
    first = counted({"fused": ["whisper", "units"]})
    assert counted({"fused": ["whisper", "units", "wav2vec2"]}) == first
    assert counted({"fused": ["units", "whisper", "wav2vec2"]}) == first
    other = counted({"fused": ["wav2vec2", "units", "whisper"]})
    assert {case for _, _, case in other} == {"face only", "neither"}


def test_a_fusion_of_one_modality_alone_is_left_out():
    table = count_contributions(DECISIONS, {"fused": ["whisper", "wav2vec2"]}, EMOTIONS)
    assert table.empty
    both = {"fused": ["whisper", "wav2vec2"], "zero-r": ["whisper", "units"]}
    assert {fusion for fusion, _, _ in counted(both)} == {"zero-r"}


def test_the_order_of_the_decisions_does_not_matter():
    fusions = {"fused": ["whisper", "units"]}
    assert counted(fusions, DECISIONS.sample(frac=1, random_state=0)) == counted(fusions)


def test_the_table_fits_its_schema_with_and_without_a_fusion(tmp_path):
    path = tmp_path / "contributions.parquet"
    for fusions, rows in (({"fused": ["whisper", "units"]}, 12), ({}, 0)):
        write_table(count_contributions(DECISIONS, fusions, EMOTIONS), path, CONTRIBUTIONS)
        assert len(read_table(path, CONTRIBUTIONS)) == rows
