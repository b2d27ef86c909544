"""Bundles from strangers: whatever they say, they are refused clearly or answer as they say."""

import json
import os
import shutil

import numpy as np
import pytest
from safetensors.numpy import save_file

from emofold.errors import InputError
from emofold.files import sha256
from emofold.prediction import checked_files
from emofold.prediction.bundle import Bundle
from emofold.prediction.folder import predict_into
from emofold.prediction.manifest import MANIFEST, MAX_BYTES
from emofold.prediction.predictor import Options
from emofold.prediction.requests import Request
from emofold.prediction.sklearn_files import save_pipeline
from small_bundle import smiles, sound
from strange_manifests import strange_manifests

MUTATIONS = 120


@pytest.fixture
def strange(bundle_folder, tmp_path):
    """A copy of the bundle, the test's own to change."""
    return shutil.copytree(bundle_folder, tmp_path / "strange")


def write(folder, text):
    (folder / MANIFEST).write_text(text, encoding="utf-8", errors="surrogatepass")


def say(folder, change):
    """Change what a manifest says, with checksums that are right, as a stranger can."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    change(manifest)
    write(folder, json.dumps(manifest))


def sign(folder, *files):
    say(folder, lambda said: said["sha256"].update({file: sha256(folder / file) for file in files}))


def refusal(folder):
    with pytest.raises(InputError) as refused:
        Bundle.load(folder)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 2000
    return refused.value.found


def test_no_manifest_leads_to_anything_but_an_answer_or_a_clear_error(strange, tmp_path):
    voice, face = sound(tmp_path / "a.wav", "happy"), smiles(tmp_path / "a.csv", [3.0] * 25)
    request = Request("a", voice, face)
    text = (strange / MANIFEST).read_text(encoding="utf-8")
    refused = answered = 0
    for index, manifest in enumerate(strange_manifests(text, seed=15, number=MUTATIONS)):
        write(strange, manifest)
        try:
            bundle = Bundle.load(strange)
        except InputError as error:
            refused += 1
            assert str(error).isprintable()
            assert str(error).count("Found:") == 1
            continue
        (answer,) = predict_into(
            tmp_path / str(index), [request], bundle, Options(), pages=False, provenance={}
        )
        answered += answer.failure is None
    assert refused > MUTATIONS // 2
    assert answered > 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[" * 100_000 + "]" * 100_000, "is no json"),
        ('{"format": 3, "format": 3}', "'format' is there twice"),
        ('{"format": 3, "facts": NaN}', "no finite number"),
        ('{"format": 3, "facts": 1e999}', "no finite number"),
        ('{"format": ' + "9" * 5000 + "}", "is no json"),
        ('{"format": "\\u001b[2J"}', "a bundle of format"),
        ("[2]", "a bundle of format None"),
        (" " * (MAX_BYTES + 1), "more than 4 MiB"),
    ],
)
def test_a_manifest_that_is_no_plain_json_is_refused(strange, text, why):
    write(strange, text)
    assert why in refusal(strange)


@pytest.mark.parametrize("text", ["\x1b[31mgood", "two\nlines", "\u202edesrever", "\ud800"])
@pytest.mark.parametrize("key", ["note", "system"])
def test_texts_that_a_terminal_obeys_are_refused(strange, key, text):
    say(strange, lambda said: said["facts"].update({key: text}))
    assert "characters that are not seen" in refusal(strange)


def test_texts_of_languages_that_join_letters_or_not_are_none_of_these(strange):
    note = "\u0645\u06cc\u200c\u062a\u0631\u0633\u062f"
    say(strange, lambda said: said["facts"].update(note=note))
    assert Bundle.load(strange).facts["note"] == note


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda said: said.update(more=1), "'more' was unexpected"),
        (lambda said: said["facts"].pop("clips"), "`facts`: 'clips' is a required property"),
        (lambda said: said["facts"].update(clips="many"), "`facts.clips`"),
        (lambda said: said["systems"][0].update(calibration=-1), "`systems[0].calibration`"),
        (lambda said: said["systems"][0]["weights"].pop("voice"), "weights of the speech+face"),
        (lambda said: said["systems"].pop(), "not one and each of its modalities alone"),
        (lambda said: said["systems"].reverse(), "not one and each of its modalities alone"),
        (lambda said: said["expected"].pop("face"), "what to expect of face"),
        (lambda said: said["encoders"].clear(), "the model voice of the speech reads"),
        (lambda said: said["models"]["voice"].update(modality="face"), "the model voice of the"),
        (lambda said: said["models"]["voice"].update(kind="sequence"), "is no model of the kind"),
        (lambda said: said["models"]["voice"].update(width=84), "a model of 85 features, and 84"),
        (lambda said: said["emotions"].append("sad"), "2 classes, not 3"),
        (lambda said: said["emotions"].pop(), "`emotions`"),
        (lambda said: said["encoders"]["acoustic"].update(kind="transformer"), "`encoders.ac"),
        (lambda said: said["sha256"].update({"a/../../b.json": "0" * 64}), "a/../../b.json"),
        (lambda said: said["sha256"].update({"/etc/a.json": "0" * 64}), "/etc/a.json"),
        (lambda said: said["sha256"].update({"encoders/m/pytorch_model.bin": "0" * 64}), ".bin"),
    ],
)
def test_what_a_manifest_cannot_mean_is_named(strange, change, why):
    say(strange, change)
    assert why in refusal(strange)


def test_a_population_behind_a_linked_folder_is_not_read(strange, tmp_path):
    shutil.move(strange / "models/voice", tmp_path / "elsewhere")
    zeros = dict.fromkeys(
        ("mean", "variance", "clips_worth_of_mean", "clips_worth_of_variance"), np.zeros(85)
    )
    save_file(zeros, tmp_path / "elsewhere/population.safetensors")
    (strange / "models/voice").symlink_to(tmp_path / "elsewhere")
    assert "to a folder" in refusal(strange)


def test_what_is_no_file_is_not_opened(strange):
    os.mkfifo(strange / "models/voice/note.txt")
    assert "note.txt, which is no regular file" in refusal(strange)


def test_a_link_that_leads_nowhere_is_named(strange):
    (strange / "note.txt").symlink_to("nowhere")
    assert "note.txt in a bundle, which cannot be read (No such file" in refusal(strange)


def test_a_file_that_may_not_be_read_is_named(strange, monkeypatch):
    def refuse(path, *_):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(checked_files, "check_sha256", refuse)
    assert "which cannot be read (Permission denied)" in refusal(strange)


def test_json_of_any_size_is_not_read(strange):
    with (strange / "models/voice/config.json").open("wb") as file:
        file.truncate(10 * 1024**3)
    assert f"config.json of {10 * 1024**3} bytes" in refusal(strange)


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("mean", np.full(85, np.nan)),
        ("variance", np.full(85, -1.0)),
        ("clips_worth_of_mean", np.full(85, np.nan)),
        ("mean", np.zeros(84)),
    ],
)
def test_a_population_of_impossible_speakers_is_refused(strange, key, values):
    names = ("mean", "variance", "clips_worth_of_mean", "clips_worth_of_variance")
    numbers = dict.fromkeys(names, np.ones(85)) | {key: values}
    save_file(numbers, strange / "models/voice/population.safetensors")
    sign(strange, "models/voice/population.safetensors")
    say(strange, lambda said: said["models"]["voice"].update(normalise_by="speaker"))
    assert "the numbers of speakers" in refusal(strange)


def test_a_model_that_normalises_by_nobody_known_is_refused(strange):
    say(strange, lambda said: said["models"]["voice"].update(normalise_by="corpus"))
    assert "population.safetensors cannot be read" in refusal(strange)


def test_a_fusion_of_other_models_is_refused(strange, bundle):
    save_pipeline(bundle.members["smile"].pipeline, strange / "systems.skops")
    (strange / "systems").mkdir()
    (strange / "systems.skops").rename(strange / "systems/face.skops")
    sign(strange, "systems/face.skops")
    say(strange, lambda said: said["systems"][2].update(method="logistic_regression", weights={}))
    assert "a model of 35 features, and 2" in refusal(strange)
