"""The fundamental frequency of a voice, and how periodic it is."""

import numpy as np

from emofold.media.audio import SAMPLE_RATE
from emofold.speech.compiled_librosa import librosa

LOWEST_HZ, HIGHEST_HZ = 65.0, 600.0
FRAME = 1024
COMPARED = FRAME // 2
VOICED_PERIODICITY = 0.4
VOICED_DECIBEL_BELOW_LOUDEST = 40.0
FAINTEST_ENERGY = 1e-9  # a sound at -90 dB of full scale has this mean square


def track_pitch(samples: np.ndarray, hop: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the fundamental frequency and the periodicity of each frame.

    The frequency is that of YIN [1]_. The periodicity is the correlation of 32 ms of sound with
    what lies one period later. A frame is voiced when the periodicity is above 0.4 and the energy
    within 40 dB of the loudest frame's.

    Parameters
    ----------
    samples
        Sound at 16 kHz, shape (samples,).
    hop
        The number of samples from frame to frame.

    Returns
    -------
    frequency : numpy.ndarray
        In Hz, NaN where no voice is heard; shape (1 + samples // hop,).
    periodicity : numpy.ndarray
        From -1 to 1, and 0 in silence; the same shape.

    References
    ----------
    .. [1] de Cheveigné and Kawahara, YIN, a fundamental frequency estimator for speech and music,
       Journal of the Acoustical Society of America 111(4), 2002.
    """
    frequency = librosa.yin(
        samples,
        fmin=LOWEST_HZ,
        fmax=HIGHEST_HZ,
        sr=SAMPLE_RATE,
        frame_length=FRAME,
        hop_length=hop,
    )
    period = np.rint(SAMPLE_RATE / frequency).astype(int)
    surrounded = np.pad(samples, FRAME // 2)
    starts = hop * np.arange(len(frequency)) + FRAME // 2 - (COMPARED + period) // 2
    now = starts[:, None] + np.arange(COMPARED)
    here, one_period_later = surrounded[now], surrounded[now + period[:, None]]
    energies = [np.square(sound).mean(axis=1) for sound in (here, one_period_later)]
    loudness = np.sqrt(energies[0] * energies[1])
    periodicity = (here * one_period_later).mean(axis=1) / np.maximum(loudness, FAINTEST_ENERGY)
    quietest = loudness.max() * 10 ** (-VOICED_DECIBEL_BELOW_LOUDEST / 10)
    is_voiced = (periodicity > VOICED_PERIODICITY) & (loudness > max(quietest, FAINTEST_ENERGY))
    return np.where(is_voiced, frequency, np.nan), periodicity
