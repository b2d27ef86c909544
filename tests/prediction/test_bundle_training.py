"""What a bundle is made from, and how its models are fitted."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from emofold.corpora.schemas import clips_schema
from emofold.errors import InputError
from emofold.models.candidates import list_candidates
from emofold.models.novelty import Novelty
from emofold.models.novelty_training import calibrate_states
from emofold.models.posteriors import states_table
from emofold.models.schemas import posteriors_schema, states_schema
from emofold.prediction import bundle_training
from emofold.prediction.bundle_training import fit_members, prefer, read_material
from emofold.prediction.bundled_files import copy_encoders, copy_extractors
from emofold.tables import write_table
from small_bundle import EMOTIONS, LOGISTIC, make_material

CANDIDATES = list_candidates(**LOGISTIC | {"parameters": {}, "param_grid": {"C": [0.1, 1, 10]}})


def tried(*losses):
    return pd.DataFrame(
        {"candidate": [candidate.name for candidate in CANDIDATES], "log_loss": losses}
    )


def test_the_candidate_of_the_lowest_loss_over_all_folds_is_preferred():
    assert prefer(CANDIDATES, [tried(1.0, 0.9, 2.0), tried(0.5, 0.7, 0.1)]).name == "C=0.1"
    assert prefer(CANDIDATES, [tried(1.0, 0.9, 2.0), tried(0.5, 0.5, 0.1)]).name == "C=1"


def test_of_equals_and_without_trials_the_first_candidate_is_preferred():
    assert prefer(CANDIDATES, [tried(1.0, 1.0, 1.0)]) is CANDIDATES[0]
    assert prefer(CANDIDATES, []) is CANDIDATES[0]


@pytest.fixture
def tables(tmp_path):
    """The tables of a run: clips, features and posteriors of one model."""
    material = make_material()
    optional = ["media", "start", "end", "action_units", "intensity", "statement", "corpus"]
    clips = material.clips.assign(**dict.fromkeys(optional))
    clips["repetition"] = pd.array([None] * len(clips), dtype="Int64")
    write_table(clips, tmp_path / "clips.parquet", clips_schema(EMOTIONS))
    own = material.features["smile"].reset_index().rename(columns={"index": "clip"})
    own.columns = ["clip", *(f"x{number}" for number in range(own.shape[1] - 1))]
    own.to_parquet(tmp_path / "features.parquet")
    paths = []
    for fold, posteriors in enumerate(material.folds["smile"]):
        paths.append(str(tmp_path / f"fold{fold}.parquet"))
        write_table(
            posteriors,
            Path(paths[-1]),
            posteriors_schema(EMOTIONS),
            posteriors.attrs | {"kind": "model", "modality": "face"},
        )
    models = {
        "smile": {
            "kind": "static",
            "posteriors": paths,
            "tables": [str(tmp_path / "features.parquet")],
        }
    }
    return tmp_path / "clips.parquet", models


def test_the_material_is_that_of_all_speakers_but_those_that_are_left_out(tables):
    clips, models = tables
    material = read_material(clips, models, EMOTIONS, ["0", "4"])
    assert set(material.clips["speaker"]) == {"1", "2", "3", "5"}
    known = set(material.clips["clip"])
    assert set(material.features["smile"].index) == known
    assert all(set(table["clip"]) == known for table in material.folds["smile"])
    assert material.folds["smile"][0].attrs["scale"] == "probability"


@dataclass(frozen=True)
class Network:
    """A member that is read; all that counts of it here is what it takes for new."""

    novelty: Novelty | None = None

    @classmethod
    def load(cls, *_):
        return cls()


def test_clips_that_choose_the_epoch_of_a_network_are_not_known_to_it(
    tables, tmp_path, monkeypatch
):
    clips, models = tables
    speakers = pd.read_parquet(clips).set_index("clip")["speaker"]
    generator = np.random.default_rng(0)
    chooser = {0: "1", 1: "2", 2: "0"}
    row = {**models["smile"], "kind": "sequence", "states": [], "settings": [], "folder": "all"}
    row |= {"source": "face/frames/openface"}
    folds = []
    for fold in (0, 1, 2, "all"):
        states = pd.DataFrame(generator.normal(size=(len(speakers), 4)), speakers.index)
        is_tested, is_choosing = speakers.astype("int") % 3 == fold, speakers == chooser.get(fold)
        states[is_tested | is_choosing] += 9  # what is not trained on is elsewhere
        folds.append((states[~is_tested & ~is_choosing].to_numpy(), states[is_tested].to_numpy()))
        row["states"].append(str(tmp_path / f"states{fold}.parquet"))
        write_table(states_table(states), Path(row["states"][-1]), states_schema(4))
        if fold != "all":
            settings = tmp_path / f"config{fold}.json"
            settings.write_text(json.dumps({"validation_speakers": [chooser[fold]]}), "utf-8")
            row["settings"].append(str(settings))
    monkeypatch.setitem(bundle_training.MEMBERS, "sequence", Network)
    material = read_material(clips, {"net": row}, EMOTIONS, [])
    options = {"min_confidence": 0.7, "seed": 1, "threads": 1}
    novelty = fit_members(material, {"net": row}, EMOTIONS, **options)["net"].novelty
    right = calibrate_states(np.concatenate(folds[-1]), folds[:-1])
    assert novelty.percentiles == pytest.approx(right.percentiles, rel=1e-3)


def test_a_speaker_that_is_not_there_cannot_be_left_out(tables):
    with pytest.raises(InputError, match="held_out_speakers` of anna"):
        read_material(*tables, EMOTIONS, ["anna"])


def test_the_weights_of_an_encoder_become_safetensors_and_nothing_else_is_read(tmp_path):
    model, bundle = tmp_path / "model", tmp_path / "bundle"
    model.mkdir()
    (model / "config.json").write_text("{}", encoding="utf-8")
    (model / "training_args.bin").write_bytes(b"no weights, and perhaps harmful")
    weights = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(2)}
    torch.save(weights, model / "pytorch_model.bin")
    row = {"kind": "transformer", "layers": "all", "pooling": "mean", "model": str(model)}
    rows = copy_encoders({"one": row, "two": row | {"pooling": "thirds"}}, bundle)
    assert {name: row["folder"] for name, row in rows.items()} == {
        "one": "encoders/one",
        "two": "encoders/one",
    }
    copied = bundle / "encoders/one"
    assert {file.name for file in copied.iterdir()} == {"config.json", "model.safetensors"}
    for name, tensor in load_file(copied / "model.safetensors").items():
        assert np.array_equal(tensor, weights[name])


def test_the_face_landmarker_is_copied_and_openface_is_not(tmp_path):
    landmarker = tmp_path / "face_landmarker.task"
    landmarker.write_bytes(b"task")
    kinds = {"a": "mediapipe", "b": "openface"}
    rows = copy_extractors(kinds, landmarker, 0.7, "largest", tmp_path)
    assert (tmp_path / rows["a"]["file"]).read_bytes() == b"task"
    assert rows["b"] == {
        "kind": "openface",
        "file": None,
        "min_confidence": 0.7,
        "which": "largest",
    }
