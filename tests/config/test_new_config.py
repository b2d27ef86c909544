"""The config of a new corpus can be run as it is, and read by a person."""

import pytest
import yaml
from snakemake.utils import update_config

from configs import SCHEMA_FILE
from emofold.config.new_config import compose_config, format_config
from emofold.config.reading import complete_config

DEFAULTS = SCHEMA_FILE.parents[2] / "config.yaml"


def sections(**changed):
    given = {
        "name": "mine",
        "sample_sheet": "mine/samples.csv",
        "emotions": ["sad", "happy"],
        "folds": 3,
        "protocol": "nested",
        "has_sound": True,
        "has_pictures": True,
    }
    return compose_config(**{**given, **changed})


@pytest.mark.parametrize(
    ("has_sound", "has_pictures"), [(True, True), (True, False), (False, True)]
)
@pytest.mark.parametrize(("folds", "protocol"), [(2, "paper"), (3, "nested")])
def test_the_config_runs_on_top_of_the_default_one(folds, protocol, has_sound, has_pictures):
    text = format_config(
        sections(folds=folds, protocol=protocol, has_sound=has_sound, has_pictures=has_pictures)
    )
    config = yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))
    update_config(config, yaml.safe_load(text))
    complete = complete_config(config, SCHEMA_FILE)
    modalities = {model["features"].split("/")[0] for model in complete["models"]}
    assert modalities == {*["speech"] * has_sound, *["face"] * has_pictures}
    assert bool(complete["speech"]["encoders"]) == has_sound
    assert bool(complete["face"]["extractors"]) == has_pictures
    assert bool(complete["fusions"]) == (has_sound and has_pictures)
    assert (complete["sequence_models"], complete["finetuned_models"]) == ([], [])
    last = complete["fusions"] or complete["models"]
    assert complete["bundle"]["system"] == last[-1]["name"]


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
