"""What is known of each clip's recording: how long, how loud, how often sampled, with a face."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from emofold.evaluation.schemas import FACE_SHARE
from emofold.face.frames import frame_edges, is_valid

COUNTED = ("clip", "corpus", "speaker", "emotion")
NUMBERS = ("duration", "sample_rate", "frame_rate", "level", "peak", "clipped")
MEASURED = (*NUMBERS, "wav_digest")


@dataclass(frozen=True)
class FacesOfClip:
    """What the frames of a clip say.

    Attributes
    ----------
    duration
        How long the pictures last, in seconds.
    share
        The share of its frames that are valid: that show a face well enough to count.
    """

    duration: float
    share: float


def summarise_faces(frames: pd.DataFrame, min_confidence: float) -> dict[str, FacesOfClip]:
    """Return what the frames of some clips say, by clip.

    Parameters
    ----------
    frames
        The columns ``clip``, ``timestamp``, ``confidence`` and ``success``.
    min_confidence
        As of :func:`emofold.face.frames.is_valid`.
    """
    with_validity = frames[["clip", "timestamp"]].assign(valid=is_valid(frames, min_confidence))
    in_order = with_validity.sort_values(["clip", "timestamp"], kind="stable")
    summaries = {}
    for clip, of_clip in in_order.groupby("clip", sort=False):
        start, *_, end = frame_edges(of_clip)
        summaries[str(clip)] = FacesOfClip(float(end - start), float(of_clip["valid"].mean()))
    return summaries


def tabulate_facts(
    clips: pd.DataFrame,
    corpus: str,
    sounds: Mapping[str, Mapping[str, object]],
    faces: Mapping[str, Mapping[str, FacesOfClip]],
    rates: Mapping[str, Mapping[str, float | None]],
) -> pd.DataFrame:
    """Return one row per clip.

    Parameters
    ----------
    clips
        The table of clips; where it has no column ``corpus``, all are of the one named next.
    corpus
        The corpus of the run.
    sounds
        By clip: ``duration``, ``wav_digest``, ``level``, ``peak`` and ``clipped``.
    faces
        By extractor and clip.
    rates
        By clip: ``sample_rate`` and ``frame_rate``.

    Returns
    -------
    pandas.DataFrame
        The columns of the table of facts. What a run does not look at is empty: the rate of a
        sound that is not heard too. A clip lasts as long as its sound, or else as its pictures.
    """
    facts = clips.reindex(columns=list(COUNTED)).reset_index(drop=True)
    facts["corpus"] = facts["corpus"].astype("str").where(facts["corpus"].notna(), corpus)
    heard = pd.DataFrame.from_dict({**sounds}, orient="index")
    sampled = pd.DataFrame.from_dict({**rates}, orient="index")
    measured = pd.concat([heard, sampled], axis=1).reindex(columns=list(MEASURED))
    facts = facts.join(measured, on="clip").astype(dict.fromkeys(NUMBERS, "float64"))
    facts["sample_rate"] = facts["sample_rate"].astype("Int64")
    for extractor, of_clips in faces.items():
        seen = facts["clip"].map(of_clips)
        facts[f"{FACE_SHARE}{extractor}"] = _numbers(seen, "share")
        facts["duration"] = facts["duration"].fillna(_numbers(seen, "duration"))
    facts["sample_rate"] = facts["sample_rate"].where(facts["level"].notna())
    is_seen = facts[face_columns(facts)].notna().any(axis="columns")
    facts["frame_rate"] = facts["frame_rate"].where(is_seen)
    return facts


def face_columns(facts: pd.DataFrame) -> list[str]:
    """Return the columns that hold the share of valid frames, one for each extractor."""
    return [str(name) for name in facts if str(name).startswith(FACE_SHARE)]


def _numbers(seen: pd.Series, name: str) -> pd.Series:
    return pd.Series([getattr(one, name, np.nan) for one in seen], seen.index, dtype="float64")
