"""Scores of models that are trained without one fold, or without two, put together."""

import pandas as pd

from emofold.models.posteriors import collect_posteriors, cross_fit

ABOUT = {
    "scale": "logit",
    "kind": "model",
    "modality": "face",
    "protocol": "nested",
    "normalised_by": "none",
}
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
    posteriors, metadata = collect_posteriors(1, TRAINED, INNER, set())
    tested = posteriors[posteriors["split"] == "test"]
    assert tested[["clip", "score_calm"]].to_numpy().tolist() == [["b", 10]]
    assert metadata == ABOUT


def test_training_clips_have_the_scores_of_the_training_without_them_too():
    posteriors, _ = collect_posteriors(1, TRAINED, INNER, set())
    of_training = posteriors[posteriors["split"] == "train"].sort_values("clip")
    assert of_training[["clip", "score_calm"]].to_numpy().tolist() == [["a", 11], ["c", 110]]
    assert (posteriors["fold"] == 1).all()


def test_without_inner_trainings_they_have_those_of_the_model_trained_on_them():
    posteriors, _ = collect_posteriors(1, TRAINED, {}, set())
    of_training = posteriors[posteriors["split"] == "train"].sort_values("clip")
    assert of_training["score_calm"].tolist() == [10, 10]


def test_a_clip_that_some_training_could_not_score_is_left_out():
    posteriors, _ = collect_posteriors(1, TRAINED, INNER, {"c"})
    assert sorted(posteriors["clip"]) == ["a", "b"]


def test_a_cross_fitted_clip_has_the_scores_of_the_fold_that_tests_it_in_every_fold():
    for posteriors in cross_fit([training(fold) for fold in range(3)]):
        found = posteriors.set_index("clip")["score_calm"]
        assert found.to_dict() == {"a": 1, "b": 10, "c": 100}


def test_cross_fitting_leaves_clips_and_splits_as_they_are_in_the_fold():
    folds = [training(fold).iloc[::-1] for fold in range(3)]
    for fold, posteriors in enumerate(cross_fit(folds)):
        assert posteriors["clip"].tolist() == ["c", "b", "a"]
        tested = posteriors.loc[posteriors["split"] == "test", "clip"]
        assert tested.tolist() == ["abc"[fold]]
        assert (posteriors["fold"] == fold).all()
        assert sorted(posteriors) == sorted(training(fold))


def test_cross_fitting_changes_no_test_clip():
    trained = [training(fold) for fold in range(3)]
    for before, after in zip(trained, cross_fit(trained), strict=True):
        is_tested = before["split"] == "test"
        assert after[is_tested]["score_calm"].equals(before[is_tested]["score_calm"])
        assert not after[~is_tested]["score_calm"].equals(before[~is_tested]["score_calm"])


def test_cross_fitting_is_told_from_inner_folds_by_what_a_score_has_seen():
    fitted = cross_fit([training(fold) for fold in range(3)])[1].set_index("clip")
    nested = collect_posteriors(1, TRAINED, INNER, set())[0].set_index("clip")
    assert fitted.loc["b", "score_calm"] == nested.loc["b", "score_calm"]
    assert fitted.loc["a", "score_calm"] == 1
    assert nested.loc["a", "score_calm"] == 11
