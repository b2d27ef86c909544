"""What each system answered to each clip, packed to be carried by a page."""

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from emofold.evaluation.decisions import decide, decide_most_frequent
from emofold.scores import as_probabilities, score_columns

MOST_CARRIED = 1_000_000  # characters; Chromium shows no page above 2 MB within a report
HIGHEST = 10_000  # what stands for a confidence of one


@dataclass(frozen=True)
class Answers:
    """What a system answered to each clip.

    Attributes
    ----------
    system
        Its name.
    decided
        As of :func:`emofold.evaluation.decisions.decide`, in the order of the clips.
    scores
        Probabilities, shape (clips, emotions); None where only the answer is known.
    """

    system: str
    decided: pd.DataFrame
    scores: np.ndarray | None


def read_answers(
    system: str, folds: Sequence[pd.DataFrame], clips: pd.DataFrame, emotions: Sequence[str]
) -> Answers:
    """Return what a system answered to each clip in the fold that tests the clip.

    Parameters
    ----------
    system, folds, clips, emotions
        As of :func:`emofold.evaluation.decisions.decide`.
    """
    decided = decide(system, folds, clips, emotions)
    tested = pd.concat([table[table["split"] == "test"] for table in folds]).set_index("clip")
    scores = tested.loc[clips["clip"], score_columns(emotions)].to_numpy("float64")
    return Answers(system, decided, as_probabilities(scores, folds[0].attrs["scale"]))


def guess_answers(clips: pd.DataFrame, emotions: Sequence[str], protocol: str) -> Answers:
    """Return the answers of the baseline, which always guesses one emotion."""
    decided = decide_most_frequent(clips, emotions, protocol)
    return Answers(str(decided["system"].iloc[0]), decided, None)


def pack_answers(answers: Sequence[Answers], emotions: Sequence[str]) -> list[dict[str, Any]]:
    """Return what a page carries of answers, the best system first.

    Each clip has a byte for the answer and two for its confidence; where there is space, also a
    byte for the probability of each emotion, in whole percent.
    """
    packed = [_pack_answer(one, emotions) for one in answers]
    space = MOST_CARRIED - sum(len(one["predicted"]) + len(one["confidence"]) for one in packed)
    for one, held in zip(answers, packed, strict=True):
        if one.scores is not None and space > 0:
            scores = _pack(np.floor(100 * one.scores + 0.5).astype("uint8").tobytes())
            space -= len(scores)
            held["scores"] = scores if space >= 0 else None
    return packed


def _pack_answer(one: Answers, emotions: Sequence[str]) -> dict[str, Any]:
    predicted = pd.Categorical(one.decided["predicted"], list(emotions)).codes
    confidence = np.round(HIGHEST * one.decided["confidence"].to_numpy("float64"))
    return {
        "system": one.system,
        "predicted": _pack(predicted.astype("uint8").tobytes()),
        "confidence": _pack(confidence.astype("<u2").tobytes()),
        "scores": None,
    }


def pack_json(value: Any) -> str:
    """Return a value as JSON, deflated, in base64."""
    return _pack(json.dumps(value, allow_nan=False, separators=(",", ":")).encode())


def _pack(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 9)).decode("ascii")
