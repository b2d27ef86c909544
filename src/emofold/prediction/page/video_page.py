"""One page about one video: what is predicted, the player, and what is behind the prediction.

The page is one file that needs no other and no network: the recording, the numbers and the script
are in it. Times are those of the player; see :mod:`emofold.prediction.faces`.
"""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from emofold import __version__
from emofold.media.playable import Playable
from emofold.models.attention import describe_if_even
from emofold.prediction.page.page_data import (
    Timeline,
    summarise_attention,
    summarise_timeline,
    summarise_units,
)
from emofold.prediction.page.units_in_words import describe_units
from emofold.report.emotion_colours import style_emotions
from emofold.report.templates import read_asset, write_page

ASSETS = resources.files("emofold.prediction.page")
SHARED_SCRIPT, SHARED_STYLE = "tables.js", "base.css"  # of the pages of the report
SCRIPTS = ("segments.js", "kept.js", "video_page.js")
LABELS = {"speech+face": "voice and face", "speech": "voice alone", "face": "face alone"}
SHOWS_BY = {"speech": "sounds", "face": "moves their face"}
OTHER_CONDITIONS = {"speech": "languages and microphones", "face": "cameras and light"}
NOT_LEARNED = "Not at all, since it has learned from nothing like this"
NOT_TESTED = (
    "The percentages are lowered for that. How many of such answers are wrong is not known: the "
    "model was tested on recordings like those that it learned from."
)
SURENESS = ((0.9, "Quite"), (0.7, "Fairly"), (0.5, "Not very"), (0.0, "Hardly"))


@dataclass(frozen=True)
class System:
    """What one system says of the video.

    Attributes
    ----------
    modality
        ``speech``, ``face`` or ``speech+face``.
    scores
        Calibrated probabilities of the whole recording, shape (emotions,).
    timeline
        Of its windows; None for a recording that is too short for windows.
    expected
        How well it did in tests, as what follows "In tests: ".
    is_new
        Whether the recording is unlike what it learned from.
    """

    modality: str
    scores: np.ndarray
    timeline: Timeline | None
    expected: str
    is_new: bool = False


@dataclass(frozen=True)
class VideoPage:
    """All that a page tells of one video.

    Attributes
    ----------
    title
        The name of the file.
    predicted_on
        The day on which the answer was found.
    duration
        How many seconds the recording lasts.
    emotions
        The emotions, in order.
    systems
        What each system says. The one that answers comes first.
    remarks
        What must be known to read this answer, in sentences.
    frames
        The Action Units by frame, and ``is_valid``; None where no picture was looked at.
    attention
        The ``timestamp`` and ``weight`` of the frames that a bi-LSTM attends to.
    extractor
        What the Action Units were read by, such as ``mediapipe``.
    facts
        What the model is, by name. The fact ``trained on`` is also told in sentences.
    note
        What must be said wherever numbers appear; may be empty.
    """

    title: str
    predicted_on: date
    duration: float
    emotions: Sequence[str]
    systems: Sequence[System]
    remarks: list[str]
    frames: pd.DataFrame | None
    attention: pd.DataFrame | None
    extractor: str
    facts: Mapping[str, str]
    note: str


def write_video_page(
    page: VideoPage, playable: Playable | None, why_no_player: str, path: Path
) -> None:
    """Write a page about a video as one html file.

    Parameters
    ----------
    page
        What the page tells.
    playable
        What to play, whose bytes are put into the page.
    why_no_player
        What is said where there is nothing to play.
    path
        The page to write.
    """
    write_page(path, "video_page.html", ASSETS, **_fill_template(page, playable, why_no_player))


def format_percent(share: float) -> str:
    """Return a share in percent that claims neither certainty nor impossibility.

    Examples
    --------
    >>> format_percent(0.625), format_percent(0.9996), format_percent(0.0004)
    ('63 %', '>99 %', '<1 %')
    """
    if share > 0.99:
        return ">99 %"
    return "<1 %" if share < 0.01 else f"{math.floor(100 * round(share, 4) + 0.5)} %"


def _fill_template(
    page: VideoPage, playable: Playable | None, why_no_player: str
) -> dict[str, Any]:
    timelines = [
        one.timeline and summarise_timeline(one.timeline, page.duration) for one in page.systems
    ]
    units = None if page.frames is None else summarise_units(page.frames)
    attention = None if page.attention is None else summarise_attention(page.attention)
    even = "" if page.attention is None else describe_if_even(page.attention["weight"])
    systems = [
        {
            "modality": system.modality,
            "label": LABELS.get(system.modality, system.modality).removesuffix(
                "" if len(page.systems) > 1 else " alone"
            ),
            "answer": _rank(system.scores, page.emotions)[0],
            "expected": system.expected.rstrip("."),
        }
        for system in page.systems
    ]
    return {
        "title": page.title,
        "predicted_on": page.predicted_on,
        "note": page.note,
        "remarks": page.remarks,
        "facts": page.facts,
        "duration": round(page.duration, 1),
        "emotions": page.emotions,
        "verdict": _phrase_verdict(page.systems[0], page.emotions),
        "is_new": page.systems[0].is_new,
        "systems": systems,
        **_phrase_modalities(page.systems),
        "trained_on": page.facts.get("trained on", "recordings of other people"),
        "has_timeline": any(timelines),
        "has_attention": attention is not None,
        "even_attention": even,
        **describe_units(units, page.extractor),
        "player": _embed(playable),
        "why_no_player": why_no_player,
        "version": __version__,
        "style": read_asset(SHARED_STYLE)
        + style_emotions(page.emotions)
        + read_asset("video_page.css", ASSETS),
        "script": read_asset(SHARED_SCRIPT) + "".join(read_asset(name, ASSETS) for name in SCRIPTS),
        "data": {
            "about": {
                "recording": page.title,
                "duration": page.duration,
                "predicted_on": page.predicted_on.isoformat(),
                "emofold": __version__,
                "model": dict(page.facts),
                "note": page.note,
                "remarks": page.remarks,
                "is_new": page.systems[0].is_new,
            },
            "duration": page.duration,
            "emotions": list(page.emotions),
            "systems": [
                {
                    **shown,
                    "scores": [round(float(share), 4) for share in system.scores],
                    "timeline": timeline,
                }
                for shown, system, timeline in zip(systems, page.systems, timelines, strict=True)
            ],
            "units": units,
            "attention": attention,
        },
    }


def _rank(scores: np.ndarray, emotions: Sequence[str]) -> list[str]:
    order = np.argsort(-scores, kind="stable")
    return [f"{emotions[index]} {format_percent(float(scores[index]))}" for index in order]


def _phrase_modalities(systems: Sequence[System]) -> dict[str, str]:
    """Return what the systems go by, and what can be otherwise elsewhere."""
    judged = {modality for system in systems for modality in system.modality.split("+")}
    shows_by, others = (
        [phrase for modality, phrase in phrases.items() if modality in judged]
        for phrases in (SHOWS_BY, OTHER_CONDITIONS)
    )
    return {"shows_by": " and ".join(shows_by), "other_conditions": ", ".join(others)}


def _phrase_verdict(system: System, emotions: Sequence[str]) -> dict[str, str]:
    scores = system.scores
    best = int(np.argmax(scores))
    share = float(scores[best])
    wrong = round(10 * (1 - share))
    of_ten = {0: "Fewer than 1 of 10 answers", 1: "About 1 of 10 answers"}
    sureness = next(words for least, words in SURENESS if share >= least)
    frequency = (
        f"{of_ten.get(wrong, f'About {wrong} of 10 answers')} with this percentage "
        f"{'is' if wrong < 2 else 'are'} wrong on recordings like those that the model was tested "
        "on, and more on others."
    )
    return {
        "emotion": emotions[best],
        "share": format_percent(share),
        "runner_up": "".join(_rank(scores, emotions)[1:2]),
        "sureness": NOT_LEARNED if system.is_new else sureness,
        "frequency": NOT_TESTED if system.is_new else frequency,
    }


def _embed(playable: Playable | None) -> dict[str, Any] | None:
    if playable is None:
        return None
    return {
        "has_pictures": playable.media_type.startswith("video/"),
        "media_type": playable.media_type,
        "is_copy": playable.is_copy,
        "base64": base64.b64encode(playable.path.read_bytes()).decode("ascii"),
    }
