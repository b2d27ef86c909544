"""The config of a new corpus can be run as it is, and read by a person."""

import pytest
import yaml
from snakemake.utils import update_config

from configs import SCHEMA_FILE
from emofold.config.new_config import compose_config, format_config
from emofold.config.reading import complete_config
from emofold.config.recipes import make_good_recipe, make_plain_recipe

DEFAULTS = SCHEMA_FILE.parents[2] / "config.yaml"


def sections(make=make_plain_recipe, has_sound=True, extractor="mediapipe", **changed):
    given = {
        "name": "mine",
        "sample_sheet": "mine/samples.csv",
        "emotions": ["sad", "happy"],
        "folds": 3,
        "protocol": "nested",
        **changed,
    }
    has = {"has_sound": has_sound, "extractor": extractor}
    return compose_config(**given, recipe=make(**has, protocol=given["protocol"]))


def completed(**changed):
    config = yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))
    update_config(config, yaml.safe_load(format_config(sections(**changed))))
    return complete_config(config, SCHEMA_FILE)


@pytest.mark.parametrize(
    ("has_sound", "extractor"),
    [(True, "mediapipe"), (True, "csv"), (True, None), (False, "mediapipe"), (False, "csv")],
)
@pytest.mark.parametrize(("folds", "protocol"), [(2, "paper"), (3, "nested")])
def test_the_config_runs_on_top_of_the_default_one(folds, protocol, has_sound, extractor):
    complete = completed(folds=folds, protocol=protocol, has_sound=has_sound, extractor=extractor)
    modalities = {model["features"].split("/")[0] for model in complete["models"]}
    assert modalities == {*["speech"] * has_sound, *["face"] * bool(extractor)}
    assert bool(complete["speech"]["encoders"]) == has_sound
    assert [row["kind"] for row in complete["face"]["extractors"]] == [*filter(None, [extractor])]
    assert bool(complete["fusions"]) == (has_sound and extractor is not None)
    assert (complete["sequence_models"], complete["finetuned_models"]) == ([], [])
    last = complete["fusions"] or complete["models"]
    assert complete["bundle"]["system"] == last[-1]["name"]


@pytest.mark.parametrize(
    ("has_sound", "extractor", "systems"),
    [
        (True, "mediapipe", ["speech", "speech+face"]),
        (True, "csv", ["speech", "speech+face"]),
        (True, None, ["speech"]),
        (False, "mediapipe", ["action-units"]),
    ],
)
@pytest.mark.parametrize(("folds", "protocol"), [(2, "paper"), ("speakers", "nested")])
def test_the_good_recipe_has_everything_as_it_is_and_normalised(
    folds, protocol, has_sound, extractor, systems
):
    config = completed(
        make=make_good_recipe,
        folds=folds,
        protocol=protocol,
        has_sound=has_sound,
        extractor=extractor,
    )
    by_name = {row["name"]: row for row in [*config["models"], *config["fusions"]]}
    plain = [name for name in by_name if not name.endswith("-normalised")]
    assert {*by_name} == {f"{name}{ending}" for name in plain for ending in ("", "-normalised")}
    assert {*systems} <= {*plain}
    assert config["bundle"]["system"] == systems[-1]
    for model in config["models"]:
        is_normalised = model["name"].endswith("-normalised")
        assert model["normalise_by"] == ("speaker" if is_normalised else "none")
        assert bool(model["param_grid"]) == (protocol == "nested")
    for fusion in config["fusions"]:
        is_normalised = fusion["name"].endswith("-normalised")
        assert {name.endswith("-normalised") for name in fusion["posteriors"]} == {is_normalised}
    assert [row["layers"] for row in config["speech"]["encoders"]] == (
        ["all", [2, 3, 4, 5]] if has_sound else []
    )


def test_the_good_recipe_is_that_of_the_preset():
    preset = yaml.safe_load((DEFAULTS.parent / "workflow/presets/lite.yaml").read_text("utf-8"))
    recipe = yaml.safe_load(format_config(sections(make=make_good_recipe, extractor=None)))
    assert recipe["speech"] == preset["speech"]
    for models in (preset["models"], recipe["models"]):
        for model in models:
            model.pop("shrink", None)
    assert recipe["models"] == preset["models"]
    assert recipe["fusions"] == preset["fusions"]


def test_what_is_known_of_the_corpus_stands_at_the_top_of_the_config():
    given = {key: value for _, keys in sections() for key, value in keys.items()}
    known = ["Berlin: German, acted", f"Cite: {'Burkhardt, F., ' * 20}https://doi.org/x-y"]
    recipe = make_plain_recipe(has_sound=True, extractor="mediapipe", protocol="nested")
    text = format_config(
        compose_config(
            name="mine",
            sample_sheet="s.csv",
            emotions=["sad", "happy"],
            folds=3,
            protocol="nested",
            recipe=recipe,
            about=known,
        )
    )
    assert "# Berlin: German, acted\n# Cite: Burkhardt, F., " in text
    assert max(map(len, text.splitlines())) <= 100
    assert yaml.safe_load(text).keys() == given.keys()


@pytest.mark.parametrize("word", ["yes", "01", "1e3", "null", "~", "Ärger", "no", "1_000", "2-3"])
def test_any_word_comes_back_from_the_config_as_text(word):
    path = f"{word}: {{x}} #/samples 'é' \U0001f600.csv"
    text = format_config(sections(name="01", emotions=[word, "sad"], sample_sheet=path))
    config = yaml.safe_load(text)
    assert config["emotions"] == [word, "sad"]
    assert (config["name"], config["sample_sheet"]) == ("01", path)


def test_the_config_says_what_every_key_is_for():
    lines = format_config(sections()).splitlines()
    assert max(map(len, lines)) <= 100
    for key in yaml.safe_load("\n".join(lines)):
        index = next(n for n, line in enumerate(lines) if line.startswith(f"{key}:"))
        above = [line for line in lines[:index] if not line or line.startswith("#")]
        assert above[-1].startswith("#")
