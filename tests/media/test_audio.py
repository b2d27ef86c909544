"""The sound of media files of all kinds, as 16 kHz mono."""

import wave

import av
import numpy as np
import pytest

from emofold.errors import InputError
from emofold.media.audio import (
    SAMPLE_RATE,
    Sound,
    decode_audio,
    decode_sound,
    read_wav,
    to_float,
    write_wav,
)
from emofold.media.clocks import UnbrokenSound


def tone(seconds=1.0, rate=SAMPLE_RATE, hertz=440.0, amplitude=0.5):
    times = np.arange(round(seconds * rate)) / rate
    return (32767 * amplitude * np.sin(2 * np.pi * hertz * times)).astype(np.int16)


def write_sound(path, channels, rate, codec="pcm_s16le", pictures=0):
    """Write a media file with the given channels, after some black pictures at 25 a second."""
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(channels)]
    options = {"movflags": "faststart"} if path.suffix == ".mp4" else {}
    with av.open(f"file:{path}", "w", options=options) as container:
        sound = container.add_stream(codec, rate=rate, layout=layout)
        if pictures:
            video = container.add_stream("mpeg4", rate=25, width=64, height=64, pix_fmt="yuv420p")
            black = np.zeros((64, 64, 3), np.uint8)
            for _ in range(pictures):
                container.mux(video.encode(av.VideoFrame.from_ndarray(black)))
            container.mux(video.encode(None))
        interleaved = np.stack(channels, axis=1).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout=layout)
        frame.rate = rate
        fifo = av.AudioFifo()
        fifo.write(frame)
        converter = av.AudioResampler(format=sound.format, layout=layout, rate=rate)
        while piece := fifo.read(1024, partial=True):
            for converted in converter.resample(piece):
                container.mux(sound.encode(converted))
        container.mux(sound.encode(None))
    return path


def loudness(samples):
    """Root mean square without the ends, where resampling filters ring."""
    inner = samples[500:-500].astype(float) / 32768
    return np.sqrt(np.mean(inner**2))


def pitch(samples):
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return np.argmax(spectrum) * SAMPLE_RATE / samples.size


@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000])
def test_any_rate_becomes_16_khz(tmp_path, rate):
    samples = decode_audio(write_sound(tmp_path / "a.wav", [tone(rate=rate)], rate))
    assert samples.dtype == np.int16
    assert samples.size == pytest.approx(SAMPLE_RATE, abs=20)
    assert pitch(samples) == pytest.approx(440, abs=2)
    assert loudness(samples) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)


def test_what_is_16_khz_mono_stays_as_it_is(tmp_path):
    samples = decode_audio(write_sound(tmp_path / "a.wav", [tone()], SAMPLE_RATE))
    assert np.array_equal(samples, tone())


def test_stereo_becomes_the_mean_of_both_channels(tmp_path):
    left, right = tone(hertz=300), tone(hertz=1000, amplitude=0.2)
    samples = decode_audio(write_sound(tmp_path / "a.wav", [left, right], SAMPLE_RATE))
    mean = (left.astype(float) + right) / 2
    assert np.abs(samples - mean).max() <= 1


def test_of_channels_that_cancel_each_other_out_the_loudest_is_heard_and_named(tmp_path):
    quieter, noise = tone(hertz=300), np.random.default_rng(0).normal(0, 50, SAMPLE_RATE)
    louder = (-1.1 * quieter + noise).astype(np.int16)
    sound = decode_sound(write_sound(tmp_path / "a.wav", [quieter, louder], SAMPLE_RATE))
    assert np.array_equal(sound.samples, louder)
    assert sound.remarks == ("The sound channels cancel each other out; channel 2 is heard alone.",)
    unlike = decode_sound(write_sound(tmp_path / "b.wav", [tone(), tone(hertz=333)], SAMPLE_RATE))
    assert (unlike.channel, unlike.remarks) == (None, ())


def test_every_channel_of_surround_sound_but_the_bass_is_heard(tmp_path):
    silence = np.zeros_like(tone())
    for place in (0, 1, 2, 4, 5):
        channels = [silence] * 6
        channels[place] = tone()
        path = write_sound(tmp_path / f"{place}.wav", channels, SAMPLE_RATE)
        assert loudness(decode_audio(path)) > 0.05


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", "aac"), ("a.mkv", "aac"), ("a.webm", "libopus"), ("a.mp3", "libmp3lame")],
)
def test_the_sound_of_every_kind_of_file(tmp_path, name, codec):
    path = write_sound(tmp_path / name, [tone(2.0, 48_000)] * 2, 48_000, codec)
    samples = decode_audio(path)
    assert samples.size == pytest.approx(2 * SAMPLE_RATE, abs=0.08 * SAMPLE_RATE)
    assert pitch(samples) == pytest.approx(440, abs=2)
    assert loudness(samples) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_sound_may_be_shorter_than_the_video(tmp_path, name):
    path = write_sound(tmp_path / name, [tone(2.0, 48_000)], 48_000, "aac", pictures=150)
    assert decode_audio(path).size == pytest.approx(2 * SAMPLE_RATE, abs=0.08 * SAMPLE_RATE)


def test_sound_whose_length_is_but_guessed_does_not_break_off(tmp_path):
    """Raw AAC states no length; the guess from its first packets, silent ones here, is wrong."""
    noise = np.random.default_rng(0).normal(0, 5000, 480_000).astype(np.int16)
    samples = np.concatenate([np.zeros(96_000, np.int16), noise])
    path = write_sound(tmp_path / "a.aac", [samples], 48_000, "aac")
    with av.open(f"file:{path}") as container:
        assert container.duration / av.time_base > 24
    assert decode_audio(path).size == pytest.approx(12 * SAMPLE_RATE, rel=0.01)


def test_a_tenth_of_a_second_is_enough(tmp_path):
    path = write_sound(tmp_path / "a.mp4", [tone(0.1, 44_100)], 44_100, "aac")
    assert decode_audio(path).size == pytest.approx(1600, abs=1100)


def test_names_with_spaces_and_umlauts(tmp_path):
    folder = tmp_path / "Größe 100 %"
    folder.mkdir()
    path = write_sound(folder / "Ärger: so früh?.wav", [tone()], SAMPLE_RATE)
    write_wav(decode_audio(path), folder / "neu ü.wav")
    assert np.array_equal(read_wav(folder / "neu ü.wav"), tone())


def test_a_video_without_sound(tmp_path):
    path = tmp_path / "mute.mp4"
    with av.open(f"file:{path}", "w") as container:
        video = container.add_stream("mpeg4", rate=25, width=64, height=64, pix_fmt="yuv420p")
        container.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))))
        container.mux(video.encode(None))
    with pytest.raises(InputError, match=r"no sound in .*mute\.mp4"):
        decode_audio(path)


def test_a_sound_track_without_samples(tmp_path):
    write_wav(np.zeros(0, np.int16), tmp_path / "nothing.wav")
    with pytest.raises(InputError, match=r"empty sound track|cannot be decoded"):
        decode_audio(tmp_path / "nothing.wav")


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_file_that_breaks_off(tmp_path, name):
    whole = write_sound(tmp_path / name, [tone(8.0, 48_000)], 48_000, "aac", pictures=200)
    broken = tmp_path / f"broken {name}"
    content = whole.read_bytes()
    broken.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"breaks off|cannot be decoded"):
        decode_audio(broken)


@pytest.mark.parametrize("content", [b"", b"This is a text, not a video.\n" * 50])
def test_what_is_no_media_file(tmp_path, content):
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"empty file|cannot be decoded"):
        decode_audio(path)


def test_a_clip_that_is_too_long_is_refused_before_it_is_decoded(tmp_path, monkeypatch):
    path = write_sound(tmp_path / "a.wav", [tone(3.0)], SAMPLE_RATE)
    monkeypatch.delattr(av, "AudioResampler")
    with pytest.raises(InputError, match="a clip of at most 2 s"):
        decode_audio(path, max_duration=2)


def test_a_clip_that_hides_its_length_is_decoded_no_further_than_allowed(tmp_path, monkeypatch):
    path = write_sound(tmp_path / "a.mp3", [tone(60.0)], SAMPLE_RATE, "libmp3lame")
    heard = []
    resampler = av.AudioResampler

    class Counting:
        def __init__(self, **options):
            self.inner = resampler(**options)

        def resample(self, frame):
            heard.append(frame)
            return self.inner.resample(frame)

    monkeypatch.setattr(av, "AudioResampler", Counting)
    with pytest.raises(InputError, match="a clip of at most 2 s"):
        decode_audio(path, max_duration=2)
    assert len(heard) < 2.5 * SAMPLE_RATE / 576


def test_a_wav_comes_back_as_it_was_written(tmp_path):
    samples = np.array([-32768, -1, 0, 1, 32767], np.int16)
    write_wav(samples, tmp_path / "new folder" / "a.wav")
    read = read_wav(tmp_path / "new folder" / "a.wav")
    assert read.dtype == np.int16
    assert read.tolist() == samples.tolist()
    assert to_float(read).tolist() == (samples / 32768).tolist()
    assert [path.name for path in (tmp_path / "new folder").iterdir()] == ["a.wav"]


@pytest.mark.parametrize(
    ("rate", "channels", "width"), [(8_000, 1, 2), (16_000, 2, 2), (16_000, 1, 1)]
)
def test_a_wav_of_another_kind_is_refused(tmp_path, rate, channels, width):
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(bytes(400))
    with pytest.raises(InputError, match=f"{rate} Hz, {channels} channels, {8 * width} bit"):
        read_wav(tmp_path / "a.wav")


@pytest.mark.parametrize(
    ("kept", "reason"), [(0, "no wav"), (20, "no wav"), (1000, "cut short"), (None, "no file")]
)
def test_a_damaged_wav_is_refused(tmp_path, kept, reason):
    path = tmp_path / "a.wav"
    if kept is not None:
        write_wav(tone(), path)
        path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match=reason):
        read_wav(path)


def test_a_wav_without_samples_is_read(tmp_path):
    write_wav(np.empty(0, np.int16), tmp_path / "a.wav")
    assert read_wav(tmp_path / "a.wav").size == 0


@pytest.mark.realdata
def test_real_recordings_that_are_16_khz_mono_already_lose_nothing(realdata):
    path = realdata / "ravdess" / "speech" / "03-01-05-02-01-01-10.flac"
    with av.open(f"file:{path}") as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    assert np.array_equal(decode_audio(path), np.concatenate(frames))


def test_files_of_two_rates_joined_into_one_are_heard_to_their_end(tmp_path):
    first = write_sound(tmp_path / "a.aac", [tone(rate=44_100)], 44_100, "aac")
    second = write_sound(tmp_path / "b.aac", [tone(rate=22_050)], 22_050, "aac")
    joined = tmp_path / "joined.aac"
    joined.write_bytes(first.read_bytes() + second.read_bytes())
    assert decode_audio(joined).size == pytest.approx(2 * SAMPLE_RATE, rel=0.1)


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.m3u8", "#EXTM3U\n#EXTINF:1,\n{}\n"), ("a.mp4", "ffconcat version 1.0\nfile {}\n")],
)
def test_a_list_of_other_files_is_refused(name, text, tmp_path):
    write_sound(tmp_path / "secret.wav", [tone()], SAMPLE_RATE)
    (tmp_path / name).write_text(text.format("secret.wav"), encoding="utf-8")
    with pytest.raises(InputError):
        decode_audio(tmp_path / name)


def test_files_that_were_joined_are_heard_one_after_the_other(tmp_path):
    write_sound(tmp_path / "a.ts", [tone(3.0, rate=48_000)], 48_000, "aac")
    joined = tmp_path / "joined.ts"
    joined.write_bytes(2 * (tmp_path / "a.ts").read_bytes())
    sound = decode_sound(joined)
    assert len(sound.segments) == 1
    assert len(sound.samples) == pytest.approx(6.0 * SAMPLE_RATE, abs=0.2 * SAMPLE_RATE)


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.wav", "pcm_s16le"), ("a.mp4", "aac"), ("a.webm", "libopus"), ("a.mp3", "libmp3lame")],
)
def test_unbroken_sound_is_one_segment(tmp_path, name, codec):
    path = write_sound(tmp_path / name, [tone(3.0, rate=48_000)], 48_000, codec)
    (segment,) = decode_sound(path).segments
    assert (segment.first, segment.start) == (0, pytest.approx(0.0, abs=0.05))


def test_what_is_played_between_two_times_is_cut_out_around_breaks():
    samples = np.arange(3 * SAMPLE_RATE, dtype=np.int32)
    sound = Sound(samples, [UnbrokenSound(0, 0.5), UnbrokenSound(SAMPLE_RATE, 2.5)])
    assert sound.end == 4.5
    assert sound.cut(0.0, 0.5).size == 0
    assert np.array_equal(sound.cut(0.0, 9.0), samples)
    assert np.array_equal(sound.cut(1.0, 3.0), samples[SAMPLE_RATE // 2 : 3 * SAMPLE_RATE // 2])
    assert sound.cut(1.6, 2.4).size == 0
