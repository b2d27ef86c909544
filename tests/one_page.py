"""A page about one video to try things on: a face that smiles more and more."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from emofold.face.schemas import ACTION_UNITS
from emofold.media.playable import Playable
from emofold.prediction.page.page_data import Timeline
from emofold.prediction.page.video_page import System, VideoPage, write_video_page

EMOTIONS = ["neutral", "happy", "sad"]
ANSWERS = {"speech+face": [0.1, 0.7, 0.2], "speech": [0.2, 0.2, 0.6], "face": [0.3, 0.6, 0.1]}
WINDOWS = [(0.0, 0.6), (0.6, 1.2), (1.2, 1.8)]
HAPPY = {"speech+face": [0.2, 0.9, 0.62], "speech": [0.1, 0.05, 0.3], "face": [0.4, 0.8, 0.55]}


def system(modality):
    start, end = np.array(WINDOWS).T
    happy = np.array(HAPPY[modality])
    sad = (1 - happy) * (0.9 if modality == "speech" else 0.3)
    scores = np.column_stack([1 - happy - sad, happy, sad])
    expected = "right in 6 of 10 clips, protocol nested"
    return System(modality, np.array(ANSWERS[modality]), Timeline(start, end, scores), expected)


def some_frames():
    """A face that smiles more and more, and that is lost for some frames."""
    timestamps = np.arange(45) / 25
    valid = np.ones(45, bool)
    valid[20:30] = False
    units = dict.fromkeys(ACTION_UNITS, np.nan)
    units |= {"AU12_r": timestamps, "AU14_r": 0.5, "AU04_r": 0.25}
    return pd.DataFrame({"timestamp": timestamps, "is_valid": valid, **units})


def some_page(**changes):
    frames = some_frames()
    seen = frames[frames["is_valid"]]
    weights = np.linspace(1, 3, 45)[frames["is_valid"]]
    attention = {"timestamp": seen["timestamp"], "weight": weights / weights.sum()}
    page = VideoPage(
        title="Ärger am Morgen.mp4",
        predicted_on=date(2026, 3, 9),
        duration=1.8,
        emotions=EMOTIONS,
        systems=[system(modality) for modality in ANSWERS],
        remarks=["For 0.4 s no face is seen."],
        frames=frames,
        attention=pd.DataFrame(attention),
        extractor="mediapipe",
        facts={"trained on": "1440 clips of 24 speakers", "speech": "Whisper base"},
        note="",
    )
    return replace(page, **changes)


def write_page(page, path, recording=None, media_type="video/mp4"):
    """Write a page with a recording that browsers play, or with none."""
    playable = Playable(recording, media_type, is_copy=False) if recording else None
    write_video_page(page, playable, "" if recording else "There is nothing to play.", path)
