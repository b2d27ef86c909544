"""Voices: a source of pulses and noise, shaped by the resonances of a vocal tract.

The source is the KLGLOTT88 pulse, the tract a cascade of resonators: Klatt & Klatt 1990, *Analysis,
synthesis, and perception of voice quality variations among female and male talkers*.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.signal import lfilter, sosfilt

from emofold.demo.acting import Prosody
from emofold.demo.cast import Voice
from emofold.demo.phonemes import Phoneme

RATE = 22050
STEP = 147
STEPS_PER_SECOND = RATE / STEP
LEAD_DURATION, TAIL_DURATION = 0.22, 0.22
BLUR_DURATION = 0.011
BANDWIDTHS = (70.0, 100.0, 150.0, 220.0, 300.0)
HIGH_FORMANTS = (3500.0, 4500.0)
OPEN_SHARE = 0.62
TREMOR_HERTZ = 6.5
SHIMMER_PER_ROUGHNESS = 4.0
LEVEL = 0.055
ROOM_NOISE = 2e-4

Track = NDArray[np.float64]


@dataclass(frozen=True)
class Utterance:
    """What is heard, and how far the mouth opens for it.

    Attributes
    ----------
    samples
        Shape (samples,), between -1 and 1, at :data:`RATE`.
    opening
        0 to 1, :data:`STEPS_PER_SECOND` times a second.
    """

    samples: NDArray[np.float32]
    opening: Track


def speak(
    phonemes: Sequence[Phoneme], voice: Voice, prosody: Prosody, rng: np.random.Generator
) -> Utterance:
    """Say a statement.

    Parameters
    ----------
    phonemes
        The sounds of the statement.
    voice
        Whose voice it is.
    prosody
        How it is said.
    rng
        Where the noise and the small irregularities come from.
    """
    score = _spread_over_time(phonemes, prosody.tempo)
    voiced, hiss, opening, accent = score[:4]
    pitch = _intone(voice, prosody, accent, rng)
    source = _phonate(voice, prosody, pitch, voiced, rng)
    spoken = _resonate(source, score[5:8] * voice.resonance, voice.resonance)
    hiss_pitch = score[4] * voice.resonance**0.5
    spoken = spoken + _hiss(hiss, hiss_pitch, _cutoff(voice, prosody), rng)
    spoken *= LEVEL * 10 ** (prosody.loudness / 20)
    spoken += ROOM_NOISE * rng.standard_normal(len(spoken))
    return Utterance(np.tanh(spoken).astype(np.float32), opening)


def _cutoff(voice: Voice, prosody: Prosody) -> float:
    """Return where the spectrum begins to fall more steeply, in hertz."""
    return voice.brightness * 2.0**prosody.brightness


def _spread_over_time(phonemes: Sequence[Phoneme], tempo: float) -> Track:
    """Return what changes while speaking, step by step.

    Returns
    -------
    numpy.ndarray
        Shape (8, steps): voicing, hiss, opening, accent, pitch of the hiss, three formants.
    """
    first, last = phonemes[0], phonemes[-1]
    silences = [
        Phoneme(duration * tempo, sound.formants, voiced=0.0, opening=0.0)
        for duration, sound in ((LEAD_DURATION, first), (TAIL_DURATION, last))
    ]
    sounds = [silences[0], *phonemes, silences[1]]
    ends = np.cumsum([sound.duration / tempo for sound in sounds])
    times = np.arange(int(ends[-1] * STEPS_PER_SECOND)) / STEPS_PER_SECOND
    values = np.array(
        [(s.voiced, s.hiss, s.opening, s.accent, s.hiss_pitch, *s.formants) for s in sounds]
    )
    steps = values[np.minimum(np.searchsorted(ends, times, side="right"), len(sounds) - 1)].T
    blur = BLUR_DURATION * STEPS_PER_SECOND
    blurs = np.array([0.6, 0.4, 3.0, 4.0, 0.5, 1.6, 1.6, 1.6]) * blur
    return np.stack([gaussian_filter1d(track, b) for track, b in zip(steps, blurs, strict=True)])


def _intone(voice: Voice, prosody: Prosody, accent: Track, rng: np.random.Generator) -> Track:
    """Return the fundamental frequency of every sample, in hertz."""
    steps = len(accent)
    along = np.linspace(-0.5, 0.5, steps)
    wander = gaussian_filter1d(rng.standard_normal(steps), 0.09 * STEPS_PER_SECOND)
    wander /= wander.std()
    trembling = np.sin(
        2 * np.pi * TREMOR_HERTZ * np.arange(steps) / STEPS_PER_SECOND + rng.uniform(0, 6.28)
    )
    semitones = (
        prosody.pitch
        + prosody.accents * (accent - accent.mean())
        + 0.25 * prosody.accents * wander
        + prosody.rise * along
        + prosody.tremor * trembling
    )
    return np.repeat(voice.pitch * 2 ** (semitones / 12), STEP)


def _phonate(
    voice: Voice, prosody: Prosody, pitch: Track, voiced: Track, rng: np.random.Generator
) -> Track:
    """Return the pulses of the vocal folds with the breath between them."""
    periods = np.floor(np.cumsum(pitch) / RATE).astype(int)
    irregular = rng.standard_normal(periods[-1] + 1)
    cycles = np.cumsum(pitch * (1 + prosody.roughness * irregular[periods])) / RATE
    phase = (cycles % 1) / OPEN_SHARE
    pulses = np.where(phase < 1, 2 * phase - 3 * phase**2, 0.0) * 4
    shimmer = rng.standard_normal(int(cycles[-1]) + 1)
    pulses *= 1 + SHIMMER_PER_ROUGHNESS * prosody.roughness * shimmer[cycles.astype(int)]
    decay = np.exp(-2 * np.pi * _cutoff(voice, prosody) / RATE)
    pulses = lfilter([1 - decay], [1, -decay], pulses)
    breath = voice.breath + prosody.breath
    puffs = breath * rng.standard_normal(len(pulses)) * (0.4 + 0.6 * (phase < 1))
    return (pulses + puffs) * np.repeat(voiced, STEP)


def _resonate(source: Track, formants: Track, resonance: float) -> Track:
    """Return the source as the moving resonances of the tract shape it."""
    high = np.array(HIGH_FORMANTS)[:, None] * resonance * np.ones(formants.shape[1])
    resonators = [_resonator(f, b) for f, b in zip([*formants, *high], BANDWIDTHS, strict=True)]
    return _filter(source, np.stack(resonators, axis=1))


def _hiss(hiss: Track, centre: Track, brightness: float, rng: np.random.Generator) -> Track:
    """Return the noise of air at narrow places; a bright voice hisses more."""
    noise = rng.standard_normal(len(hiss) * STEP) * np.repeat(hiss, STEP)
    band = _filter(noise, _resonator(centre, 1400.0)[:, None])
    return 0.5 * (brightness / 1500) ** 0.5 * np.diff(band, prepend=0.0)


def _resonator(frequency: Track, bandwidth: float) -> Track:
    """Return second-order sections of unit gain at 0 Hz; shape (steps, 6)."""
    radius = np.exp(-np.pi * bandwidth / RATE)
    first = -2 * radius * np.cos(2 * np.pi * np.minimum(frequency, 0.45 * RATE) / RATE)
    second = np.full_like(first, radius**2)
    nothing, one = np.zeros_like(first), np.ones_like(first)
    return np.stack([1 + first + second, nothing, nothing, one, first, second], axis=-1)


def _filter(signal: Track, sections: Track) -> Track:
    """Filter a signal, step by step, with sections of shape (steps, sections, 6)."""
    state = np.zeros((sections.shape[1], 2))
    steps = []
    for chunk, filters in zip(signal.reshape(-1, STEP), sections, strict=True):
        out, state = sosfilt(filters, chunk, zi=state)
        steps.append(out)
    return np.concatenate(steps)
