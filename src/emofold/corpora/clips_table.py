"""The table of clips, from what a corpus lists."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict

import pandas as pd

from emofold.corpora.folds import assign_folds
from emofold.corpora.sample_sheet import Clip


def clips_table(
    clips: Iterable[Clip],
    folds: Sequence[Sequence[str | int]],
    speakers_without_clips: Collection[str] = (),
) -> pd.DataFrame:
    """Return the columns of the table of clips, each clip with the fold that tests its speaker.

    Speakers whose clips all failed may be in a fold nevertheless.
    """
    table = pd.DataFrame([asdict(clip) for clip in clips])
    table["repetition"] = table["repetition"].astype("Int64")
    return table.assign(fold=assign_folds(table["speaker"], folds, speakers_without_clips))
