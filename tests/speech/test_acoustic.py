"""Statistics of voice and spectrum, on sounds whose statistics are known."""

import warnings

import numpy as np
import pytest

from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE
from emofold.speech.acoustic import FEATURE_NAMES, compute_acoustic_features
from emofold.speech.pitch import track_pitch
from single_views import embedded, encoder_of


def voice(frequency, seconds=1.0, amplitude=0.2, harmonics=8):
    """A tone with overtones; `frequency` may be an array with a value for each sample."""
    frequency = np.broadcast_to(frequency, round(seconds * SAMPLE_RATE))
    phase = 2 * np.pi * np.cumsum(frequency) / SAMPLE_RATE
    waves = [np.sin(number * phase) / number for number in range(1, harmonics + 1)]
    return (amplitude * np.sum(waves, axis=0)).astype(np.float32)


def silence(seconds):
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def hiss(seconds, amplitude=0.1):
    rng = np.random.default_rng(0)
    return (amplitude * rng.normal(size=round(seconds * SAMPLE_RATE))).astype(np.float32)


def described(samples):
    return dict(zip(FEATURE_NAMES, compute_acoustic_features(samples), strict=True))


def test_the_features_have_names_of_their_own():
    assert len(set(FEATURE_NAMES)) == len(FEATURE_NAMES) == 85


@pytest.mark.parametrize("hertz", [80, 120, 220, 400, 550])
def test_the_pitch_of_a_voice(hertz):
    frequency, periodicity = track_pitch(voice(hertz), hop=160)
    assert frequency.shape == periodicity.shape == (101,)
    assert frequency[5:-5] == pytest.approx(hertz, rel=0.01)
    assert periodicity[5:-5].min() > 0.95


def test_pitch_is_told_in_octaves():
    low, high = described(voice(150)), described(voice(300))
    assert high["pitch_mean"] - low["pitch_mean"] == pytest.approx(1, abs=0.01)
    assert high["pitch_std"] < 0.02
    assert high["voiced_share"] == pytest.approx(1)


def test_a_voice_that_rises_an_octave_a_second():
    found = described(voice(150 * 2 ** np.linspace(0, 1, SAMPLE_RATE)))
    assert found["pitch_slope"] == pytest.approx(1, abs=0.03)
    assert found["pitch_range"] == pytest.approx(0.9, abs=0.03)
    assert found["pitch_std"] == pytest.approx(1 / np.sqrt(12), abs=0.02)


def test_hiss_and_silence_have_no_pitch():
    found = described(np.concatenate([hiss(1.0), voice(200, 1.0), silence(1.0)]))
    assert found["voiced_share"] == pytest.approx(1 / 3, abs=0.04)
    assert found["pitch_mean"] == pytest.approx(np.log2(200 / np.sqrt(65 * 600)), abs=0.02)


def test_a_faint_hum_is_no_voice():
    found = described(np.concatenate([voice(200, 1.0), voice(100, 1.0, amplitude=2e-4)]))
    assert found["voiced_share"] == pytest.approx(1 / 2, abs=0.04)


def test_voiced_segments_and_onsets_are_counted():
    syllable = voice(200, 0.25) * np.hanning(4000).astype(np.float32)
    speech = np.concatenate([silence(0.25), syllable] * 4) + hiss(2.0, 1e-3)
    found = described(speech)
    assert found["voiced_segments_per_second"] == pytest.approx(2, abs=0.05)
    assert found["onsets_per_second"] == pytest.approx(2, abs=0.05)


def test_energy_is_in_decibel_of_full_scale():
    loud, faint = described(voice(200, harmonics=1)), described(voice(200, 1, 0.02, harmonics=1))
    assert loud["energy_mean"] == pytest.approx(20 * np.log10(0.2 / np.sqrt(2)), abs=0.2)
    assert loud["energy_mean"] - faint["energy_mean"] == pytest.approx(20, abs=0.01)
    fading = voice(200, 2.0) * 10 ** np.linspace(0, -1, 2 * SAMPLE_RATE)
    assert described(fading.astype(np.float32))["energy_slope"] == pytest.approx(-10, abs=0.3)


def test_the_spectrum_of_a_tone_and_of_hiss():
    tone, noise = described(voice(1000, harmonics=1)), described(hiss(1.0))
    assert tone["spectral_centroid_mean"] == pytest.approx(1, abs=0.02)
    assert tone["zero_crossing_rate_mean"] == pytest.approx(2000 / SAMPLE_RATE, rel=0.05)
    assert noise["spectral_centroid_mean"] == pytest.approx(4, abs=0.1)
    assert noise["spectral_rolloff_mean"] == pytest.approx(0.85 * 8, abs=0.2)
    assert noise["spectral_flatness_mean"] > 0.5
    assert tone["spectral_flatness_mean"] < 0.01


@pytest.mark.parametrize(
    "samples",
    [silence(0.1), silence(1.0), hiss(0.1), voice(200, 0.1), voice(200, 0.05), hiss(0.1, 1e-6)],
    ids=["silence 0.1", "silence", "hiss", "voice", "shortest", "faintest"],
)
def test_all_numbers_are_finite(samples):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(compute_acoustic_features(samples)).all()


def test_a_clip_of_many_chunks_is_described_as_a_whole():
    found = described(np.concatenate([voice(150, 32.0), voice(300, 32.0)]))
    assert found["pitch_range"] == pytest.approx(1, abs=0.01)
    assert found["voiced_share"] == pytest.approx(1, abs=0.01)


def test_the_encoder_gives_a_vector_per_clip_and_goes_on_after_bad_ones(caplog):
    caplog.set_level("INFO")
    sounds = {
        "ä voice": (32767 * voice(200)).astype(np.int16),
        "too short": np.zeros(799, np.int16),
        "mute": np.zeros(1600, np.int16),
    }
    encoder = encoder_of({"kind": "acoustic"})
    found = embedded(encoder, sounds)
    assert found["ä voice"][0].shape == found["mute"][0].shape == (85,)
    assert found["ä voice"][0].dtype == np.float32
    assert "0.050 s of sound in too short" in str(found["too short"])
    assert "encoded 2 of 3 clips" in caplog.text
    with pytest.raises(InputError, match="sound at 8000 Hz"):
        list(encoder.embed(sounds, 8000))
