"""The clips of the demo corpus: each one acted, spoken, drawn and written by itself."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import torch
from numpy.typing import NDArray

from emofold.corpora.ravdess import describe_clip
from emofold.demo.acting import perform
from emofold.demo.cast import CAST
from emofold.demo.face import FRAME_SIDE, draw
from emofold.demo.movement import move
from emofold.demo.phonemes import STATEMENTS
from emofold.demo.voice import RATE, speak
from emofold.errors import InputError
from emofold.files import atomic_write

FRAMES_PER_SECOND = 20
X264_OPTIONS = {"preset": "superfast", "crf": "21", "threads": "1"}
AUDIO_BITS_PER_SECOND = 96_000


def make_clip(name: str, seed: int, path: Path) -> None:
    """Make one clip of the demo corpus.

    The same name and seed give the same file, whichever other clips are made, and where.

    Parameters
    ----------
    name
        A RAVDESS name, see :func:`emofold.corpora.demo.list_demo_names`.
    seed
        The seed of the corpus.
    path
        The mp4 file to write: H.264 and AAC.

    Raises
    ------
    InputError
        When the name is not a RAVDESS name, or the speaker is not in the cast.
    """
    described = describe_clip(name)
    number = int(described["speaker"])
    if number > len(CAST):
        raise InputError(
            f"speaker {number} in the clip name {name}",
            f"a speaker from 1 to {len(CAST)}, the cast of the demo corpus",
            "make clips of fewer speakers",
        )
    speaker = CAST[number - 1]
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    performance = perform(str(described["emotion"]), rng)
    utterance = speak(
        STATEMENTS[str(described["statement"])], speaker.voice, performance.prosody, rng
    )
    motion = move(performance.expression, utterance.opening, FRAMES_PER_SECOND, rng)
    with atomic_write(path) as partial, _one_thread():
        _write(partial, draw(speaker.looks, motion, rng), utterance.samples)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Draw on one core: frames are so small that sharing them out costs more than it saves."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _write(path: Path, frames: Iterator[NDArray[np.uint8]], samples: NDArray[np.float32]) -> None:
    with av.open(f"file:{path}", "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=FRAMES_PER_SECOND, options=X264_OPTIONS)
        video.width = video.height = FRAME_SIDE
        video.pix_fmt = "yuv420p"
        audio = container.add_stream("aac", rate=RATE, layout="mono")
        audio.bit_rate = AUDIO_BITS_PER_SECOND
        for pixels in frames:
            container.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(video.encode())
        sound = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
        sound.sample_rate = RATE
        container.mux(audio.encode(sound))
        container.mux(audio.encode())
