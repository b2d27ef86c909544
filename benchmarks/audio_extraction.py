"""Time the sound of videos through emofold against one ffmpeg process per clip.

Run ``python benchmarks/audio_extraction.py`` with ffmpeg on the path. Both sides decode the same
files to 16 kHz mono 16-bit wavs, one file after another, and the samples are compared. Without
``--media`` talking-head-like mp4s are made first: H.264 pictures, AAC stereo sound at 48 kHz.
"""

import argparse
import shutil
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter

import av
import numpy as np

from emofold.media.audio import decode_audio, read_wav, write_wav

PICTURES_A_SECOND = 30
SOUND_RATE = 48_000
MOST_STEPS_APART = (
    6  # of 32768; ffmpeg 5.1 rounds by up to 5 at 96 kHz, where emofold stays below 1
)


def made_video(path: Path, seconds: float, seed: int) -> Path:
    """Write an mp4 with moving noise and a voice-like sound."""
    rng = np.random.default_rng(seed)
    with av.open(f"file:{path}", "w") as container:
        size = {"width": 640, "height": 360, "pix_fmt": "yuv420p"}
        pictures = container.add_stream("libx264", rate=PICTURES_A_SECOND, **size)
        pictures.codec_context.options = {"preset": "ultrafast"}
        sound = container.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        blocks = rng.integers(0, 255, (9, 16, 3), np.uint8)
        for number in range(round(seconds * PICTURES_A_SECOND)):
            picture = np.roll(blocks, number, axis=1).repeat(40, axis=0).repeat(40, axis=1)
            container.mux(pictures.encode(av.VideoFrame.from_ndarray(picture)))
        container.mux(pictures.encode(None))
        times = np.arange(round(seconds * SOUND_RATE)) / SOUND_RATE
        voice = sum(np.sin(2 * np.pi * 140 * k * times) / k for k in range(1, 20))
        swell = np.sin(2 * np.pi * 2 * times) ** 2
        both = [0.2 * swell * voice + 0.002 * rng.normal(size=times.size) for _ in range(2)]
        fifo = av.AudioFifo()
        frame = av.AudioFrame.from_ndarray(np.float32(both), format="fltp", layout="stereo")
        frame.rate = SOUND_RATE
        fifo.write(frame)
        while piece := fifo.read(1024, partial=True):
            container.mux(sound.encode(piece))
        container.mux(sound.encode(None))
    return path


def by_emofold(media: Path, wav: Path) -> None:
    """Decode in this process."""
    write_wav(decode_audio(media), wav)


def by_ffmpeg(media: Path, wav: Path) -> None:
    """Start ffmpeg for this clip."""
    command = ["ffmpeg", "-v", "error", "-y", "-i", f"file:{media}"]
    subprocess.run([*command, "-vn", "-ac", "1", "-ar", "16000", f"file:{wav}"], check=True)


def steps_apart(first: Path, second: Path) -> tuple[int, int]:
    """Return by how many samples two wavs differ in length, and by how many steps at most."""
    a, b = (read_wav(path).astype(int) for path in (first, second))
    common = min(a.size, b.size)
    return abs(a.size - b.size), int(np.abs(a[:common] - b[:common]).max())


def main() -> None:
    """Time both sides and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--media", type=Path, help="a folder of audio or video files")
    parser.add_argument("--clips", type=int, default=60, help="at most so many clips")
    options = parser.parse_args()
    if shutil.which("ffmpeg") is None:
        raise SystemExit("no program ffmpeg to compare with: install it")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if options.media:
            media = sorted(path for path in options.media.iterdir() if path.is_file())
            media = media[: options.clips]
        else:
            media = [
                made_video(folder / f"{number:03d}.mp4", 3 + number % 5 / 3, number)
                for number in range(options.clips)
            ]
        took = {}
        for name, extract in (("emofold", by_emofold), ("ffmpeg", by_ffmpeg)):
            (folder / name).mkdir()
            extract(media[0], folder / name / "warm up.wav")
            began = perf_counter()
            for path in media:
                extract(path, folder / name / f"{path.stem}.wav")
            took[name] = perf_counter() - began
        apart = [
            steps_apart(*(folder / name / f"{path.stem}.wav" for name in took)) for path in media
        ]
    longest, largest = (max(column) for column in zip(*apart, strict=True))
    print(f"{len(media)} clips, one after another")
    for name, seconds in took.items():
        print(f"  {name:8} {seconds:7.2f} s  {1000 * seconds / len(media):6.1f} ms a clip")
    print(f"  emofold is {took['ffmpeg'] / took['emofold']:.1f} times as fast")
    print(f"  samples differ by at most {largest} of 32768 steps, lengths by {longest}")
    assert largest <= MOST_STEPS_APART, f"more than {MOST_STEPS_APART} steps apart"
    assert longest == 0, "wavs of unequal length"


if __name__ == "__main__":
    main()
