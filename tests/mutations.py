"""Small media files of the common containers, and files that are broken in a thousand ways.

Run as a program in a process of its own, it tries everything that emofold does with media on each.
"""

import json
import re
import resource
import sys
import time
import traceback
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from emofold.corpora.segments import Segment
from emofold.errors import InputError
from emofold.media.audio import SAMPLE_RATE, decode_sound
from emofold.media.contents import read_contents
from emofold.media.playable import make_playable
from emofold.media.video import read_frame_near, read_frames, read_picture_start

ADDRESS_SPACE = 6 * 2**30  # so that a decoder that asks for more cannot take it from others
SEGMENT = Segment(0.1, 0.3)
HEADER = 600  # bytes, in which most of what a file says of itself stands
ODD = (0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF)
KINDS = {  # name of the file: codec of the pictures, codec of the sound
    "a.mp4": ("libx264", "aac"),
    "a.mov": ("mpeg4", "pcm_s16le"),
    "a.mkv": ("libx264", "pcm_f32le"),
    "a.webm": ("libvpx", "libopus"),
    "a.avi": ("mjpeg", "pcm_s16le"),
    "a.flv": ("flv", "libmp3lame"),
    "a.ts": ("mpeg2video", "mp2"),
    "a.mpg": ("mpeg1video", "mp2"),
    "a.3gp": ("h263", "aac"),
    "a.h264": ("libx264", None),
    "a.gif": ("gif", None),
    "a.wav": (None, "pcm_s16le"),
    "float.wav": (None, "pcm_f32le"),
    "a.flac": (None, "flac"),
    "a.mp3": (None, "libmp3lame"),
    "a.ogg": (None, "libopus"),
    "a.m4a": (None, "alac"),
    "a.aac": (None, "aac"),
    "a.aiff": (None, "pcm_s16be"),
    "a.caf": (None, "pcm_s24le"),
    "a.au": (None, "pcm_mulaw"),
    "a.w64": (None, "pcm_s32le"),
    "a.wma": (None, "wmav2"),
}


def write_files(folder: Path) -> list[Path]:
    """Write a small file of each kind."""
    return [_write(folder / name, *codecs) for name, codecs in KINDS.items()]


def _write(path: Path, video_codec: str | None, audio_codec: str | None) -> Path:
    rate = 48_000 if audio_codec == "libopus" else 44_100 if path.suffix == ".flv" else SAMPLE_RATE
    with av.open(f"file:{path}", "w") as container:
        video = audio = None
        if video_codec:
            video = container.add_stream(video_codec, rate=25, width=128, height=96)
            video.pix_fmt = {"gif": "rgb8", "mjpeg": "yuvj420p"}.get(video_codec, "yuv420p")
        if audio_codec:
            audio = container.add_stream(audio_codec, rate=rate, layout="mono")
            audio.bit_rate = 64_000
        for number in range(8 if video else 0):
            picture = np.full((96, 128, 3), 20 * number, np.uint8)
            picture[10 * number :, 20:60] = 200
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(video.encode(frame.reformat(format=video.pix_fmt)))
        if video:
            container.mux(video.encode(None))
        if audio:
            hum = 9000 * np.sin(np.arange(rate // 3) * 2 * np.pi * 220 / rate)
            whole = av.AudioFrame.from_ndarray(hum.astype(np.int16)[None], layout="mono")
            whole.rate = rate
            size = audio.codec_context.frame_size or 1024
            resampler = av.AudioResampler(audio.format, "mono", rate, frame_size=size)
            for frame in [*resampler.resample(whole), *resampler.resample(None)]:
                container.mux(audio.encode(frame))
            container.mux(audio.encode(None))
    return path


def mutate(content: bytes, draw: np.random.Generator) -> bytes:
    """Return a file that is broken in one way or in several."""
    broken = bytearray(content)
    for _ in range(draw.choice([1, 1, 2, 5, 20])):
        end = min(len(broken), HEADER) if draw.random() < 0.7 else len(broken)
        at = int(draw.integers(end)) if end else 0
        length = int(draw.choice([1, 2, 4, 8, 64, 1000]))
        way = draw.integers(7)
        if way == 0:
            broken[at : at + 1] = bytes([draw.choice(ODD)])
        elif way == 1:
            broken[at : at + length] = draw.bytes(min(length, len(broken) - at))
        elif way == 2:
            broken[at : at + length] = bytes(min(length, len(broken) - at))
        elif way == 3:  # a number of four bytes, of either order
            number = int(draw.choice([0, 1, 2**16, 2**31 - 1, 2**31, 2**32 - 1]))
            broken[at : at + 4] = number.to_bytes(4, draw.choice(["little", "big"]))
        elif way == 4:
            broken[at:at] = draw.bytes(length)
        elif way == 5:
            del broken[at : at + length]
        else:
            del broken[max(at, len(broken) // 8) :]
    return bytes(broken)


def write_mutations(files: list[Path], folder: Path, number: int, seed: int) -> Iterator[Path]:
    """Write a number of broken files, in turns of each kind, one at a time."""
    draw = np.random.default_rng(seed)
    for index in range(number):
        file = files[index % len(files)]
        path = folder / f"{index}{file.suffix}"
        path.write_bytes(mutate(file.read_bytes(), draw))
        yield path


def try_everything(path: Path, copy: Path) -> Iterator[tuple[str, str]]:
    """Yield what each thing that emofold does with media comes to: "done", "refused" or a trace."""
    tried = {
        "sound": lambda: decode_sound(path),
        "pictures": lambda: sum(picture.size for _, picture in read_frames(path)),
        "sound of a segment": lambda: decode_sound(path, segment=SEGMENT),
        "pictures of a segment": lambda: [*read_frames(path, segment=SEGMENT)],
        "contents": lambda: read_contents(path),
        "picture near": lambda: read_frame_near(path, 0.5),
        "picture start": lambda: read_picture_start(path),
        "playable": lambda: make_playable(path, copy),
        "playable segment": lambda: make_playable(path, copy, segment=SEGMENT),
    }
    for name, attempt in tried.items():
        try:
            attempt()
        except InputError:
            yield name, "refused"
        except Exception:
            yield name, traceback.format_exc()
        else:
            yield name, "done"


def main(folder: Path, number: int, seed: int) -> None:
    """Try everything on broken files; say of each, on a line, what came of it."""
    _limit_address_space()
    files = write_files(folder)
    for path in write_mutations(files, folder, number, seed):
        print(json.dumps({"begun": path.name}), flush=True)
        begun = time.monotonic()
        outcomes = dict(try_everything(path, folder / "copy.mp4"))
        said = {
            "file": path.name,
            "outcomes": outcomes,
            "seconds": time.monotonic() - begun,
            "memory": _measure_memory(),
        }
        print(json.dumps(said), flush=True)
        path.unlink()


def _measure_memory() -> int:
    """Return how many bytes this program has taken at most; what its parent took does not count."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(re.search(r"VmHWM:\s*(\d+)", status)[1])


def _limit_address_space() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    allowed = ADDRESS_SPACE if most == resource.RLIM_INFINITY else min(ADDRESS_SPACE, most)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, most))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
