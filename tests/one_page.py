"""A page about one video to try things on: a face that smiles more and more."""

from dataclasses import replace

import numpy as np
import pandas as pd

from emofold.face.schemas import ACTION_UNITS
from emofold.prediction.page_data import Timeline
from emofold.prediction.video_page import System, VideoPage

EMOTIONS = ["neutral", "happy", "sad"]
ANSWERS = {"fusion": [0.1, 0.7, 0.2], "speech": [0.2, 0.2, 0.6], "face": [0.3, 0.6, 0.1]}
WINDOWS = [(0.0, 0.6), (0.6, 1.2), (1.2, 1.8)]
HAPPY = {"fusion": [0.2, 0.9, 0.62], "speech": [0.1, 0.05, 0.3], "face": [0.4, 0.8, 0.55]}


def system(stage):
    start, end = np.array(WINDOWS).T
    happy = np.array(HAPPY[stage])
    sad = (1 - happy) * (0.9 if stage == "speech" else 0.3)
    probabilities = np.column_stack([1 - happy - sad, happy, sad])
    expected = f"right in {len(stage)} of 10 clips, protocol nested"
    return System(stage, np.array(ANSWERS[stage]), Timeline(start, end, probabilities), expected)


def some_frames():
    """A face that smiles more and more, and that is lost for some frames."""
    timestamps = np.arange(45) / 25
    counts = np.ones(45, bool)
    counts[20:30] = False
    units = dict.fromkeys(ACTION_UNITS, np.nan)
    units |= {"AU12_r": timestamps, "AU14_r": 0.5, "AU04_r": 0.25}
    row = {"frame": range(45), "timestamp": timestamps, "confidence": counts.astype(float)}
    return pd.DataFrame({**row, "success": counts.astype(int), **units}), counts


def some_page(**changes):
    frames, counts = some_frames()
    weights = np.linspace(1, 3, 45)[counts]
    attention = {"timestamp": frames["timestamp"][counts], "weight": weights / weights.sum()}
    page = VideoPage(
        **{"title": "Ärger am Morgen.mp4", "seconds": 1.8, "emotions": EMOTIONS},
        systems=[system(stage) for stage in ANSWERS],
        remarks=["For 0.4 s no face is seen."],
        **{"frames": frames, "counts": counts, "attention": pd.DataFrame(attention)},
        extractor="mediapipe",
        facts={"trained on": "1440 clips of 24 speakers", "speech": "Whisper base"},
        note="",
    )
    return replace(page, **changes)
