"""Sound is the samples that were recorded, of a voice that is heard, or it is refused by name."""

import struct

import numpy as np
import pytest
import soundfile

import recordings
from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE, decode_audio, decode_sound, is_silent
from emofold.media.playable import make_playable

TIMES = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
VOICE = np.round(9000 * np.sin(2 * np.pi * 220 * TIMES) * np.sin(np.pi * TIMES)).astype(np.int16)
SILENCE = np.zeros_like(VOICE)
GREY = [np.full((48, 64, 3), 90, np.uint8)] * 25


def written(path, values=VOICE / 32768, subtype="PCM_16", **kind):
    soundfile.write(path, values, SAMPLE_RATE, subtype, **kind)
    return path


def in_wider_samples(path, bits, valid_bits, mark=b"RIFF"):
    """A wav whose samples have more bits than count, as WAVE_FORMAT_EXTENSIBLE says."""
    size = bits // 8
    wide = (VOICE.astype(np.int64) << (bits - 16)).astype("<i8").view(np.uint8).reshape(-1, 8)
    data = np.ascontiguousarray(wide[:, :size]).tobytes()
    pcm = struct.pack("<IHH", 1, 0, 16) + bytes.fromhex("800000aa00389b71")
    head = (0xFFFE, 1, SAMPLE_RATE, size * SAMPLE_RATE, size, bits, 22, valid_bits, 4)
    described = struct.pack("<HHIIHHHHI", *head) + pcm
    if mark == b"riff":  # W64, in which sizes count heads too
        tail = bytes.fromhex("f3acd3118cd100c04f8edb8a")
        chunks = b"wave" + tail
        for name, content in ((b"fmt ", described), (b"data", data)):
            chunks += name + tail + struct.pack("<Q", 24 + len(content)) + content
        riff = mark + bytes.fromhex("2e91cf11a5d628db04c10000")
        path.write_bytes(riff + struct.pack("<Q", 24 + len(chunks)) + chunks)
        return path
    chunks, of_data, of_all = b"WAVE", len(data), 4 + 8 + len(described) + 8 + len(data)
    if mark == b"RF64":  # where sizes of 32 bits would be too small
        chunks += b"ds64" + struct.pack("<IQQQI", 28, of_all + 36, of_data, len(VOICE), 0)
        of_data = of_all = 2**32 - 1
    chunks += b"fmt " + struct.pack("<I", len(described)) + described
    chunks += b"data" + struct.pack("<I", of_data) + data
    path.write_bytes(mark + struct.pack("<I", of_all) + chunks)
    return path


def assert_is_the_voice(samples, tolerated=1):
    assert samples.shape == VOICE.shape
    assert np.abs(samples.astype(int) - VOICE).max() <= tolerated


@pytest.mark.parametrize("form", ["WAV", "WAVEX", "RF64", "W64", "AIFF", "CAF", "AU"])
@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_same_sound_in_any_form_gives_the_same_samples(tmp_path, form, subtype, channels):
    values = np.repeat(VOICE[:, None] / 32768, channels, axis=1)
    assert_is_the_voice(decode_audio(written(tmp_path / "a", values, subtype, format=form)))


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize("channels", [1, 2])
def test_so_does_a_wav_whose_high_byte_comes_first(tmp_path, subtype, channels):
    values = np.repeat(VOICE[:, None] / 32768, channels, axis=1)
    path = written(tmp_path / "a.wav", values, subtype, endian="BIG")
    assert path.read_bytes().startswith(b"RIFX")
    assert_is_the_voice(decode_audio(path))
    copy = make_playable(path, tmp_path / "copy.mp4")
    assert copy.is_copy
    heard, length = decode_audio(copy.path), len(VOICE)
    assert np.corrcoef(heard[:length], VOICE[: len(heard)])[0, 1] > 0.99


@pytest.mark.parametrize(
    ("bits", "valid_bits"), [(32, 24), (32, 20), (32, 16), (24, 16), (16, 12), (24, 20), (16, 32)]
)
@pytest.mark.parametrize("mark", [b"RIFF", b"RF64", b"riff"])
def test_so_do_samples_of_which_some_bits_do_not_count(tmp_path, bits, valid_bits, mark):
    assert_is_the_voice(decode_audio(in_wider_samples(tmp_path / "a.wav", bits, valid_bits, mark)))


def test_a_wav_that_ffmpeg_misreads_breaks_off_like_any_other(tmp_path):
    path = in_wider_samples(tmp_path / "a.wav", 32, 24)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InputError, match="breaks off"):
        decode_audio(path)


def test_a_wav_whose_header_contradicts_itself_is_refused(tmp_path):
    path = written(tmp_path / "a.wav")
    content = bytearray(path.read_bytes())
    content[32:36] = struct.pack("<HH", 4, 16)
    path.write_bytes(content)
    with pytest.raises(InputError, match="16 bits a sample in blocks of 4 bytes for 1 channels"):
        decode_audio(path)


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
@pytest.mark.parametrize("form", ["WAV", "AIFF", "CAF"])
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (VOICE.astype(float), "the scale of integers"),
        (np.where(TIMES == 1.0, np.nan, VOICE / 32768), "no numbers"),
        (np.where(TIMES == 1.0, -np.inf, VOICE / 32768), "no numbers"),
    ],
)
def test_floats_that_are_no_sound_are_refused(tmp_path, form, subtype, values, reason):
    with pytest.raises(InputError, match=reason):
        decode_audio(written(tmp_path / "a", values, subtype, format=form))


def test_a_sound_that_is_clipped_flat_is_refused_but_a_loud_one_is_not(tmp_path):
    loud, flat = (written(tmp_path / f"{n}.wav", n * VOICE / 9000, "FLOAT") for n in (1.1, 7.5))
    assert abs(decode_audio(loud)).max() >= 32767
    with pytest.raises(InputError, match=r"clipped flat, [5-9]. % of it at full scale"):
        decode_audio(flat)


@pytest.mark.parametrize("rest", [0, 16, -16, 3000])
@pytest.mark.parametrize("channels", [1, 2])
def test_silence_is_refused_wherever_it_rests(tmp_path, rest, channels):
    path = recordings.write(
        tmp_path / "a.wav", sound=np.full((SAMPLE_RATE, channels), rest, np.int16)
    )
    with pytest.raises(InputError, match="nothing but silence in"):
        decode_sound(path)


def test_what_is_quiet_is_not_silent():
    assert not is_silent(np.array([-17, 16], np.int16))
    assert is_silent(np.array([-16, 16], np.int16))
    assert is_silent(np.zeros(0, np.int16))


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_where_the_first_sound_track_is_silent_another_is_heard(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    recordings.of_two_sound_tracks(path, GREY, [SILENCE, SILENCE, VOICE])
    sound = decode_sound(path)
    assert sound.remarks == ("The first of 3 sound tracks is silent; track 3 is heard.",)
    assert not is_silent(sound.samples)
    copy = make_playable(path, tmp_path / "copy.mp4")
    assert copy.is_copy
    assert np.array_equal(decode_sound(copy.path).remarks, ())


def test_where_all_sound_tracks_are_silent_that_is_said(tmp_path):
    path = recordings.of_two_sound_tracks(tmp_path / "a.mp4", GREY, [SILENCE, SILENCE])
    with pytest.raises(InputError, match="nothing but silence in 2 sound tracks of"):
        decode_sound(path)


def test_the_first_sound_track_that_is_heard_is_the_sound(tmp_path):
    path = recordings.of_two_sound_tracks(tmp_path / "a.mp4", GREY, [VOICE, SILENCE])
    sound = decode_sound(path)
    assert (sound.track, sound.remarks) == (0, ())
    assert not make_playable(path, tmp_path / "copy.mp4").is_copy


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT", "PCM_U8"])
@pytest.mark.parametrize("noise", [0.0, 0.002])
def test_of_channels_that_cancel_out_one_is_heard_with_a_remark(tmp_path, subtype, noise):
    draw = np.random.default_rng(0)
    values = np.outer(VOICE / 32768, [0.9, -1.0]) + noise * draw.normal(size=(len(VOICE), 2))
    sound = decode_sound(written(tmp_path / "a.wav", values, subtype))
    assert sound.channel == 1
    assert "cancel each other out; channel 2 is heard alone" in sound.remarks[0]
    assert np.corrcoef(sound.samples, -VOICE.astype(float))[0, 1] > 0.99


def test_a_copy_of_channels_that_cancel_out_can_be_heard(tmp_path):
    values = np.outer(VOICE / 32768, [1.0, -1.0])
    path = written(tmp_path / "a.aiff", values)
    copy = make_playable(path, tmp_path / "copy.mp4")
    assert not is_silent(decode_audio(copy.path))
