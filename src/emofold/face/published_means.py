"""The mean Action Units that the authors of the paper published."""

from pathlib import Path

import pandas as pd

from emofold.corpora.published_files import explain_unreadable, read_published_csv
from emofold.face.schemas import ACTION_UNITS


def read_means(path: Path) -> pd.DataFrame:
    """Return the authors' mean Action Units, in the order of their file.

    That order is kept on purpose: it decides the mini-batches of a multi-layer perceptron, and
    with it the second decimal of Table 2.
    """
    published = read_published_csv(path, ";", ["name", *ACTION_UNITS])
    with explain_unreadable(path):
        means = published[list(ACTION_UNITS)].astype("float64")
    return means.assign(clip=published["name"], frames_used=None)
