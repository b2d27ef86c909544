"""What must be known to believe an answer."""

import numpy as np
import pandas as pd
import pytest

from emofold.prediction.remarks import (
    is_new,
    remark_on_disagreement,
    remark_on_normalisation,
    remark_on_novelty,
)

EMOTIONS = ["calm", "happy", "sad"]


def rows(**scores_and_novelty):
    """One row for each modality, by its scores and its novelty."""
    return pd.DataFrame(
        [
            {"modality": modality.replace("_", "+"), "novelty": novelty}
            | {f"score_{one}": score for one, score in zip(EMOTIONS, scores, strict=True)}
            for modality, (scores, novelty) in scores_and_novelty.items()
        ]
    )


def test_what_is_new_is_said_of_the_voice_and_of_the_face():
    whole = rows(
        speech_face=([0.4, 0.3, 0.3], 1.7),
        speech=([0.4, 0.3, 0.3], 0.8),
        face=([0.4, 0.3, 0.3], 1.7),
    )
    (said,) = remark_on_novelty(whole)
    assert said.startswith("The face is unlike anything that the models learned from")
    both = whole.assign(novelty=1.2)
    assert [said.split()[1] for said in remark_on_novelty(both)] == ["voice", "face"]


def test_what_is_not_known_to_be_new_is_not_remarked_on():
    whole = rows(speech=([0.4, 0.3, 0.3], np.nan), face=([0.4, 0.3, 0.3], 1.0))
    assert not any(is_new(row) for _, row in whole.iterrows())
    assert [*remark_on_novelty(whole)] == []


@pytest.mark.parametrize(
    ("face", "is_remarked"),
    [([0.02, 0.96, 0.02], True), ([0.3, 0.5, 0.2], False), ([0.93, 0.05, 0.02], False)],
)
def test_a_voice_and_a_face_that_exclude_each_other_are_remarked_on(face, is_remarked):
    whole = rows(speech_face=([0.5, 0.5, 0], 0), speech=([0.9, 0.05, 0.05], 0), face=(face, 0))
    assert bool([*remark_on_disagreement(whole, EMOTIONS)]) == is_remarked


def test_one_modality_alone_contradicts_nobody():
    assert [*remark_on_disagreement(rows(speech=([0.9, 0.1, 0], 0)), EMOTIONS)] == []


def test_it_is_said_by_how_many_clips_features_are_normalised():
    (said,) = remark_on_normalisation([{"corpus": 454}], 60)
    assert "by the 454 clips that were given together" in said
    (said,) = remark_on_normalisation([{"corpus": 1}], 60)
    assert "by this one clip" in said
    said = [*remark_on_normalisation([{"speaker": 3}, {"speaker": 2, "corpus": 9}], 60)]
    assert "by 2 clips of the speaker" in said[0]
    assert "of whom 60 are known" in said[0]
    assert "by the 9 clips" in said[1]
    assert [*remark_on_normalisation([{}], 60)] == []
