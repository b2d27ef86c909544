"""A config is filled with defaults, or refused with every problem and the nearest right word."""

import copy
from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

import miniature
from emofold.configuration import complete_config
from emofold.corpora import ravdess
from emofold.corpora.published_files import POSTERIORS
from emofold.errors import InputError
from emofold.models.static import CLASSIFIERS, SCALERS
from emofold.tables import schemas

ROOT = Path(__file__).parents[1]
SCHEMA_FILE = ROOT / "workflow/schemas/config.schema.yaml"
SCHEMA = yaml.safe_load(SCHEMA_FILE.read_text(encoding="utf-8"))["properties"]
PRESETS = sorted((ROOT / "workflow/presets").glob("*.yaml"))


def config_with(**more):
    return {"name": "small", "folds": [[1], [2, "three"]], **more}


def model(**more):
    return {"name": "m", "features": "face/means/published", "classifier": "svc", **more}


def with_encoder(**more):
    return {"speech": {"encoders": [{"name": "e", **more}]}}


def completed(**more):
    return complete_config(config_with(**more), SCHEMA_FILE)


def refused(**more):
    """Return the problems that are found in a config."""
    with pytest.raises(InputError) as error:
        completed(**more)
    return error.value.found


def test_a_config_of_a_name_and_folds_gets_every_default():
    assert completed() == {
        "name": "small",
        "folds": [[1], [2, "three"]],
        "corpus": "published",
        "demo": {"speakers": 8, "takes": 2},
        "sample_sheet": None,
        "longest_seconds": 600,
        "clips_per_shard": None,
        "allow_failed_clips": 0,
        "speech": {"encoders": []},
        "face": {"extractors": [], "min_confidence": 0.7},
        "emotions": list(ravdess.EMOTIONS),
        "protocol": "nested",
        "seed": 2020,
        "published": {
            "source": None,
            "manifest": "workflow/resources/published.yaml",
            "posteriors": [],
        },
        "models": [],
        "fusions": [],
        "evaluation": {
            "confidence": 0.95,
            "bootstrap_draws": 10000,
            "errors_listed": 20,
            "reported": None,
        },
    }


def test_rows_of_models_and_fusions_get_their_defaults():
    config = completed(
        protocol="paper", models=[model()], fusions=[{"name": "f", "posteriors": ["m"]}]
    )
    assert config["models"] == [
        model(scaling="none", parameters={}, job_per_fold=False, threads=1),
    ]
    assert config["fusions"][0]["scaling"] == "minmax"
    assert config["fusions"][0]["parameters"] == {"C": 1.0, "max_iter": 10000}


def test_a_given_value_stays_and_what_is_beside_it_is_filled():
    config = completed(seed=7, evaluation={"confidence": 0.9})
    assert config["seed"] == 7
    assert config["evaluation"]["confidence"] == 0.9
    assert config["evaluation"]["errors_listed"] == 20


def test_the_config_given_is_not_changed():
    config = config_with(models=[model()], published={}, evaluation={"confidence": 0.9})
    before = copy.deepcopy(config)
    complete_config(config, SCHEMA_FILE)
    assert config == before


def test_rows_do_not_share_their_defaults():
    first, second = completed(models=[model(), model(name="n")])["models"]
    first["parameters"]["C"] = 1
    assert second["parameters"] == {}


@pytest.mark.parametrize(
    ("config", "key", "near"),
    [
        ({"modles": []}, "modles", "models"),
        ({"published": {"sorce": "here"}}, "published.sorce", "source"),
        ({"evaluation": {"confidance": 0.9}}, "evaluation.confidance", "confidence"),
        (
            {"models": [model(), model(name="n", scalling="minmax")]},
            "models[1].scalling",
            "scaling",
        ),
        (
            {"fusions": [{"name": "f", "posteriors": ["m"], "metod": 1}]},
            "fusions[0].metod",
            "method",
        ),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest_known_one(config, key, near):
    assert f"unknown key `{key}`, perhaps `{near}` (known: " in refused(**config)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"protocol": "papers"}, "`protocol` is 'papers', perhaps `paper`, not one of"),
        (
            {"models": [model(classifier="scv")]},
            "`models[0].classifier` is 'scv', perhaps `svc`, not one of",
        ),
        (
            {"published": {"posteriors": ["bilstm", "wav2vec-finetuned"]}},
            "`published.posteriors[1]` is 'wav2vec-finetuned', perhaps `wav2vec2-finetuned`,",
        ),
    ],
)
def test_a_wrong_choice_is_named_with_the_nearest_right_one(config, problem):
    assert problem in refused(**config)


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"folds": [[1]]}, "`folds`"),
        ({"folds": [[1], []]}, "`folds[1]`"),
        ({"name": "a/b"}, "`name`"),
        ({"name": ".."}, "`name`"),
        ({"seed": "2020"}, "`seed`"),
        ({"emotions": ["sad", "sad"]}, "`emotions`"),
        ({"evaluation": {"confidence": 95}}, "`evaluation.confidence`"),
        ({"models": [{"name": "m", "classifier": "svc"}]}, "`models[0]`: 'features' is a required"),
        ({"models": [model(features="means")]}, "`models[0].features`"),
        ({"models": None}, "`models`"),
        ({"models": ["svc"]}, "`models[0]`"),
    ],
)
def test_a_value_that_does_not_fit_is_named_by_its_place(config, problem):
    assert problem in refused(**config)


@pytest.mark.parametrize("folds", [[[1, 2], [2, 3]], [[1, 2], ["2"]]])
def test_a_speaker_in_two_folds_is_refused(folds):
    assert "speaker 2 is in two of the `folds`" in refused(folds=folds)


def test_a_fusion_of_an_unknown_model_is_refused_with_the_nearest_name():
    fusion = {"name": "f", "posteriors": ["svc-c1", "knn-20"]}
    rows = [model(name="svc-c1"), model(name="knn-10")]
    problem = refused(protocol="paper", models=rows, fusions=[fusion])
    assert "the fusion `f` takes the model `knn-20`" in problem
    assert "perhaps `knn-10` (known: svc-c1, knn-10)" in problem


def test_a_fusion_may_take_trained_and_published_models():
    fusion = {"name": "f", "posteriors": ["bilstm", "m"]}
    taken = {"published": {"posteriors": ["bilstm"]}, "models": [model()]}
    completed(protocol="paper", fusions=[fusion], **taken)


@pytest.mark.parametrize(
    "config",
    [
        {"models": [model(name="bilstm")], "published": {"posteriors": ["bilstm"]}},
        {"models": [model(name="bilstm"), model(name="bilstm")]},
        {"models": [model(name="bilstm")], "fusions": [{"name": "bilstm", "posteriors": ["m"]}]},
    ],
)
def test_two_systems_of_one_name_are_refused(config):
    assert "two systems have the name `bilstm`" in refused(protocol="paper", **config)


def test_no_system_may_have_the_name_of_the_baseline():
    assert "`zero-r`" in refused(models=[model(name="zero-r")])


def test_a_feature_file_needs_a_stage():
    assert "no `stage` is given" in refused(models=[model(features="mine/x.parquet")])
    completed(models=[model(features="mine/x.parquet", stage="speech")])


def test_the_nested_protocol_is_refused_for_what_was_chosen_on_test_folds():
    published = {"posteriors": ["bilstm"]}
    fusion = {"name": "f", "posteriors": ["m"]}
    problem = refused(protocol="nested", published=published)
    assert "published posteriors under the protocol `nested`" in problem
    assert "write `protocol: paper`" in problem
    assert "fusions under the protocol `nested`" in refused(models=[model()], fusions=[fusion])
    completed(protocol="nested", models=[model()])


def test_all_problems_are_named_at_once():
    problems = refused(modles=[], seed=-1, protocol="papr", models=[model(scaling="maxmin")])
    assert problems.startswith("4 problems in the config: ")
    for place in ("`modles`", "`seed`", "`protocol`", "`models[0].scaling`"):
        assert place in problems


def test_all_contradictions_are_named_at_once():
    rows = [model(), model(features="x.parquet")]
    problems = refused(folds=[[1], [1]], models=rows, published={"posteriors": ["bilstm"]})
    assert problems.startswith("4 problems in the config: ")


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"corpus": "sheet"}, "`corpus: sheet` without a `sample_sheet`"),
        (with_encoder(kind="acoustic"), "`corpus: published`, which has no media"),
        (
            {"corpus": "demo", "protocol": "paper", "published": {"posteriors": ["bilstm"]}},
            "`published: posteriors` with `corpus: demo`",
        ),
        ({"corpus": "demo", **with_encoder(kind="transformer")}, "has no `model`"),
        (
            {"corpus": "demo", **with_encoder(kind="acoustic", model="x")},
            "the encoder `e` of kind acoustic has a `model`, which that kind ignores",
        ),
        (
            {"corpus": "demo", "face": {"extractors": [{"name": "o", "kind": "openface"}]}},
            "the extractor `o` of kind openface has no `binary`",
        ),
        (
            {"face": {"extractors": [{"name": n, "kind": "csv"} for n in ("a", "A")]}},
            "two extractors have the name `a`",
        ),
    ],
)
def test_what_does_not_fit_the_corpus_is_refused(config, problem):
    assert problem in refused(**config)


def test_the_layers_of_an_encoder_are_a_word_a_number_or_numbers():
    for layers in ("cnn", "all", 3, [0, 6]):
        row = with_encoder(kind="transformer", model="x", layers=layers)
        assert completed(corpus="demo", **row)["speech"]["encoders"][0]["layers"] == layers
    bad = with_encoder(kind="transformer", model="x", layers="last")
    assert "`speech.encoders[0].layers`" in refused(corpus="demo", **bad)


def test_the_default_config_and_the_miniature_are_valid(tmp_path):
    complete_config(read_yaml(ROOT / "config.yaml"), SCHEMA_FILE)
    complete_config(miniature.config_of(tmp_path), SCHEMA_FILE)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.stem)
def test_every_preset_is_valid_on_top_of_the_default_config(preset):
    config = read_yaml(ROOT / "config.yaml")
    update_config(config, read_yaml(preset))
    complete_config(config, SCHEMA_FILE)


def test_the_default_config_shows_every_key():
    config = read_yaml(ROOT / "config.yaml")
    assert set(config) == set(SCHEMA)
    for section in ("demo", "speech", "face", "published", "evaluation"):
        assert set(config[section]) == set(SCHEMA[section]["properties"])


def test_the_choices_of_the_schema_are_those_of_the_library():
    rows, fusions = (SCHEMA[key]["items"]["properties"] for key in ("models", "fusions"))
    assert rows["classifier"]["enum"] == list(CLASSIFIERS)
    assert rows["scaling"]["enum"] == fusions["scaling"]["enum"] == ["none", *SCALERS]
    assert set(rows["stage"]["enum"]) < set(schemas.STAGES)
    assert SCHEMA["published"]["properties"]["posteriors"]["items"]["enum"] == list(POSTERIORS)
    assert SCHEMA["protocol"]["enum"] == list(schemas.PROTOCOLS)
    assert SCHEMA["emotions"]["default"] == list(ravdess.EMOTIONS)


def read_yaml(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))
