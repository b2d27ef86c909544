"""Voices: what is asked of them is heard in the samples."""

import numpy as np
import pytest

from emofold.corpora.ravdess import STATEMENTS as NAMES_OF_STATEMENTS
from emofold.demo.acting import Prosody
from emofold.demo.cast import CAST
from emofold.demo.phonemes import STATEMENTS
from emofold.demo.voice import RATE, STEPS_PER_SECOND, speak
from emofold.speech.pitch import track_pitch

KIDS, DOGS = NAMES_OF_STATEMENTS


def said(speaker=0, statement=KIDS, seed=0, **prosody):
    voice = CAST[speaker].voice
    rng = np.random.default_rng(seed)
    return speak(STATEMENTS[statement], voice, Prosody(**prosody), rng)


def median_pitch(utterance):
    at_16_khz = np.interp(
        np.arange(0, len(utterance.samples), RATE / 16000),
        np.arange(len(utterance.samples)),
        utterance.samples,
    )
    frequency, _ = track_pitch(at_16_khz.astype(np.float32), 160)
    return np.nanmedian(frequency)


def level(samples):
    return 10 * np.log10(np.mean(np.square(samples, dtype=float)))


def share_of_high_frequencies(utterance):
    power = np.abs(np.fft.rfft(utterance.samples)) ** 2
    return power[np.fft.rfftfreq(len(utterance.samples), 1 / RATE) > 1500].sum() / power.sum()


@pytest.mark.parametrize("statement", NAMES_OF_STATEMENTS)
def test_an_utterance_is_as_long_as_a_short_sentence(statement):
    utterance = said(statement=statement)
    seconds = len(utterance.samples) / RATE
    assert 1.4 < seconds < 2.2
    assert len(utterance.opening) / STEPS_PER_SECOND == pytest.approx(seconds, abs=0.01)
    assert np.abs(utterance.samples).max() < 1


@pytest.mark.parametrize("speaker", range(len(CAST)))
def test_speakers_speak_at_their_pitch(speaker):
    asked = CAST[speaker].voice.pitch
    assert median_pitch(said(speaker)) == pytest.approx(asked, rel=0.12)


def test_an_octave_up_doubles_the_pitch():
    ratio = median_pitch(said(pitch=12.0)) / median_pitch(said())
    assert ratio == pytest.approx(2, rel=0.05)


def test_loudness_is_in_decibels():
    quiet = said(loudness=-20.0).samples
    louder = said(loudness=-10.0).samples
    assert level(louder) - level(quiet) == pytest.approx(10, abs=0.5)


def test_a_fast_utterance_is_short():
    slow, fast = (len(said(tempo=tempo).samples) / RATE for tempo in (0.8, 1.2))
    assert fast < 0.8 * slow


def test_brightness_lifts_the_spectrum():
    bright, dull = (share_of_high_frequencies(said(brightness=b)) for b in (1.5, -1.0))
    assert bright > 2 * dull


def test_there_is_silence_before_and_after():
    samples = said().samples
    tenth = RATE // 10
    middle = level(samples[len(samples) // 4 : -len(samples) // 4])
    assert level(samples[:tenth]) < middle - 35
    assert level(samples[-tenth // 2 :]) < middle - 25


def test_the_mouth_is_shut_in_silence_and_open_in_vowels():
    opening = said().opening
    assert opening[0] < 0.02
    assert opening[-1] < 0.05
    assert opening.max() > 0.5


def test_the_statements_differ_in_their_sounds():
    lengths = [len(said(statement=statement).samples) for statement in (KIDS, DOGS)]
    assert lengths[0] != lengths[1]


def test_the_generator_decides_every_sample():
    assert np.array_equal(said(seed=1).samples, said(seed=1).samples)
    assert not np.array_equal(said(seed=1).samples, said(seed=2).samples)
