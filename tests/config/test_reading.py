"""A config is filled with defaults, or refused with every problem and the nearest right word."""

import copy
from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

import miniature
from configs import SCHEMA_FILE, completed, config_with, model, refused, with_encoder
from emofold.config.named_files import use_local_copies
from emofold.config.reading import complete_config
from emofold.config.schema import read_schema
from emofold.corpora import ravdess
from emofold.corpora.published_files import POSTERIORS
from emofold.demo.cast import CAST
from emofold.errors import InputError
from emofold.media.containers import MAX_DURATION
from emofold.models.schemas import LEAVE_ONE_CORPUS_OUT, MODALITIES, PROTOCOLS
from emofold.models.static import CLASSIFIERS, SCALERS

ROOT = Path(__file__).parents[2]
SCHEMA = read_schema(SCHEMA_FILE)["properties"]
PRESETS = sorted((ROOT / "workflow/presets").glob("*.yaml"))


def test_a_config_of_a_name_and_folds_gets_every_default():
    assert completed() == {
        "name": "small",
        "folds": [[1], [2, "three"], [4]],
        "corpus": "published",
        "corpus_name": None,
        "demo": {"speakers": 8, "takes": 2},
        "sample_sheet": None,
        "max_duration": 600,
        "clips_per_shard": None,
        "allow_failed_clips": 0,
        "ravdess": {
            "media": "recordings",
            "speech_source": None,
            "videos": None,
            "tracking_source": None,
            "keep_archives": False,
        },
        "speech": {"local_copies": {}, "encoders": []},
        "face": {
            "local_copies": {},
            "encoders": [],
            "extractors": [],
            "which": "largest",
            "min_confidence": 0.7,
        },
        "emotions": list(ravdess.EMOTIONS),
        "protocol": "nested",
        "seed": 2020,
        "published": {
            "source": None,
            "manifest": "workflow/resources/published.yaml",
            "posteriors": [],
        },
        "models": [],
        "sequence_models": [],
        "finetuned_models": [],
        "fusions": [],
        "bundle": {"system": None, "held_out_speakers": []},
        "predict": {
            "clips": None,
            "window": 2,
            "hop": 0.5,
            "openface": None,
            "pyfaceau": None,
            "means": None,
        },
        "test_corpora": [],
        "evaluation": {
            "confidence": 0.95,
            "bootstrap_draws": 10000,
            "errors_listed": 20,
            "permutation_tests": [],
            "permutation_draws": 1,
            "enrolment_curves": [],
            "enrolled_clips": [1, 2, 5, 10, 20, 60],
            "enrolment_draws": 5,
            "reported": None,
        },
    }


def test_rows_of_models_and_fusions_get_their_defaults():
    config = completed(
        protocol="paper", models=[model()], fusions=[{"name": "f", "posteriors": ["m"]}]
    )
    assert config["models"] == [
        model(
            scaling="none",
            normalise_by="none",
            shrink=False,
            layers="all",
            columns=None,
            pooling=None,
            param_grid={},
            parameters={},
            job_per_fold=False,
            threads=1,
        ),
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
        ({"name": "a/b"}, "`name` is 'a/b', which does not fit: The run; its results go to"),
        ({"emotions": ["sad", "a b"]}, "`emotions[1]` is 'a b', which does not fit: Letters, "),
        ({"name": ".."}, "`name`"),
        ({"seed": "many"}, "`seed`"),
        ({"seed": "[1"}, "`seed`"),
        ({"emotions": ["sad", "sad"]}, "`emotions`"),
        ({"evaluation": {"confidence": 95}}, "`evaluation.confidence`"),
        ({"models": [{"name": "m", "classifier": "svc"}]}, "`models[0]` has no `features`"),
        ({"models": [model(features="means")]}, "`models[0].features`"),
        ({"models": None}, "`models`"),
        ({"models": ["svc"]}, "`models[0]`"),
    ],
)
def test_a_value_that_does_not_fit_is_named_by_its_place(config, problem):
    assert problem in refused(**config)


def test_all_problems_are_named_at_once():
    problems = refused(modles=[], seed=-1, protocol="papr", models=[model(scaling="maxmin")])
    assert problems.startswith("4 problems in the config: ")
    for place in ("`modles`", "`seed`", "`protocol`", "`models[0].scaling`"):
        assert place in problems


def test_the_layers_of_an_encoder_are_a_word_a_number_or_numbers():
    for layers in ("cnn", "all", 3, [0, 6]):
        row = with_encoder(kind="transformer", model="x", layers=layers)
        assert completed(corpus="demo", **row)["speech"]["encoders"][0]["layers"] == layers
    bad = with_encoder(kind="transformer", model="x", layers="last")
    assert "`speech.encoders[0].layers`" in refused(corpus="demo", **bad)


def test_a_local_copy_stands_in_for_a_model_of_the_hub(tmp_path):
    row = with_encoder(kind="transformer", model="openai/whisper-base")
    config = completed(corpus="demo", **row)
    config["speech"]["local_copies"] = {"openai/whisper-base": str(tmp_path)}
    assert use_local_copies(config)["speech"]["encoders"][0]["model"] == str(tmp_path)
    config["speech"]["local_copies"] = {"openai/whisper-base": "modelz/whisper"}
    with pytest.raises(InputError, match="in modelz/whisper, which is no folder"):
        use_local_copies(config)
    config["speech"]["local_copies"] = {"openai/whisper-bas": str(tmp_path)}
    with pytest.raises(InputError, match="which nothing uses, perhaps `openai/whisper-base`"):
        use_local_copies(config)


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
    for section in ("demo", "ravdess", "speech", "face", "published", "evaluation"):
        assert set(config[section]) == set(SCHEMA[section]["properties"])


def test_the_choices_of_the_schema_are_those_of_the_library():
    rows = SCHEMA["models"]["items"]["properties"]
    fusions = SCHEMA["fusions"]["items"]["properties"]
    assert rows["classifier"]["enum"] == list(CLASSIFIERS)
    assert rows["scaling"]["enum"] == fusions["scaling"]["enum"] == ["none", *SCALERS]
    assert set(rows["modality"]["enum"]) < set(MODALITIES)
    assert SCHEMA["published"]["properties"]["posteriors"]["items"]["enum"] == list(POSTERIORS)
    assert set(SCHEMA["protocol"]["enum"]) == {*PROTOCOLS} - {"cross-fitted", LEAVE_ONE_CORPUS_OUT}
    assert SCHEMA["demo"]["properties"]["speakers"]["maximum"] == len(CAST)
    assert SCHEMA["max_duration"]["default"] == MAX_DURATION
    assert SCHEMA["emotions"]["default"] == list(ravdess.EMOTIONS)


def read_yaml(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))
