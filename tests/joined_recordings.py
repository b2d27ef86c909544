"""Utterances in files of their own, and all of them joined to one recording, without losses."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

FRAME_RATE, RATE = 25, 44_100
LOSSLESS = {"qp": "0", "preset": "ultrafast", "x264-params": "keyint=30:bframes=2:scenecut=0"}
WITHOUT_ORDER = LOSSLESS | {"x264-params": "keyint=30:bframes=0:scenecut=0"}  # as avi needs it


def make_utterances(number: int, seed: int = 0) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the pictures and the sound of utterances of 8 to 20 pictures, none like another."""
    rng = np.random.default_rng(seed)
    made = []
    for frames in rng.integers(8, 20, number):
        coarse = rng.integers(0, 256, (frames, 6, 8, 3), dtype=np.uint8)
        pictures = coarse.repeat(8, axis=1).repeat(8, axis=2)
        samples = frames * RATE // FRAME_RATE
        tone = np.sin(np.arange(samples) * rng.uniform(0.01, 0.2))
        made.append((pictures, (8000 * tone + rng.normal(0, 500, samples)).astype(np.int16)))
    return made


def write(path: Path, utterances: list[tuple[np.ndarray, np.ndarray]], codec: str) -> Path:
    """Write utterances one after another; a file without a picture track where it is a sound's."""
    pictures = np.concatenate([pictures for pictures, _ in utterances])
    sound = np.concatenate([sound for _, sound in utterances])
    with av.open(f"file:{path}", "w") as container:
        audio = container.add_stream(codec, rate=RATE, layout="mono")
        video = None
        if path.suffix not in (".wav", ".flac"):
            options = WITHOUT_ORDER if path.suffix == ".avi" else LOSSLESS
            video = container.add_stream("libx264", rate=FRAME_RATE, options=options)
            video.height, video.width = pictures.shape[1:3]
            video.pix_fmt, video.codec_context.time_base = "yuv444p", Fraction(1, FRAME_RATE)
        for number, picture in enumerate(pictures if video else ()):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv444p")
            frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
            container.mux(video.encode(frame))
        if video:
            container.mux(video.encode(None))
        resampler = av.AudioResampler("s16", "mono", RATE, frame_size=1024)
        whole = av.AudioFrame.from_ndarray(sound[None], format="s16", layout="mono")
        whole.rate = RATE
        for frame in [*resampler.resample(whole), *resampler.resample(None)]:
            container.mux(audio.encode(frame))
        container.mux(audio.encode(None))
    return path


def bounds_of(utterances: list[tuple[np.ndarray, np.ndarray]]) -> list[tuple[float, float]]:
    """Return from when to when each utterance lasts when all are joined."""
    edges = np.cumsum([0, *(len(pictures) for pictures, _ in utterances)]) / FRAME_RATE
    return [*zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)]
