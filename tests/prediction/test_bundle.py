"""Bundles on disk: whole, without code, or refused."""

import json
import shutil

import numpy as np
import pytest

from emofold.errors import InputError
from emofold.prediction.bundle import Bundle
from emofold.prediction.manifest import MANIFEST
from small_bundle import EMOTIONS, MODELS, SYSTEMS, train_bundle


@pytest.fixture
def own_folder(bundle_folder, tmp_path):
    """A copy of the bundle, the test's own to damage."""
    return shutil.copytree(bundle_folder, tmp_path / "own")


def manifest_of(folder):
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def change(folder, **keys):
    changed = manifest_of(folder) | keys
    (folder / MANIFEST).write_text(json.dumps(changed), encoding="utf-8")


@pytest.mark.parametrize("method", ["log_linear", "logistic_regression"])
def test_a_bundle_that_is_read_decides_as_the_one_that_was_written(tmp_path, method):
    fusion = {"method": method, "scaling": "minmax", "parameters": {"C": 1.0}}
    systems = {name: {**row, **fusion} for name, row in SYSTEMS.items()}
    written = train_bundle(tmp_path / "bundle", systems, "speaker")
    read = Bundle.load(tmp_path / "bundle")
    scores = {name: (np.array([[0.3, 0.7], [0.9, 0.1]]), "probability") for name in MODELS}
    temperatures = {name: np.array([1.0, 2.0]) for name in MODELS}
    familiarities = {name: np.array([1.0, 0.0]) for name in MODELS}
    np.testing.assert_array_equal(
        read.systems["speech+face"].probabilities(scores, temperatures, familiarities),
        written.systems["speech+face"].probabilities(scores, temperatures, familiarities),
    )
    for name, member in written.members.items():
        again = read.members[name]
        rows = np.random.default_rng(0).normal(size=(5, member.width))
        np.testing.assert_array_equal(
            again.pipeline.predict_proba(rows), member.pipeline.predict_proba(rows)
        )
        for key, numbers in vars(member.population).items():
            np.testing.assert_array_equal(vars(again.population)[key], numbers)


def test_the_manifest_says_what_the_bundle_is(bundle_folder):
    manifest = manifest_of(bundle_folder)
    assert manifest["emotions"] == EMOTIONS
    assert set(manifest["models"]) == {"voice", "smile"}
    assert manifest["versions"].keys() >= {"emofold", "scikit-learn", "skops"}
    assert manifest["expected"]["speech+face"]["protocol"] == "nested"
    assert 50 < manifest["expected"]["speech+face"]["accuracy"] <= 100
    files = {f.relative_to(bundle_folder).as_posix() for f in bundle_folder.rglob("*.*")}
    assert set(manifest["sha256"]) == files - {MANIFEST}


def test_a_bundle_describes_itself_to_whoever_reads_its_predictions(bundle):
    described = json.loads(json.dumps(bundle.describe()))
    assert described["models"] == ["voice", "smile"]
    assert described["encoders"] == {"acoustic": "acoustic"}
    assert described["expected"]["face"]["normalised_by"] == "none"


def test_nothing_in_a_bundle_is_pickle(bundle_folder):
    kinds = {file.suffix for file in bundle_folder.rglob("*") if file.is_file()}
    assert kinds <= {".json", ".skops", ".safetensors", ".task", ".txt"}


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_file_that_is_not_the_one_that_was_written_is_refused(own_folder, damage):
    file = own_folder / "models/voice/model.skops"
    if damage == "changed":
        file.write_bytes(file.read_bytes()[:-1] + b"x")
    else:
        file.unlink()
    with pytest.raises(InputError, match=r"model\.skops"):
        Bundle.load(own_folder)


def test_a_folder_without_a_manifest_is_no_bundle(tmp_path):
    with pytest.raises(InputError, match=f"no {MANIFEST}"):
        Bundle.load(tmp_path)


def test_a_bundle_of_another_format_is_refused(own_folder):
    change(own_folder, format=99)
    with pytest.raises(InputError, match="format 99"):
        Bundle.load(own_folder)


@pytest.mark.parametrize("number", [3, 4])
def test_a_bundle_of_this_format_or_the_one_before_is_read(own_folder, number):
    assert manifest_of(own_folder)["format"] == 4
    change(own_folder, format=number)
    assert Bundle.load(own_folder).members


def test_a_bundle_of_the_first_format_is_refused_and_the_remedy_is_to_train_it_again(own_folder):
    change(own_folder, format=1)
    with pytest.raises(InputError, match="a bundle of format 1") as refused:
        Bundle.load(own_folder)
    assert "train it again with this version of emofold" in refused.value.remedy
    assert "run the workflow again" in refused.value.remedy


def test_a_manifest_cannot_name_files_elsewhere(own_folder):
    change(own_folder, sha256={"../../secret": "0"})
    with pytest.raises(InputError, match="secret"):
        Bundle.load(own_folder)


def test_a_manifest_that_lacks_something_is_refused(own_folder):
    manifest = manifest_of(own_folder)
    del manifest["systems"]
    (own_folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError, match="systems"):
        Bundle.load(own_folder)


def test_a_system_of_models_that_are_not_there_is_refused(own_folder):
    systems = manifest_of(own_folder)["systems"]
    systems[0]["models"] = ["nobody", "smile"]
    change(own_folder, systems=systems)
    with pytest.raises(InputError, match="nobody"):
        Bundle.load(own_folder)


def test_a_file_that_the_manifest_does_not_know_is_refused(own_folder):
    shutil.copyfile(own_folder / MANIFEST, own_folder / "models/voice/population.safetensors")
    with pytest.raises(InputError, match=r"population\.safetensors"):
        Bundle.load(own_folder)


def test_an_encoder_cannot_lie_elsewhere(own_folder):
    encoders = manifest_of(own_folder)["encoders"]
    encoders["acoustic"]["folder"] = "../elsewhere"
    change(own_folder, encoders=encoders)
    with pytest.raises(InputError, match="elsewhere"):
        Bundle.load(own_folder)


def test_a_bundle_of_another_scikit_learn_is_refused(own_folder):
    change(own_folder, versions=manifest_of(own_folder)["versions"] | {"scikit-learn": "0.1.2"})
    with pytest.raises(InputError, match=r"scikit-learn 0\.1\.2"):
        Bundle.load(own_folder)


def test_what_a_file_manager_leaves_in_a_bundle_does_not_matter(own_folder):
    (own_folder / ".DS_Store").touch()
    Bundle.load(own_folder)
