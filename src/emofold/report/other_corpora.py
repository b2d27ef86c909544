"""How a bundle does on other corpora, for people: as tables, and as figures."""

import pandas as pd

from emofold.evaluation.schemas import ALL, ALONE, SHARED, TOGETHER
from emofold.report.table_page import write_intervals

GIVEN = {ALONE: "one file at a time", TOGETHER: "all files together"}
AMONG = {SHARED: "shared emotions", ALL: "all of the bundle"}


def metrics_for_people(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return the metrics with what the settings mean, in percent.

    Parameters
    ----------
    metrics
        The rows of :data:`emofold.evaluation.schemas.OTHER_METRICS`.
    """
    return pd.DataFrame(
        {
            "given": metrics["setting"].map(GIVEN),
            "setting": metrics["setting"],
            "by": metrics["judged_by"],
            "among": metrics["among"].map(AMONG),
            "clips": metrics["n"],
            "accuracy": metrics["accuracy"],
            "interval": write_intervals(metrics),
            "uar": metrics["uar"],
            "confidence": metrics["confidence"],
            "ece": metrics["ece"],
            "remarked": metrics["remarked"],
        }
    )


def emotions_for_people(emotions: pd.DataFrame) -> pd.DataFrame:
    """Return what became of the clips of each emotion, in percent.

    Parameters
    ----------
    emotions
        The rows of :data:`emofold.evaluation.schemas.OTHER_EMOTIONS`.
    """
    unknown = emotions["known_as"].isna()
    taken_for = [
        "" if pd.isna(mostly) else f"{mostly} ({share:.0f} %)"
        for mostly, share in zip(emotions["mostly"], emotions["mostly_share"], strict=True)
    ]
    return pd.DataFrame(
        {
            "given": emotions["setting"].map(GIVEN),
            "emotion": emotions["emotion"],
            "known as": emotions["known_as"].where(~unknown, "(unknown)"),
            "clips": emotions["listed"],
            "answered": emotions["answered"],
            "recall": emotions["recall"],
            "confidence": emotions["confidence"],
            "remarked": emotions["remarked"],
            "mostly taken for": taken_for,
        }
    )
