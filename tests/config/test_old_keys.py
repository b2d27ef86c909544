"""A config of an earlier version is answered with what to write now."""

import pytest
import yaml

from configs import completed, config_with, model, refused
from emofold.config.old_keys import RENAMED

FUSED = {
    "corpus": "demo",
    "models": [model(features="face/means/m", normalise_by="speaker")],
    "fusions": [{"name": "f", "posteriors": ["m"]}],
}


@pytest.mark.parametrize(
    ("config", "old", "new"),
    [
        ({"models": [model(speaker_norm=True)]}, "models[0].speaker_norm", "normalise_by: speaker"),
        ({"models": [model(speaker_norm=False)]}, "models[0].speaker_norm", "normalise_by: none"),
        (
            {"models": [model(), model(name="n", speaker_norm="shrunk")]},
            "models[1].speaker_norm",
            "normalise_by: speaker` and `shrink: true",
        ),
        ({"models": [model(stage="face")]}, "models[0].stage", "modality: face"),
        (
            {"models": [model(choices={"C": [0.1, 1]})]},
            "models[0].choices",
            "param_grid: {C: [0.1, 1]}",
        ),
        (
            {"final": {"system": "f", "without_speakers": [1, "eva"]}},
            "final",
            "bundle: {system: f, held_out_speakers: [1, eva]}",
        ),
        ({"final": {"system": None}}, "final", "bundle: {system: null}"),
        (
            {"bundle": {"without_speakers": [1]}},
            "bundle.without_speakers",
            "held_out_speakers: [1]",
        ),
        (
            {"evaluation": {"known_clips_curves": ["f"]}},
            "evaluation.known_clips_curves",
            "enrolment_curves: [f]",
        ),
        (
            {"evaluation": {"known_clips": [1, 2]}},
            "evaluation.known_clips",
            "enrolled_clips: [1, 2]",
        ),
        (
            {"evaluation": {"known_clips_draws": 3}},
            "evaluation.known_clips_draws",
            "enrolment_draws: 3",
        ),
        ({"longest_seconds": 60}, "longest_seconds", "max_duration: 60"),
    ],
)
def test_an_old_key_is_answered_with_the_new_one_and_what_to_write(config, old, new):
    key = new.partition(":")[0]
    assert f"the old key `{old}`, now `{key}`: write `{new}`" in refused(**config)
    assert all(yaml.safe_load(line) for line in new.split("` and `"))


def test_what_is_to_be_written_instead_is_accepted():
    completed(**FUSED, bundle=yaml.safe_load("{system: f, held_out_speakers: [1, eva]}"))
    completed(**FUSED, max_duration=60, evaluation={"enrolment_curves": ["f"]})


def test_an_old_key_is_an_old_key_only_where_it_was_one():
    problem = refused(seed=1, evaluation={"stage": "face"}, final={"system": None})
    assert "unknown key `evaluation.stage`" in problem
    assert "the old key `final`" in problem
    parameters = {"stage": 1, "choices": 2}
    assert completed(models=[model(parameters=parameters)])["models"][0]["parameters"] == parameters


def test_no_new_key_is_an_old_one():
    assert not RENAMED.keys() & config_with(**completed()).keys()
    assert not RENAMED.keys() & {*RENAMED.values()}
