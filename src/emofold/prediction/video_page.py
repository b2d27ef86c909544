"""One page about one video: what is predicted, the player, and what is behind the prediction.

The page is one file that needs no other and no network: the recording, the numbers and the script
are in it. Times are those of the player; see :mod:`emofold.prediction.reading`.
"""

import base64
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, StrictUndefined

from emofold import __version__
from emofold.face.blendshapes import UNRELIABLE, WEAK
from emofold.files import atomic_write
from emofold.media.playable import as_playable
from emofold.prediction.page_data import Timeline, attention_data, timeline_data, units_data
from emofold.report.figures.action_units import AU_NAMES, FACE_FROM_TOP_TO_CHIN

SCRIPTS = ("stretches.js", "table.js", "video_page.js")
ASSETS = resources.files("emofold.prediction") / "page"
HUES = 10  # colours of emotions in the style sheet; an eleventh emotion gets the first again
LABELS = {"speech+face": "voice and face", "speech": "voice alone", "face": "face alone"}
REGIONS = ("Brows", "Eyes and cheeks", "Nose and mouth", "Chin and jaw")
MEASURED_BY = {
    "mediapipe": "Read from the picture by MediaPipe: stand-ins (proxies) for the Action Units "
    "(AU) that trained observers score.",
    "openface": "Action Units (AU), measured by OpenFace.",
}
DOUBTFUL = "Those marked weak or unreliable agree little with other measurements."
SURENESS = ((0.9, "Quite"), (0.7, "Fairly"), (0.5, "Not very"), (0.0, "Hardly"))


@dataclass(frozen=True)
class System:
    """What one system says of the video.

    Attributes
    ----------
    modality
        ``fusion``, ``speech`` or ``face``.
    probabilities
        Of the whole recording, calibrated, shape (emotions,).
    timeline
        Of its windows; None for a recording that is too short for windows.
    expected
        How well it did in tests, as what follows "In tests: ".
    """

    modality: str
    probabilities: np.ndarray
    timeline: Timeline | None
    expected: str


@dataclass(frozen=True)
class VideoPage:
    """All that a page tells of one video.

    Attributes
    ----------
    title
        The name of the file.
    seconds
        How long the recording is.
    emotions
        The emotions, in order.
    systems
        What each system says. The one that answers comes first.
    remarks
        What must be known to read this answer, in sentences.
    frames
        The Action Units by frame, as in the table of frames; None where no picture was looked at.
    counts
        Which of these frames show a face well enough, bool.
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
    seconds: float
    emotions: Sequence[str]
    systems: Sequence[System]
    remarks: Sequence[str]
    frames: pd.DataFrame | None
    counts: np.ndarray | None
    attention: pd.DataFrame | None
    extractor: str
    facts: Mapping[str, str]
    note: str


def write_video_page(page: VideoPage, media: Path | None, path: Path) -> None:
    """Write a page about a video as one html file.

    Parameters
    ----------
    page
        What the page tells.
    media
        The recording to play, which is put into the page, as it is or as a reduced copy.
    path
        The page to write.

    Raises
    ------
    InputError
        When the recording cannot be decoded.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.policies["json.dumps_kwargs"] = {"allow_nan": False, "separators": (",", ":")}
    template = environment.from_string(_asset("video_page.html"))
    with atomic_write(path) as partial:
        partial.write_text(template.render(_context(page, media)), encoding="utf-8")


def percent(share: float) -> str:
    """Return a share in percent that claims neither certainty nor impossibility.

    Examples
    --------
    >>> percent(0.625), percent(0.9996), percent(0.0004)
    ('63 %', '>99 %', '<1 %')
    """
    if share > 0.99:
        return ">99 %"
    return "<1 %" if share < 0.01 else f"{math.floor(100 * round(share, 4) + 0.5)} %"


def _context(page: VideoPage, media: Path | None) -> dict[str, Any]:
    timelines = [one.timeline and timeline_data(one.timeline, page.seconds) for one in page.systems]
    units = None
    if page.frames is not None and page.counts is not None:
        units = units_data(page.frames, page.counts)
    attention = None if page.attention is None else attention_data(page.attention)
    systems = [
        {
            "label": LABELS.get(system.modality, system.modality),
            "answer": _ranked(system.probabilities, page.emotions)[0],
            "expected": system.expected.rstrip("."),
        }
        for system in page.systems
    ]
    return {
        "title": page.title,
        "note": page.note,
        "remarks": page.remarks,
        "facts": page.facts,
        "seconds": round(page.seconds, 1),
        "emotions": page.emotions,
        "hues": HUES,
        "verdict": _verdict(page.systems[0].probabilities, page.emotions),
        "systems": systems,
        "trained_on": page.facts.get("trained on", "recordings of other people"),
        "has_timeline": any(timelines),
        "has_attention": attention is not None,
        **_words_on_units(units, page.extractor),
        **_player(media),
        "version": __version__,
        "style": _asset("video_page.css"),
        "script": "".join(map(_asset, SCRIPTS)),
        "data": {
            "seconds": page.seconds,
            "emotions": list(page.emotions),
            "hues": HUES,
            "systems": [
                {
                    **shown,
                    "probabilities": [round(float(share), 4) for share in system.probabilities],
                    "timeline": timeline,
                }
                for shown, system, timeline in zip(systems, page.systems, timelines, strict=True)
            ],
            "units": units,
            "attention": attention,
        },
    }


def _ranked(probabilities: np.ndarray, emotions: Sequence[str]) -> list[str]:
    order = np.argsort(-probabilities, kind="stable")
    return [f"{emotions[place]} {percent(float(probabilities[place]))}" for place in order]


def _verdict(probabilities: np.ndarray, emotions: Sequence[str]) -> dict[str, str]:
    best = int(np.argmax(probabilities))
    share = float(probabilities[best])
    wrong = round(10 * (1 - share))
    of_ten = {0: "Fewer than 1 of 10 answers", 1: "About 1 of 10 answers"}
    return {
        "emotion": emotions[best],
        "share": percent(share),
        "runner_up": "".join(_ranked(probabilities, emotions)[1:2]),
        "sureness": next(words for least, words in SURENESS if share >= least),
        "frequency": f"{of_ten.get(wrong, f'About {wrong} of 10 answers')} with this percentage "
        f"{'is' if wrong < 2 else 'are'} wrong on recordings like those that the model was tested "
        "on, and more on others.",
    }


def _words_on_units(units: Mapping[str, Any] | None, extractor: str) -> dict[str, Any]:
    marks: dict[str, str] = {}
    if extractor == "mediapipe":
        marks = {**dict.fromkeys(WEAK, "weak"), **dict.fromkeys(UNRELIABLE, "unreliable")}
    means: Mapping[str, float] = units["means"] if units else {}
    regions = {
        region: [
            {
                "code": unit,
                "name": AU_NAMES[unit],
                "mark": marks.get(f"{unit}_r", ""),
                "mean": f"{means[unit]:.1f}",
            }
            for unit in codes
            if unit in means
        ]
        for region, codes in zip(REGIONS, FACE_FROM_TOP_TO_CHIN, strict=True)
    }
    seconds = units["bin"] if units else 0.0
    return {
        "regions": {region: rows for region, rows in regions.items() if rows},
        "measured_by": MEASURED_BY.get(extractor, f"Action Units (AU), read by {extractor}."),
        "marks": DOUBTFUL if marks else "",
        "peaks": f"; of each {seconds:.1f} s, the highest value is drawn" if seconds else "",
        "has_gaps": units is not None and any(units["is_gap"]),
    }


def _player(media: Path | None) -> dict[str, Any]:
    playable = None if media is None else as_playable(media)
    if playable is None:
        why = (
            "This page was made without the recording."
            if media is None
            else "The recording is too long to be put into this page."
        )
        return {"player": None, "why_no_player": why}
    player = {
        "has_pictures": playable.media_type.startswith("video/"),
        "media_type": playable.media_type,
        "is_copy": playable.is_copy,
        "base64": base64.b64encode(playable.data).decode("ascii"),
    }
    return {"player": player, "why_no_player": ""}


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
