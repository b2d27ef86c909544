"""How loud a clip is, and whether it is clipped."""

import numpy as np
import pytest

import recordings
from emofold.demo.acting import perform
from emofold.demo.cast import CAST
from emofold.demo.phonemes import STATEMENTS
from emofold.demo.voice import speak
from emofold.evaluation.oddities_of_recordings import CLIPPED
from emofold.media.audio import FULL_SCALE, SAMPLE_RATE, decode_audio
from emofold.speech.level import measure_level

SECOND = np.arange(SAMPLE_RATE) / SAMPLE_RATE


def sine(amplitude, hertz=440):
    return (amplitude * (FULL_SCALE - 1) * np.sin(2 * np.pi * hertz * SECOND)).astype(np.int16)


@pytest.mark.parametrize(("amplitude", "level"), [(1, -3.01), (0.5, -9.03), (0.01, -43.01)])
def test_a_sine_lies_three_decibels_below_its_peak(amplitude, level):
    found = measure_level(sine(amplitude))
    assert found.level == pytest.approx(level, abs=0.1)
    assert found.peak == pytest.approx(level + 3.01, abs=0.1)


def test_pauses_do_not_count():
    clip = sine(0.5)
    with_pauses = np.concatenate([np.zeros(32_000, np.int16), clip, np.zeros(8_000, np.int16)])
    assert measure_level(with_pauses).level == pytest.approx(measure_level(clip).level, abs=0.05)


def test_nothing_at_all_is_as_faint_as_can_be():
    assert measure_level(np.zeros(1000, np.int16)) == (-120.0, -120.0, 0.0)


def test_samples_that_reach_full_scale_one_by_one_are_no_plateau():
    clicks = sine(0.5)
    clicks[::50] = clicks[1::50] = FULL_SCALE - 1
    assert measure_level(clicks).clipped == 0.0
    clicks[2::50] = FULL_SCALE - 1
    assert measure_level(clicks).clipped == pytest.approx(0.06)


@pytest.fixture(scope="module")
def speech():
    """A voice that just fills the scale, as when a recording was normalised."""
    rng = np.random.default_rng(1)
    prosody = perform("angry", rng).prosody
    samples = speak(next(iter(STATEMENTS.values())), CAST[0].voice, prosody, rng).samples.astype(
        np.float64
    )
    return samples / np.abs(samples).max()


def in_a_file(path, speech, gain, rate=SAMPLE_RATE):
    """Write a voice at some rate, too loud for the scale if `gain` says so, and read it again."""
    places = np.arange(0, len(speech) - 1, SAMPLE_RATE / rate)
    loud = gain * np.interp(places, np.arange(len(speech)), speech)
    cut = np.clip(loud * FULL_SCALE, -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    return decode_audio(recordings.write(path, sound=cut[:, None], rate=rate))


@pytest.mark.parametrize("rate", [SAMPLE_RATE, 44_100])
def test_a_voice_that_is_too_loud_for_the_scale_is_clipped(tmp_path, speech, rate):
    clipped = measure_level(in_a_file(tmp_path / "a.wav", speech, 3, rate)).clipped
    assert clipped > 10 * CLIPPED
    assert measure_level(in_a_file(tmp_path / "b.wav", speech, 6, rate)).clipped > clipped


@pytest.mark.parametrize("rate", [SAMPLE_RATE, 44_100])
def test_a_voice_that_just_fills_the_scale_is_not(tmp_path, speech, rate):
    assert measure_level(in_a_file(tmp_path / "a.wav", speech, 1, rate)).clipped < CLIPPED
