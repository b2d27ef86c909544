"""How a bundle does on another corpus: over the emotions that both know, and beyond them.

All functions take the rows of :func:`emofold.evaluation.schemas.judged_schema`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from emofold.evaluation.calibration import calibration_bins, expected_calibration_errors
from emofold.evaluation.metrics import fold_metrics, speaker_bootstrap
from emofold.evaluation.schemas import ALL, ANSWER, SHARED
from emofold.models.schemas import DESCRIPTION
from emofold.scores import score_columns

FEWEST_EMOTIONS = 2  # to choose among
FEWEST_SPEAKERS = 2  # to draw from
HERE = "here"


def choose_among(rows: pd.DataFrame, emotions: Sequence[str]) -> pd.DataFrame:
    """Return rows with what would be predicted if these emotions were all that there are.

    Examples
    --------
    >>> rows = pd.DataFrame({"score_calm": [0.2], "score_happy": [0.3], "score_sad": [0.5]})
    >>> choose_among(rows, ["calm", "happy"])[["predicted", "confidence"]].values.tolist()
    [['happy', 0.6]]
    """
    scores = rows[score_columns(emotions)].to_numpy("float64")
    best = scores.argmax(axis=1)
    return rows.assign(
        predicted=np.asarray(emotions, dtype=object)[best],
        confidence=scores[np.arange(len(rows)), best] / scores.sum(axis=1),
    )


def measure(
    judged: pd.DataFrame, emotions: Sequence[str], *, confidence: float, draws: int, seed: int
) -> pd.DataFrame:
    """Return the metrics over the clips of known emotions.

    Parameters
    ----------
    judged
        What was said of the clips.
    emotions
        The emotions of the bundle, in order.
    confidence, draws, seed
        As of :func:`emofold.evaluation.metrics.speaker_bootstrap`.

    Returns
    -------
    pandas.DataFrame
        The columns of :data:`emofold.evaluation.schemas.OTHER_METRICS`: by setting; by what was
        judged by, the answers and each modality alone; and among which emotions, those that both
        know or all of the bundle.
    """
    rows = []
    for setting, of_setting in judged[judged["known_as"].notna()].groupby("setting", sort=False):
        for judged_by, of_system in _by_system(of_setting):
            shared = find_shared(of_system, emotions)
            for among, chosen in ((SHARED, shared), (ALL, emotions)):
                if len(chosen) < FEWEST_EMOTIONS:
                    continue
                rows.append(
                    {
                        "setting": setting,
                        "judged_by": judged_by,
                        "among": among,
                        "emotions": len(chosen),
                        **_measure(choose_among(of_system, chosen), confidence, draws, seed),
                    }
                )
    return pd.DataFrame(rows)


def find_shared(judged: pd.DataFrame, emotions: Sequence[str]) -> list[str]:
    """Return the emotions of a bundle that some clips have."""
    return [emotion for emotion in emotions if (judged["known_as"] == emotion).any()]


def _by_system(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the answers, and what each modality says alone, where there are several."""
    yield ANSWER, rows[rows["is_answer"]]
    modalities = [*rows["modality"].unique()]
    for modality in modalities if len(modalities) > 1 else []:
        if "+" not in modality:
            yield modality, rows[rows["modality"] == modality]


def _measure(rows: pd.DataFrame, confidence: float, draws: int, seed: int) -> dict[str, Any]:
    decisions = rows.assign(
        system=HERE, fold=0, **dict.fromkeys(DESCRIPTION, HERE), emotion=rows["known_as"]
    )
    (measured,) = fold_metrics(decisions, confidence).to_dict("records")
    speakers = rows["speaker"].nunique()
    interval = {"ci_low": None, "ci_high": None}
    if speakers >= FEWEST_SPEAKERS:
        (drawn,) = speaker_bootstrap(decisions, confidence, draws, seed).to_dict("records")
        interval = {bound: drawn[bound] for bound in interval}
    return {
        "n": len(rows),
        "speakers": speakers,
        **{name: measured[name] for name in ("accuracy", "uar", "macro_f1")},
        **interval,
        "confidence": 100 * rows["confidence"].mean(),
        "ece": expected_calibration_errors(calibration_bins(decisions))[HERE],
        "remarked": 100 * (rows["novelty"] > 1).mean(),
    }


def count_answers(judged: pd.DataFrame, emotions: Sequence[str]) -> pd.DataFrame:
    """Return what the clips of each emotion of the sheet were taken for, and how surely.

    Parameters
    ----------
    judged
        What was said of the clips.
    emotions
        The emotions of the bundle, in order.

    Returns
    -------
    pandas.DataFrame
        The columns of :data:`emofold.evaluation.schemas.OTHER_CONFUSION`, of all answers.
    """
    answers = judged[judged["is_answer"]]
    keys = ["setting", "emotion", "known_as"]
    truths = answers[keys].drop_duplicates()
    counted = answers.groupby([*keys, "predicted"], dropna=False)["confidence"]
    found = counted.agg(clips="size", confidence="mean").reset_index()
    every_cell = truths.merge(pd.DataFrame({"predicted": list(emotions)}), how="cross")
    table = every_cell.merge(found, on=[*keys, "predicted"], how="left")
    return table.assign(
        clips=table["clips"].fillna(0).astype("int64"), confidence=100 * table["confidence"]
    )


def describe_emotions(judged: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    """Return what became of the clips of each emotion of the sheet.

    Parameters
    ----------
    judged
        What was said of the clips.
    listed
        All clips of the sheet: the columns emotion and known_as.

    Returns
    -------
    pandas.DataFrame
        The columns of :data:`emofold.evaluation.schemas.OTHER_EMOTIONS`.
    """
    rows = []
    for setting, of_setting in judged[judged["is_answer"]].groupby("setting", sort=False):
        for (emotion, known_as), clips in listed.groupby(
            ["emotion", "known_as"], sort=False, dropna=False
        ):
            answers = of_setting[of_setting["emotion"] == emotion]
            is_known = isinstance(known_as, str)
            taken_for = answers["predicted"].value_counts(normalize=True)
            rows.append(
                {
                    "setting": setting,
                    "emotion": emotion,
                    "known_as": known_as if is_known else None,
                    "listed": len(clips),
                    "answered": len(answers),
                    "recall": 100 * taken_for.get(known_as, 0.0) if is_known else None,
                    "confidence": 100 * answers["confidence"].mean(),
                    "remarked": 100 * (answers["novelty"] > 1).mean(),
                    "mostly": taken_for.idxmax() if len(answers) else None,
                    "mostly_share": 100 * taken_for.max(),
                }
            )
    return pd.DataFrame(rows)


def describe_speakers(judged: pd.DataFrame, emotions: Sequence[str]) -> pd.DataFrame:
    """Return how the answers to each speaker's clips do, among the emotions that both know.

    Where that is one alone, they are those among all emotions of the bundle.

    Parameters
    ----------
    judged
        What was said of the clips.
    emotions
        The emotions of the bundle, in order.

    Returns
    -------
    pandas.DataFrame
        The columns of :data:`emofold.evaluation.schemas.OTHER_SPEAKERS`.
    """
    answers = judged[judged["is_answer"] & judged["known_as"].notna()]
    shared = find_shared(answers, emotions)
    answers = choose_among(answers, shared if len(shared) >= FEWEST_EMOTIONS else emotions)
    marked = answers.assign(
        right=100.0 * (answers["predicted"] == answers["known_as"]),
        confidence=100 * answers["confidence"],
        is_remarked=100.0 * (answers["novelty"] > 1),
    )
    return marked.groupby(["setting", "speaker"], sort=False, as_index=False).agg(
        n=("clip", "size"),
        accuracy=("right", "mean"),
        confidence=("confidence", "mean"),
        remarked=("is_remarked", "mean"),
    )
