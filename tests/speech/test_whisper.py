"""Whisper's encoder at the real length of a clip."""

import numpy as np
import pytest
import torch
from torch.nn.functional import gelu
from transformers import WhisperConfig, WhisperFeatureExtractor, WhisperForConditionalGeneration

from emofold.media.audio import SAMPLE_RATE, decode_audio
from emofold.speech import chunks
from single_views import embedded, encoder_of

SMALL = WhisperConfig(
    d_model=32,
    encoder_layers=3,
    encoder_attention_heads=2,
    encoder_ffn_dim=48,
    decoder_layers=1,
    decoder_attention_heads=2,
    decoder_ffn_dim=48,
    num_mel_bins=80,
    vocab_size=100,
    pad_token_id=0,
    bos_token_id=1,
    eos_token_id=2,
    decoder_start_token_id=1,
)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small Whisper with random weights, decoder and all, and its folder."""
    torch.manual_seed(0)
    model = WhisperForConditionalGeneration(SMALL).eval()
    for parameter in model.parameters():
        parameter.data += 0.1 * torch.randn(parameter.shape)
    folder = tmp_path_factory.mktemp("whisper")
    model.save_pretrained(folder)
    WhisperFeatureExtractor().save_pretrained(folder)
    return model.model.encoder, folder


def encoder(folder, layers, batch_seconds=60.0):
    settings = {"kind": "transformer", "model": str(folder), "layers": layers}
    return encoder_of(settings, batch_duration=batch_seconds)


def speech_like(seconds, seed):
    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * (150 + 40 * seed) * times) * (1 + np.sin(9 * times))
    return (3000 * 3**-seed * (tone + 0.01 * rng.normal(size=times.size))).astype(np.int16)


@pytest.fixture
def clips():
    """Sounds of different lengths, the later ones fainter."""
    durations = [3.0, 0.1, 1.01, 0.025, 1.0]
    return {str(duration): speech_like(duration, n) for n, duration in enumerate(durations)}


def alone(model, folder, samples):
    """All hidden states of one clip, by the model's own modules on its own log-mel frames."""
    extractor = WhisperFeatureExtractor.from_pretrained(folder)
    mel = extractor(
        samples.astype(np.float32) / 32768,
        sampling_rate=SAMPLE_RATE,
        padding="do_not_pad",
        return_tensors="pt",
    )["input_features"]
    assert mel.shape == (1, 80, samples.size // 160)
    with torch.inference_mode():
        states = gelu(model.conv2(gelu(model.conv1(mel)))).transpose(1, 2)
        states = states + model.embed_positions(torch.arange(states.shape[1]))
        hidden_states = [states]
        for layer in model.layers:
            hidden_states.append(layer(hidden_states[-1], None))
        hidden_states[-1] = model.layer_norm(hidden_states[-1])
    return [states[0].mean(0).numpy() for states in hidden_states]


@pytest.mark.parametrize("batch_seconds", [0, 60])
def test_every_layer_is_that_of_the_clip_alone(small, clips, batch_seconds):
    model, folder = small
    found = embedded(encoder(folder, "all", batch_seconds), clips)
    for seed, (name, vectors) in enumerate((name, found[name]) for name in clips):
        expected = alone(model, folder, speech_like(float(name), seed))
        assert list(vectors) == [0, 1, 2, 3]
        for layer, vector in vectors.items():
            assert vector == pytest.approx(expected[layer], abs=1e-4)


def test_at_30_s_nothing_differs_from_the_model_as_transformers_runs_it(small):
    model, folder = small
    samples = speech_like(30, 0)
    found = embedded(encoder(folder, "all"), {"a": samples})
    extractor = WhisperFeatureExtractor()
    mel = extractor(
        samples.astype(np.float32) / 32768, sampling_rate=SAMPLE_RATE, return_tensors="pt"
    )["input_features"]
    with torch.inference_mode():
        expected = model(mel, output_hidden_states=True).hidden_states
    for layer, states in enumerate(expected):
        assert found["a"][layer] == pytest.approx(states[0].mean(0).numpy(), abs=1e-4)


def test_a_clip_longer_than_whisper_s_positions(small):
    model, folder = small
    samples = speech_like(40, 0)
    found = embedded(encoder(folder, 3), {"a": samples})
    halves = [alone(model, folder, half)[3] for half in np.split(samples, 2)]
    assert found["a"][3] == pytest.approx(np.mean(halves, axis=0), abs=1e-4)


@pytest.mark.parametrize("layers", [0, 2, [1, 3]])
def test_chosen_layers_are_those_of_all(small, clips, layers):
    _, folder = small
    every = embedded(encoder(folder, "all"), clips)
    chosen = embedded(encoder(folder, layers), clips)
    numbers = [layers] if isinstance(layers, int) else layers
    for name in clips:
        assert list(chosen[name]) == numbers
        for layer in numbers:
            assert chosen[name][layer] == pytest.approx(every[name][layer], abs=1e-5)


def test_the_cnn_is_what_goes_into_the_first_layer_without_positions(small, clips):
    model, folder = small
    positions = model.embed_positions.weight[:150].mean(0).detach().numpy()
    cnn, first = (embedded(encoder(folder, kind), clips) for kind in ("cnn", 0))
    assert cnn["3.0"][-1] + positions == pytest.approx(first["3.0"][0], abs=1e-5)


@pytest.mark.realdata
def test_real_recordings_through_the_real_whisper(realdata):
    folder = realdata / "models" / "whisper-base-encoder"
    recordings = sorted((realdata / "ravdess" / "speech").glob("*.flac"))[::400]
    sounds = {path.stem: decode_audio(path) for path in recordings}
    whisper = encoder(folder, "all")
    found = embedded(whisper, sounds)
    for name, samples in sounds.items():
        expected = alone(whisper.model.encoder, folder, samples)
        for layer in range(7):
            assert found[name][layer].shape == (512,)
            assert found[name][layer] == pytest.approx(expected[layer], abs=1e-4)


def test_parts_of_30_s_are_what_whisper_can_hear(small):
    assert SMALL.max_source_positions == chunks.MAX_CHUNK // 320
