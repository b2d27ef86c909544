"""How often a file was sampled, by a header that may be wrong."""

import struct

import numpy as np
import pytest

import recordings
from emofold.media.rates import Rates, read_rates

SOUND = np.zeros((800, 1), np.int16)
WALL = [np.full((48, 64, 3), 120, np.uint8)] * 10
RATE_IN_WAV = 24  # where a wav header has its sampling rate


def test_sound_and_pictures_have_their_rates(tmp_path):
    times = recordings.steady(10)
    filmed = recordings.write(tmp_path / "a.mp4", WALL, times, np.repeat(SOUND, 2, axis=1), 44_100)
    assert read_rates(filmed) == Rates(44_100, 25.0)


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_what_has_no_pictures_has_the_rate_of_its_sound_alone(tmp_path, rate):
    assert read_rates(recordings.write(tmp_path / "a.wav", sound=SOUND, rate=rate)) == (rate, None)


def test_what_is_silent_has_the_rate_of_its_pictures_alone(tmp_path):
    silent = recordings.write(tmp_path / "a.mp4", WALL, recordings.steady(10))
    assert read_rates(silent) == (None, 25.0)


@pytest.mark.parametrize("stated", [0, 3, 4_000_000, 2**32 - 1])
def test_a_rate_that_no_recording_has_is_not_believed(tmp_path, stated):
    wav = recordings.write(tmp_path / "a.wav", sound=SOUND)
    content = bytearray(wav.read_bytes())
    content[RATE_IN_WAV : RATE_IN_WAV + 4] = struct.pack("<I", stated)
    wav.write_bytes(content)
    assert read_rates(wav) == (None, None)


@pytest.mark.parametrize("content", [None, b"", b"no media at all"], ids=["none", "empty", "text"])
def test_of_what_is_no_media_nothing_is_known(tmp_path, content):
    path = tmp_path / "a.wav"
    if content is not None:
        path.write_bytes(content)
    assert read_rates(path) == (None, None)
