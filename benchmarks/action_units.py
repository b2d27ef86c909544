"""How many frames a second the Action Unit extractors read, on one core and on two.

``python benchmarks/action_units.py face_landmarker.task video…`` reads the videos in one process,
then in two at once, each kept to one core where the system allows it (Linux).
"""

import argparse
import multiprocessing
import os
import time
from collections.abc import Sequence
from pathlib import Path

from emofold.face.extraction import make_frame_reader
from emofold.media.containers import MAX_DURATION


def frames_a_second(core: int, model: Path, videos: Sequence[Path]) -> float:
    """Return how fast one process reads the videos, the start of the extractor left out."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[core]})
    read = make_frame_reader({"kind": "mediapipe"}, model, MAX_DURATION)
    start = time.perf_counter()
    frames = sum(len(read(video, None)) for video in videos)
    return frames / (time.perf_counter() - start)


def main() -> None:
    """Print the frames a second of one process and of two together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="the file face_landmarker.task")
    parser.add_argument("videos", type=Path, nargs="+")
    given = parser.parse_args()
    for cores in (1, 2):
        work = [(core, given.model, given.videos) for core in range(cores)]
        with multiprocessing.get_context("spawn").Pool(cores) as pool:
            speed = sum(pool.starmap(frames_a_second, work))
        print(f"mediapipe on {cores} core(s): {speed:.0f} frames a second")


if __name__ == "__main__":
    main()
