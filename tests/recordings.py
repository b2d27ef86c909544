"""Recordings as users have them: good, odd and broken, made from clips of the demo corpus."""

import math
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from emofold.demo.clips import make_clip
from emofold.media.audio import SAMPLE_RATE, decode_audio
from emofold.media.video import read_frames

QUARTER_TURN = (0, 1, -1, 0)


def good(path: Path, name: str = "01-01-03-01-01-01-01") -> Path:
    """Write a clip of the demo corpus."""
    path.parent.mkdir(parents=True, exist_ok=True)
    make_clip(name, seed=1, path=path)
    return path


def tell_apart(path: Path, mark: str) -> Path:
    """Change the bytes of a file, and nothing that is decoded."""
    text = mark.encode()
    with path.open("ab") as file:  # a box that players skip; behind the samples of a wav
        file.write((8 + len(text)).to_bytes(4, "big") + b"free" + text)
    return path


def pictures_of(path: Path) -> list[np.ndarray]:
    return [picture for _, picture in read_frames(path)]


def write(
    path: Path,
    pictures: list[np.ndarray] = (),
    times: list[float] = (),
    sound: np.ndarray | None = None,
    rate: int = SAMPLE_RATE,
) -> Path:
    """Write pictures shown at some times in seconds, and sound of shape (samples, channels)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(f"file:{path}", "w") as container:
        video = audio = None
        if len(pictures):
            height, width, _ = pictures[0].shape
            video = container.add_stream("libx264", rate=25, width=width, height=height)
            video.pix_fmt, video.codec_context.time_base = "yuv420p", Fraction(1, 1000)
        if sound is not None:
            layout = "stereo" if sound.shape[1] == 2 else "mono"
            codec = "pcm_s16le" if path.suffix == ".wav" else "aac"
            audio = container.add_stream(codec, rate=rate, layout=layout)
        for picture, time in zip(pictures, times, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = round(1000 * time), Fraction(1, 1000)
            container.mux(video.encode(frame))
        if video:
            container.mux(video.encode(None))
        if audio:
            resampler = av.AudioResampler(audio.format, layout, rate, frame_size=1024)
            whole = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout=layout)
            whole.rate = rate
            for frame in [*resampler.resample(whole), *resampler.resample(None)]:
                container.mux(audio.encode(frame))
            container.mux(audio.encode(None))
    return path


def steady(count: int) -> list[float]:
    return [number / 25 for number in range(count)]


def silent(path: Path, source: Path) -> Path:
    """Pictures without sound."""
    pictures = pictures_of(source)
    return write(path, pictures, steady(len(pictures)))


def muted(path: Path, source: Path) -> Path:
    """Pictures beside a sound track that holds nothing but silence."""
    pictures = pictures_of(source)
    silence = np.zeros((len(pictures) * SAMPLE_RATE // 25, 1), np.int16)
    return write(path, pictures, steady(len(pictures)), silence)


def faceless(path: Path, source: Path) -> Path:
    """Sound beside pictures of a grey wall."""
    wall = [np.full((240, 320, 3), 120, np.uint8)] * 30
    return write(path, wall, steady(30), decode_audio(source)[:, None])


def of_variable_rate(path: Path, source: Path) -> Path:
    """Pictures that are shown for 40 and for 80 ms in turns."""
    pictures = pictures_of(source)[::2]
    times = np.cumsum([0, *([0.04, 0.08] * len(pictures))])[: len(pictures)]
    return write(path, pictures, list(times), decode_audio(source)[:, None])


def turned(path: Path, source: Path) -> Path:
    """Pictures that lie on their side, with the mark by which a player turns them upright."""
    lying = [np.ascontiguousarray(np.rot90(picture)) for picture in pictures_of(source)]
    write(path, lying, steady(len(lying)), decode_audio(source)[:, None])
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 44
    a, b, c, d = (value << 16 for value in QUARTER_TURN)
    content[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(content)
    return path


def with_sound_of(path: Path, source: Path, rate: int, channels: int) -> Path:
    """The pictures of a clip, its sound at another rate."""
    pictures, speech = pictures_of(source), decode_audio(source)
    places = np.arange(0, len(speech), SAMPLE_RATE / rate)
    resampled = np.interp(places, np.arange(len(speech)), speech).astype(np.int16)
    sound = np.repeat(resampled[:, None], channels, axis=1)
    return write(path, pictures, steady(len(pictures)), sound, rate)


def short(path: Path, source: Path) -> Path:
    """A tenth of a second from the middle of a clip."""
    pictures, speech = pictures_of(source), decode_audio(source)
    middle = len(speech) // 2
    sound = speech[middle : middle + SAMPLE_RATE // 10, None]
    return write(path, pictures[20:23], steady(3), sound)


def half_an_hour(path: Path) -> Path:
    """Thirty minutes of humming under a still picture."""
    still = [np.zeros((48, 64, 3), np.uint8)] * 180
    hum = (500 * np.sin(np.arange(1800 * 8000) * 2 * np.pi * 100 / 8000)).astype(np.int16)
    return write(path, still, [10.0 * number for number in range(180)], hum[:, None], 8000)


def live_webm(path: Path, sound: np.ndarray) -> Path:
    """A webm as browsers record it: nothing says how long it lasts, nor where what is."""
    rate = 48_000
    with av.open(f"file:{path}", "w", format="webm", options={"live": "1"}) as container:
        video = container.add_stream("libvpx", rate=10, width=64, height=48)
        audio = container.add_stream("libopus", rate=rate, layout="mono")
        for number in range(10 * len(sound) // SAMPLE_RATE):
            picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number, np.uint8))
            picture.pts = number
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        whole = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="s16", layout="mono")
        whole.rate = SAMPLE_RATE
        resampler = av.AudioResampler("flt", "mono", rate, frame_size=960)
        for frame in [*resampler.resample(whole), *resampler.resample(None)]:
            container.mux(audio.encode(frame))
        container.mux(audio.encode(None))
    return path


def truncated(path: Path, source: Path) -> Path:
    """The first half of the bytes of a clip."""
    content = source.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def with_a_break(path: Path, sound: np.ndarray, at: float, seconds: float) -> Path:
    """Sound that is interrupted for some seconds, as when packets of a call are lost."""
    write(path, sound=sound[:, None])
    whole = path.with_name(f"whole {path.name}")
    path.rename(whole)
    with av.open(str(whole)) as source, av.open(f"file:{path}", "w") as container:
        stream = container.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.pts is not None:
                if packet.pts * packet.time_base >= at:
                    late = round(seconds / packet.time_base)
                    packet.pts, packet.dts = packet.pts + late, packet.dts + late
                packet.stream = stream
                container.mux(packet)
    whole.unlink()
    return path


def with_later_times(
    path: Path, source: Path, seconds: dict[str, float], since: float = -math.inf
) -> Path:
    """A clip some of whose tracks, "video" or "audio", are stamped later from some time on."""
    with av.open(str(source)) as source_file, av.open(f"file:{path}", "w") as container:
        streams = [container.add_stream_from_template(one) for one in source_file.streams]
        for packet in source_file.demux():
            if packet.pts is None:
                continue
            if packet.dts * packet.time_base >= since:
                late = round(seconds.get(packet.stream.type, 0.0) / packet.time_base)
                packet.pts, packet.dts = packet.pts + late, packet.dts + late
            packet.stream = streams[packet.stream.index]
            container.mux(packet)
    return path


def of_two_sound_tracks(path: Path, pictures: list[np.ndarray], sounds: list[np.ndarray]) -> Path:
    """Pictures beside several sound tracks of int16 samples."""
    with av.open(f"file:{path}", "w") as container:
        height, width, _ = pictures[0].shape
        video = container.add_stream("libx264", rate=25, width=width, height=height)
        video.pix_fmt = "yuv420p"
        tracks = [container.add_stream("aac", rate=SAMPLE_RATE, layout="mono") for _ in sounds]
        for picture in pictures:
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode(None))
        for track, sound in zip(tracks, sounds, strict=True):
            resampler = av.AudioResampler(track.format, "mono", SAMPLE_RATE, frame_size=1024)
            whole = av.AudioFrame.from_ndarray(sound[None], format="s16", layout="mono")
            whole.rate = SAMPLE_RATE
            for frame in [*resampler.resample(whole), *resampler.resample(None)]:
                container.mux(track.encode(frame))
            container.mux(track.encode(None))
    return path


def cut_between_key_pictures(path: Path, source: Path, packets: int) -> Path:
    """Pictures whose first packets are gone, so that the first that can be decoded comes later."""
    pictures = pictures_of(source)[:40]
    whole = path.with_name(f"whole {path.name}")
    with av.open(str(whole), "w") as container:
        height, width, _ = pictures[0].shape
        options = {"g": "10", "bf": "0", "sc_threshold": "0"}
        stream = container.add_stream(
            "libx264", rate=25, width=width, height=height, options=options
        )
        stream.pix_fmt = "yuv420p"
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with av.open(str(whole)) as source_file, av.open(f"file:{path}", "w") as container:
        stream = container.add_stream_from_template(source_file.streams.video[0])
        for number, packet in enumerate(source_file.demux(video=0)):
            if packet.pts is not None and number >= packets:
                packet.stream = stream
                container.mux(packet)
    whole.unlink()
    return path
