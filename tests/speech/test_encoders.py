"""Encoders as the config names them, and what is wrong with a config or a model folder."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from transformers import Wav2Vec2Config, Wav2Vec2FeatureExtractor, Wav2Vec2Model

from emofold.errors import InputError
from emofold.speech.encoders import embed_each
from single_views import embedded, encoder_of

CONFIG = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "conv_dim": [8] * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
}


@pytest.fixture
def folder(tmp_path):
    """The folder of a small model, the test's own to damage."""
    folder = tmp_path / "model"
    Wav2Vec2Model(Wav2Vec2Config(**CONFIG)).save_pretrained(folder)
    Wav2Vec2FeatureExtractor().save_pretrained(folder)
    return folder


def transformer(folder, layers="all"):
    settings = {"kind": "transformer", "model": str(folder), "layers": layers}
    return encoder_of(settings)


def test_an_unknown_kind():
    with pytest.raises(InputError, match=r"'opensmile'.*acoustic, egemaps, transformer"):
        encoder_of({"kind": "opensmile"})


def test_only_a_transformer_needs_pytorch():
    program = (
        "import sys; from emofold.speech.encoders import make_encoder; "
        "make_encoder({'a': {'kind': 'acoustic'}}, threads=1); "
        "assert 'librosa' in sys.modules and not {'torch', 'transformers'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_without_opensmile_its_package_and_its_licence_are_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "opensmile", None)
    with pytest.raises(InputError, match=r"not for commercial use.*'emofold\[egemaps\]'"):
        encoder_of({"kind": "egemaps"})


def test_threads_are_those_that_the_job_has(folder):
    settings = {"kind": "transformer", "model": str(folder), "layers": "all"}
    for threads in (2, 1):
        encoder_of(settings, threads)
        assert torch.get_num_threads() == threads


@pytest.mark.parametrize("layers", [3, -1, [0, 3], [], "last", "0"])
def test_layers_that_the_model_does_not_have(folder, layers):
    with pytest.raises(InputError, match="layers of this model, 0 to 2"):
        transformer(folder, layers)


def test_a_folder_without_a_model(tmp_path):
    with pytest.raises(InputError, match=r"no file .*config\.json"):
        transformer(tmp_path)


def test_a_model_of_another_type(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(InputError, match=r"'bert'.*wav2vec2, hubert, wavlm, whisper"):
        transformer(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}"])
def test_a_config_that_is_none(folder, content):
    (folder / "config.json").write_text(content)
    with pytest.raises(InputError, match=r"config\.json is no json|model of the type None"):
        transformer(folder)


@pytest.mark.parametrize("missing", ["preprocessor_config.json", "model.safetensors"])
def test_a_folder_that_lacks_a_file(folder, missing):
    (folder / missing).unlink()
    with pytest.raises(InputError, match=r"cannot be loaded.*download the whole model"):
        transformer(folder)


def test_weights_that_break_off(folder):
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1000])
    with pytest.raises(InputError, match="cannot be loaded"):
        transformer(folder)


def test_weights_of_a_smaller_model_are_not_filled_up_with_random_ones(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}))
    with pytest.raises(InputError, match=r"no weights for encoder\.layers\.2"):
        transformer(folder)


def test_weights_in_the_older_format_are_read_too(folder):
    state = Wav2Vec2Model.from_pretrained(folder).state_dict()
    torch.save(state, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    read = transformer(folder).model.model.state_dict()
    assert all(torch.equal(read[name], weights) for name, weights in state.items())


class Fragile:
    """Encodes sounds in one batch, which a negative sample breaks."""

    def embed(self, sounds, rate):
        whole = {clip: samples for clip, samples in sounds.items() if samples.size}
        yield from (
            (clip, InputError("no sound", "some", "another")) for clip in {*sounds} - {*whole}
        )
        if any((samples < 0).any() for samples in whole.values()):
            raise RuntimeError("a bad batch")
        yield from ((clip, {0: samples[:1]}) for clip, samples in whole.items())


def test_what_one_clip_of_a_batch_throws_costs_the_others_nothing(caplog):
    sounds = {"a": [1], "empty": [], "bad": [-1], "c": [2]}
    arrays = {clip: np.array(samples, np.float32) for clip, samples in sounds.items()}
    embedded = dict(embed_each(Fragile(), arrays, 16_000))
    assert embedded.keys() == sounds.keys()
    assert embedded["a"][0] == [1]
    assert embedded["c"][0] == [2]
    assert embedded["empty"].found == "no sound"
    assert embedded["bad"].found == "bad cannot be read (RuntimeError: a bad batch)"
    assert "Traceback" in caplog.text


def test_an_error_of_the_whole_batch_is_no_clips_error():
    with pytest.raises(InputError, match="16000 Hz"):
        next(embed_each(encoder_of({"kind": "acoustic"}), {"a": np.zeros(9)}, 8000))


def test_with_one_and_with_two_threads_embeddings_agree_to_six_digits(folder):
    sounds = {"a": np.random.default_rng(1).normal(size=48_000).astype(np.float32) / 10}
    settings = {"kind": "transformer", "model": str(folder), "layers": "all"}
    usual = torch.get_num_threads()
    (one,) = embedded(encoder_of(settings, threads=1), sounds).values()
    (two,) = embedded(encoder_of(settings, threads=2), sounds).values()
    torch.set_num_threads(usual)
    for layer, vector in one.items():
        np.testing.assert_allclose(vector, two[layer], rtol=1e-6, atol=1e-6)
