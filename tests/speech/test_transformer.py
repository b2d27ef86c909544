"""Pretrained encoders: what a clip gets is what the model alone gives for it."""

import json
import shutil

import numpy as np
import pytest
import torch
from transformers import (
    HubertConfig,
    HubertModel,
    Wav2Vec2Config,
    Wav2Vec2FeatureExtractor,
    Wav2Vec2ForCTC,
    Wav2Vec2Model,
    WavLMConfig,
    WavLMModel,
)

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE
from emofold.speech import chunks
from emofold.speech.encoders import make_encoder
from emofold.speech.segments import mark_frames, segment_hops
from single_views import embedded, encoder_of

SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 48,
    "conv_dim": [24] * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 4,
}
LARGE_KIND = {"feat_extract_norm": "layer", "do_stable_layer_norm": True, "conv_bias": True}
ARCHITECTURES = {
    "wav2vec2-base": (Wav2Vec2Model, Wav2Vec2Config(**SMALL)),
    "wav2vec2-large": (Wav2Vec2Model, Wav2Vec2Config(**SMALL, **LARGE_KIND)),
    "hubert-base": (HubertModel, HubertConfig(**SMALL, feat_proj_layer_norm=False)),
    "hubert-large": (HubertModel, HubertConfig(**SMALL, **LARGE_KIND)),
    "wavlm-base": (WavLMModel, WavLMConfig(**SMALL)),
    "wavlm-large": (WavLMModel, WavLMConfig(**SMALL, **LARGE_KIND)),
}
DURATIONS = {"long": 2.0, "short": 0.1, "middle é 1": 1.01, "one frame": 0.025, "middle 2": 1.0}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Small models with random weights, and the folders they are saved in."""
    made = {}
    for number, (name, (model_class, config)) in enumerate(ARCHITECTURES.items()):
        torch.manual_seed(number)
        model = model_class(config).eval()
        for parameter in model.parameters():
            parameter.data += 0.05 * torch.randn(parameter.shape)
        folder = tmp_path_factory.mktemp("models") / f"{name} ü"
        model.save_pretrained(folder)
        normalises = name.endswith("large")
        extractor = Wav2Vec2FeatureExtractor(
            do_normalize=normalises, return_attention_mask=normalises
        )
        extractor.save_pretrained(folder)
        made[name] = (model, extractor, folder)
    return made


def noise(seconds, seed=0):
    rng = np.random.default_rng(seed)
    samples = round(seconds * SAMPLE_RATE)
    swell = 0.1 + np.sin(np.linspace(0, 3, samples)) ** 2
    return (3000 * swell * rng.normal(size=samples) + 200).astype(np.int16)


@pytest.fixture
def clips():
    """Sounds of very different lengths."""
    return {name: noise(duration, seed) for seed, (name, duration) in enumerate(DURATIONS.items())}


def encoder(folder, layers, batch_seconds=60.0, pooling="mean"):
    settings = {"name": "tiny", "kind": "transformer", "model": str(folder), "layers": layers}
    return encoder_of(settings | {"pooling": pooling}, batch_duration=batch_seconds)


def alone(model, extractor, samples):
    """What transformers gives for one clip, with no batch and no padding."""
    inputs = extractor(
        samples.astype(np.float32) / 32768, sampling_rate=SAMPLE_RATE, return_tensors="pt"
    )
    with torch.inference_mode():
        return model(inputs["input_values"], output_hidden_states=True)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_layer_in_batches_is_that_of_the_clip_alone(models, clips, architecture):
    model, extractor, folder = models[architecture]
    found = embedded(encoder(folder, "all"), clips)
    assert found.keys() == clips.keys()
    for seed, name in enumerate(clips):
        output = alone(model, extractor, noise(DURATIONS[name], seed))
        expected = [*output.hidden_states[:-1], output.last_hidden_state]
        assert list(found[name]) == [0, 1, 2, 3]
        for layer, states in enumerate(expected):
            assert found[name][layer].dtype == np.float32
            assert found[name][layer] == pytest.approx(states[0].mean(0).numpy(), abs=1e-4)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_size_of_batches_changes_nothing(models, clips, architecture):
    folder = models[architecture][-1]
    together = embedded(encoder(folder, "all", batch_seconds=60), clips)
    one_by_one = embedded(encoder(folder, "all", batch_seconds=0), clips)
    for name in clips:
        for layer in range(4):
            assert together[name][layer] == pytest.approx(one_by_one[name][layer], abs=1e-4)


@pytest.mark.parametrize("architecture", ["wav2vec2-base", "wav2vec2-large", "wavlm-large"])
def test_the_cnn_features_are_those_of_the_full_model(models, clips, architecture):
    model, extractor, folder = models[architecture]
    found = embedded(encoder(folder, "cnn"), clips)
    for seed, name in enumerate(clips):
        expected = alone(model, extractor, noise(DURATIONS[name], seed)).extract_features
        assert list(found[name]) == [-1]
        assert found[name][-1] == pytest.approx(expected[0].mean(0).numpy(), abs=1e-4)


def test_the_cnn_features_of_a_model_without_a_norm_are_the_plain_ones(models, clips):
    model, _, folder = models["hubert-base"]
    found = embedded(encoder(folder, "cnn"), clips)
    waveform = torch.from_numpy(noise(2.0, 0).astype(np.float32) / 32768)
    with torch.inference_mode():
        expected = model.feature_extractor(waveform[None])[0].mean(dim=1)
    assert found["long"][-1] == pytest.approx(expected.numpy(), abs=1e-4)


def test_the_cnn_features_load_and_run_no_transformer_layer(models):
    assert not len(encoder(models["wav2vec2-large"][-1], "cnn").model.model.encoder.layers)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("layers", [0, 2, [1], [3, 0], [2, 1]])
def test_chosen_layers_are_those_of_all(models, clips, architecture, layers):
    folder = models[architecture][-1]
    every = embedded(encoder(folder, "all"), clips)
    chosen_encoder = encoder(folder, layers)
    chosen = embedded(chosen_encoder, clips)
    numbers = [layers] if isinstance(layers, int) else sorted(layers)
    assert len(chosen_encoder.model.model.encoder.layers) == max(*numbers, 1)
    for name in clips:
        assert sorted(chosen[name]) == numbers
        for layer in numbers:
            assert chosen[name][layer] == pytest.approx(every[name][layer], abs=1e-5)


def test_a_long_clip_is_the_mean_over_the_frames_of_its_chunks(models, monkeypatch):
    monkeypatch.setattr(chunks, "MAX_CHUNK", SAMPLE_RATE)
    model, extractor, folder = models["wav2vec2-large"]
    samples = noise(2.51)
    prepared = []

    class Counted(dict):
        """Sounds that note which of them is looked at, as files would be opened."""

        def __getitem__(self, clip):
            prepared.append(clip)
            return super().__getitem__(clip)

    clips = Counted(long=samples, other=noise(0.8))
    found = embedded(encoder(folder, "all", batch_seconds=2.1), clips)
    assert sorted(prepared) == ["long", "other"]
    heard = extractor(samples / 32768.0, sampling_rate=SAMPLE_RATE)["input_values"][0]
    with torch.inference_mode():
        states = [
            model(torch.tensor(part, dtype=torch.float32)[None]).last_hidden_state[0]
            for part in (heard[:13386], heard[13386:26773], heard[26773:])
        ]
    assert found["long"][3] == pytest.approx(torch.cat(states).mean(0).numpy(), abs=1e-4)
    alone_again = embedded(encoder(folder, "all"), {"other": clips["other"]})
    assert found["other"][3] == pytest.approx(alone_again["other"][3], abs=1e-4)


@pytest.mark.parametrize("architecture", ["wav2vec2-base", "wav2vec2-large", "wavlm-base"])
def test_thirds_are_the_means_over_the_loud_frames_of_the_clip_alone(models, clips, architecture):
    model, extractor, folder = models[architecture]
    found = embedded(encoder(folder, [1, 3], pooling="thirds"), clips)
    for seed, name in enumerate(clips):
        samples = noise(DURATIONS[name], seed)
        output = alone(model, extractor, samples)
        heard = extractor(samples / 32768.0, sampling_rate=SAMPLE_RATE)["input_values"][0]
        of_hops = segment_hops(heard, 3)
        for layer, states in ((1, output.hidden_states[1][0]), (3, output.last_hidden_state[0])):
            marked = mark_frames(of_hops, 3, 0, samples.size, len(states))
            rows = [of_third if of_third.any() else marked[0] for of_third in marked[1:]]
            expected = [states[torch.from_numpy(row)].mean(0).numpy() for row in rows]
            assert found[name][layer] == pytest.approx(np.concatenate(expected), abs=1e-4)


@pytest.mark.parametrize("architecture", ["wav2vec2-large", "wavlm-base"])
def test_several_views_take_one_pass_and_are_what_each_is_alone(
    models, clips, architecture, monkeypatch
):
    kinds = {
        "means": {"layers": "all", "pooling": "mean"},
        "thirds": {"layers": [1, 2], "pooling": "thirds"},
        "cnn": {"layers": "cnn", "pooling": "mean"},
    }
    common = {"kind": "transformer", "model": str(models[architecture][-1])}
    together = make_encoder({view: common | kind for view, kind in kinds.items()}, threads=1)
    runs = []
    run = together.model.run_front_end
    monkeypatch.setattr(
        together.model, "run_front_end", lambda samples: runs.append(0) or run(samples)
    )
    found = dict(together.embed(clips, SAMPLE_RATE))
    assert len(runs) == len(clips)
    for view, kind in kinds.items():
        alone_of_view = embedded(encoder_of(common | kind), clips)
        for clip, layers in alone_of_view.items():
            assert found[clip][view].keys() == layers.keys()
            for layer, vector in layers.items():
                assert np.array_equal(found[clip][view][layer], vector)


def copy_of(models, tmp_path, name="wav2vec2-base"):
    return shutil.copytree(models[name][-1], tmp_path / "own")


def test_a_model_that_hears_another_sampling_rate_is_refused_by_name(models, tmp_path):
    folder = copy_of(models, tmp_path)
    Wav2Vec2FeatureExtractor(sampling_rate=8000).save_pretrained(folder)
    with pytest.raises(InputError, match=r"hears 8000 samples a second, .* of .*own"):
        encoder(folder, "all")


def test_a_pointer_of_git_lfs_is_named_as_such(models, tmp_path):
    folder = copy_of(models, tmp_path)
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    (folder / "model.safetensors").write_text(pointer, encoding="utf-8")
    with pytest.raises(InputError, match=r"model\.safetensors, a pointer of Git LFS") as error:
        encoder(folder, "all")
    assert "git lfs pull" in error.value.remedy


@pytest.mark.parametrize("odd", [{"conv_dim": "x"}, {"hidden_size": None}, {"hidden_act": 3}])
def test_a_config_that_makes_no_sense_is_a_clear_error(models, tmp_path, odd):
    folder = copy_of(models, tmp_path)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8")) | odd
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(InputError, match="cannot be loaded"):
        encoder(folder, "all")


@pytest.mark.parametrize("name", ["wav2vec2-base", "hubert-base", "wavlm-base"])
def test_how_attention_is_computed_is_not_what_a_folder_says(models, tmp_path, name):
    plain = encoder(models[name][-1], "all").model.network.config._attn_implementation
    folder = copy_of(models, tmp_path, name)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["_attn_implementation"] = config["attn_implementation"] = "somebody/kernels"
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    found = encoder(folder, "all").model.network.config._attn_implementation
    assert found == plain == ("eager" if name == "wavlm-base" else "sdpa")


def test_a_clip_that_is_too_short_does_not_stop_the_others(models, clips):
    sounds = {"too short": noise(0.024)} | clips
    found = embedded(encoder(models["wav2vec2-base"][-1], "all"), sounds)
    assert found.keys() == sounds.keys()
    assert [name for name, vectors in found.items() if isinstance(vectors, InputError)] == [
        "too short"
    ]
    assert "0.024 s of sound in too short" in str(found["too short"])


def test_sound_of_another_rate_is_refused(models, clips):
    with pytest.raises(InputError, match="sound at 44100 Hz"):
        list(encoder(models["wav2vec2-base"][-1], "all").embed(clips, 44_100))


def test_floats_are_heard_as_the_integers_they_stand_for(models):
    folder = models["wav2vec2-large"][-1]
    sounds = {"int16": noise(0.5), "float": noise(0.5).astype(np.float32) / 32768}
    found = embedded(encoder(folder, 3), sounds)
    assert np.array_equal(found["int16"][3], found["float"][3])


def test_silence_gives_finite_vectors(models):
    for _, _, folder in models.values():
        sounds = {"silence": np.zeros(8000, np.int16)}
        found = embedded(encoder(folder, "all"), sounds)
        assert all(np.isfinite(vector).all() for vector in found["silence"].values())


def test_a_model_for_speech_recognition_gives_its_encoder(clips, tmp_path):
    torch.manual_seed(0)
    model = Wav2Vec2ForCTC(Wav2Vec2Config(**SMALL)).eval()
    model.half().save_pretrained(tmp_path / "float16")
    extractor = Wav2Vec2FeatureExtractor(do_normalize=True)
    extractor.save_pretrained(tmp_path / "float16")
    found = embedded(encoder(tmp_path / "float16", 3), clips)
    expected = alone(model.wav2vec2.float(), extractor, noise(2.0)).last_hidden_state
    assert found["long"][3] == pytest.approx(expected[0].mean(0).numpy(), abs=1e-4)


def test_the_log_tells_how_far_it_is(models, clips, caplog):
    caplog.set_level("INFO")
    list(encoder(models["wav2vec2-base"][-1], "cnn").embed(clips, SAMPLE_RATE))
    assert "encoded 5 of 5 clips, " in caplog.text
    assert "s of sound a second" in caplog.text
