"""Scores of models that are trained without one fold, or without two, put together."""

import pandas as pd

from emofold.training.posteriors import gathered

ABOUT = {"scale": "logit", "stage": "face", "protocol": "nested", "speaker_norm": False}
FOLD_OF = {"a": 0, "b": 1, "c": 2}


def training(*held_out):
    """The scores of a training: of each clip, the folds that it was trained without."""
    table = pd.DataFrame(
        [
            (clip, fold, "test" if fold in held_out else "train", sum(10**f for f in held_out))
            for clip, fold in FOLD_OF.items()
        ],
        columns=["clip", "fold", "split", "score_calm"],
    )
    table.attrs = dict(ABOUT)
    return table


TRAINED = {str(fold): training(fold) for fold in range(3)}
INNER = {f"{one}-{other}": training(one, other) for one, other in ((0, 1), (0, 2), (1, 2))}


def test_test_clips_have_the_scores_of_the_training_without_their_fold():
    posteriors, metadata = gathered(1, TRAINED, INNER, set())
    tested = posteriors[posteriors["split"] == "test"]
    assert tested[["clip", "score_calm"]].to_numpy().tolist() == [["b", 10]]
    assert metadata == ABOUT


def test_training_clips_have_the_scores_of_the_training_without_them_too():
    posteriors, _ = gathered(1, TRAINED, INNER, set())
    of_training = posteriors[posteriors["split"] == "train"].sort_values("clip")
    assert of_training[["clip", "score_calm"]].to_numpy().tolist() == [["a", 11], ["c", 110]]
    assert (posteriors["fold"] == 1).all()


def test_without_inner_trainings_they_have_those_of_the_model_trained_on_them():
    posteriors, _ = gathered(1, TRAINED, {}, set())
    of_training = posteriors[posteriors["split"] == "train"].sort_values("clip")
    assert of_training["score_calm"].tolist() == [10, 10]


def test_a_clip_that_some_training_could_not_score_is_left_out():
    posteriors, _ = gathered(1, TRAINED, INNER, {"c"})
    assert sorted(posteriors["clip"]) == ["a", "b"]
