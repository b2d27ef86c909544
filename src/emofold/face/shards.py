"""One table of the faces of all clips, made of the frames of their shards."""

import logging
from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from emofold.errors import InputError
from emofold.tables import Failure, failures_of

STEP = "process_action_units"  # whatever is made of frames, a clip without a face fails by this
Summarise = Callable[[pd.DataFrame, float], tuple[pd.DataFrame, Mapping[str, InputError]]]

logger = logging.getLogger(__name__)


def summarise_shards(
    shards: Iterable[pd.DataFrame], summarise: Summarise, min_confidence: float
) -> tuple[pd.DataFrame, list[Failure]]:
    """Return what is said of the clips of all shards, and which clips have failed until then.

    Parameters
    ----------
    shards
        Tables of frames, one after the other, with their failures in ``attrs``.
    summarise
        What says something of each clip, such as
        :func:`emofold.face.means.average_action_units`.
    min_confidence
        As of :func:`emofold.face.frames.is_valid`.
    """
    tables, failures = [], []
    for frames in shards:
        table, errors = summarise(frames, min_confidence)
        tables.append(table)
        failures.extend(failures_of([frames.attrs]))
        for clip, error in errors.items():
            logger.error("%s failed. %s", clip, error)
            failures.append(Failure(clip, STEP, str(error)))
    return pd.concat(tables, ignore_index=True), sorted(failures)
