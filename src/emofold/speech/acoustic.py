"""Statistics of voice and spectrum, which need no weights."""

from typing import Any

import numpy as np
from scipy.signal import find_peaks

from emofold.media.audio import SAMPLE_RATE
from emofold.speech.chunks import cut_equally
from emofold.speech.compiled_librosa import librosa
from emofold.speech.pitch import HIGHEST_HZ, LOWEST_HZ, track_pitch

HOP = 160
FRAMES_PER_SECOND = SAMPLE_RATE / HOP
WINDOW = 512
MEL_BANDS = 40
MIDDLE_HZ = np.sqrt(LOWEST_HZ * HIGHEST_HZ)
MIN_AMPLITUDE = 1e-5
ONSET_DECIBEL = 3.0
MIN_ONSET_GAP = 8  # frames

CEPSTRUM = [f"mfcc_{number:02d}" for number in range(20)]
COURSES = [
    *CEPSTRUM,
    "spectral_centroid",
    "spectral_bandwidth",
    "spectral_rolloff",
    "spectral_flatness",
    "zero_crossing_rate",
    "energy",
    "periodicity",
    "onset_strength",
]
FEATURE_NAMES = (
    *(f"{course}_{statistic}" for course in COURSES for statistic in ("mean", "std")),
    *(f"{coefficient}_delta_std" for coefficient in CEPSTRUM),
    "energy_range",
    "energy_slope",
    "pitch_mean",
    "pitch_std",
    "pitch_range",
    "pitch_slope",
    "voiced_share",
    "voiced_segments_per_second",
    "onsets_per_second",
)


def compute_acoustic_features(samples: np.ndarray) -> np.ndarray:
    """Describe a clip by 85 numbers, named in ``FEATURE_NAMES``.

    The mean and the standard deviation over frames of 10 ms of: 20 mel-frequency cepstral
    coefficients; spectral centroid, bandwidth and roll-off (85 % of the magnitude) in kHz; spectral
    flatness; zero-crossing rate; energy in dB of full scale; periodicity (see
    :func:`emofold.speech.pitch.track_pitch`); and onset strength, the mean rise of the mel bands in
    dB. Of the deltas of the cepstral coefficients the deviation alone, since their mean is 0 but
    for the ends of the clip. Further the range (5th to 95th percentile) and the slope a second of
    energy and of pitch, the mean and deviation of pitch, the share of voiced frames, and how many
    voiced segments and onsets there are a second.

    Pitch is in octaves above 197 Hz, the middle of the searched range; where no frame is voiced,
    its four numbers are 0.

    Parameters
    ----------
    samples
        Sound at 16 kHz, float32 within [-1, 1], shape (samples,).

    Returns
    -------
    numpy.ndarray
        float64, shape (85,), all finite.
    """
    chunks = [_measure(samples[one.start : one.stop]) for one in cut_equally("", samples.size)]
    courses = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
    energy, is_voiced = courses["energy"], np.isfinite(courses["frequency"])
    features = {
        **{f"{name}_mean": course.mean() for name, course in courses.items()},
        **{f"{name}_std": course.std() for name, course in courses.items()},
        "energy_range": _range(energy),
        "energy_slope": _slope(np.arange(energy.size), energy),
        **_describe_pitch(courses["frequency"]),
        "voiced_share": is_voiced.mean(),
        "voiced_segments_per_second": _per_second(np.diff(is_voiced, prepend=False) & is_voiced),
        "onsets_per_second": _per_second(_find_onsets(courses["onset_strength"])),
    }
    return np.array([features[name] for name in FEATURE_NAMES])


def _measure(samples: np.ndarray) -> dict[str, np.ndarray]:
    """Return what is measured in each frame, by name; all of shape (frames,), float64."""
    spectrum = np.abs(librosa.stft(samples, n_fft=WINDOW, hop_length=HOP, pad_mode="reflect"))
    magnitudes = {"S": spectrum, "sr": SAMPLE_RATE}
    frames: dict[str, Any] = {"frame_length": WINDOW, "hop_length": HOP}
    mel = librosa.feature.melspectrogram(S=spectrum**2, sr=SAMPLE_RATE, n_mels=MEL_BANDS)
    decibels = librosa.power_to_db(mel, top_db=None)
    cepstrum = librosa.feature.mfcc(S=decibels, n_mfcc=len(CEPSTRUM))
    deltas = librosa.feature.delta(cepstrum, mode="nearest")
    amplitude = librosa.feature.rms(y=samples, pad_mode="reflect", **frames)[0]
    rise = np.maximum(np.diff(decibels, axis=1, prepend=decibels[:, :1]), 0)
    frequency, periodicity = track_pitch(samples, HOP)
    courses = {
        **dict(zip(CEPSTRUM, cepstrum, strict=True)),
        **{f"{name}_delta": delta for name, delta in zip(CEPSTRUM, deltas, strict=True)},
        "spectral_centroid": librosa.feature.spectral_centroid(**magnitudes)[0] / 1000,
        "spectral_bandwidth": librosa.feature.spectral_bandwidth(**magnitudes)[0] / 1000,
        "spectral_rolloff": librosa.feature.spectral_rolloff(**magnitudes)[0] / 1000,
        "spectral_flatness": librosa.feature.spectral_flatness(S=spectrum)[0],
        "zero_crossing_rate": librosa.feature.zero_crossing_rate(samples, **frames)[0],
        "energy": 20 * np.log10(np.maximum(amplitude, MIN_AMPLITUDE)),
        "onset_strength": rise.mean(axis=0),
        "frequency": frequency,
        "periodicity": periodicity,
    }
    return {name: course.astype(np.float64) for name, course in courses.items()}


def _describe_pitch(frequency: np.ndarray) -> dict[str, float]:
    voiced = np.flatnonzero(np.isfinite(frequency))
    octaves = np.log2(frequency[voiced] / MIDDLE_HZ) if voiced.size else np.zeros(1)
    return {
        "pitch_mean": octaves.mean(),
        "pitch_std": octaves.std(),
        "pitch_range": _range(octaves),
        "pitch_slope": _slope(voiced, octaves) if voiced.size else 0.0,
    }


def _range(values: np.ndarray) -> float:
    low, high = np.percentile(values, [5, 95])
    return float(high - low)


def _slope(frames: np.ndarray, values: np.ndarray) -> float:
    """Return the slope a second of the straight line through the values; 0 for a single one."""
    times = (frames - frames.mean()) / FRAMES_PER_SECOND
    return float(times @ values / (times @ times)) if times.any() else 0.0


def _find_onsets(strength: np.ndarray) -> np.ndarray:
    """Return where the onset strength has a peak; bool, shape (frames,)."""
    peaks, _ = find_peaks(strength, height=ONSET_DECIBEL, distance=MIN_ONSET_GAP)
    is_onset = np.zeros(strength.size, dtype=bool)
    is_onset[peaks] = True
    return is_onset


def _per_second(is_event: np.ndarray) -> float:
    return float(is_event.mean() * FRAMES_PER_SECOND)
