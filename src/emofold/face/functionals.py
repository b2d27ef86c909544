"""More than means: how what is measured of a face spreads and changes within each clip."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from emofold.errors import InputError
from emofold.face.frames import is_valid
from emofold.face.means import average_action_units
from emofold.face.schemas import (
    ACTION_UNITS,
    AU_PRESENCES,
    BLENDSHAPES,
    HEAD_POSE,
    OF_MEDIAPIPE,
    measured_columns,
)
from emofold.tables.schema import TableSchema, columns_of

MEAN = "mean"
PERCENTILES = {"low": 10, "median": 50, "high": 90}
THIRDS = ("first_third", "middle_third", "last_third")
POOLINGS = (MEAN, "deviation", *PERCENTILES, "active", "rise", *THIRDS)
SEPARATOR = "."
ACTIVE_INTENSITY = 1.0  # of 5: what FACS calls a trace
ACTIVE_FROM = {  # beyond this, to either side, a column is active
    **dict.fromkeys(AU_PRESENCES, 0.5),
    **dict.fromkeys(BLENDSHAPES, ACTIVE_INTENSITY / 5),
    **dict.fromkeys(HEAD_POSE, 10.0),
}
NAMES = tuple(
    f"{column}{SEPARATOR}{pooling}"
    for column in ACTION_UNITS + OF_MEDIAPIPE
    for pooling in POOLINGS
)

FUNCTIONALS = TableSchema(
    name="functionals of faces",
    columns=columns_of(
        {"clip": pa.string(), "frames_used": pa.int64(), **dict.fromkeys(NAMES, pa.float64())},
        nullable=NAMES,
    ),
    key=("clip",),
    optional=NAMES,
)


def split_name(name: str) -> tuple[str, str]:
    """Return the column and the pooling of a feature of a face.

    Examples
    --------
    >>> split_name("AU12_r.rise"), split_name("AU12_r")
    (('AU12_r', 'rise'), ('AU12_r', 'mean'))
    """
    column, _, pooling = name.partition(SEPARATOR)
    return column, pooling or MEAN


def compute_functionals(
    frames: pd.DataFrame, min_confidence: float
) -> tuple[pd.DataFrame, dict[str, InputError]]:
    """Describe the valid frames of each clip by more than their mean.

    Each functional is taken over the valid frames that have a value, whatever their number. Of a
    single one, the percentiles and the thirds are its value, the deviation and the rise are 0.

    ``deviation`` is the standard deviation; ``low``, ``median`` and ``high`` are the percentiles
    10, 50 and 90; ``active`` is the share of the frames in which an intensity is 1 or more of 5, a
    blendshape 0.2 of 1, a presence 1, the head turned by 10 degrees to either side; ``rise`` is the
    furthest that a value climbs from an earlier frame to a later one; the thirds are the means over
    the first, the middle and the last third of the frames.

    Parameters
    ----------
    frames, min_confidence
        As of :func:`emofold.face.means.average_action_units`.

    Returns
    -------
    functionals : pandas.DataFrame
        One row per clip, in the order of the frames: ``clip``, ``frames_used`` and columns such as
        ``AU12_r.rise``, NaN where no valid frame knows the Action Unit.
    errors : dict
        Why a clip has none, by clip.
    """
    means, errors = average_action_units(frames, min_confidence)
    columns = measured_columns(frames)
    limits = np.array([ACTIVE_FROM.get(column, ACTIVE_INTENSITY) for column in columns])
    valid = frames[is_valid(frames, min_confidence)]
    by_clip = {clip: rows[columns].to_numpy() for clip, rows in valid.groupby("clip", sort=False)}
    rest = [_describe_known(by_clip[clip], limits) for clip in means["clip"]]
    described = np.concatenate(
        [
            means[columns].to_numpy("float64")[:, np.newaxis],
            np.array(rest).reshape(len(means), len(POOLINGS) - 1, len(columns)),
        ],
        axis=1,
    )
    names = [f"{column}{SEPARATOR}{pooling}" for column in columns for pooling in POOLINGS]
    values = pd.DataFrame(described.swapaxes(1, 2).reshape(len(means), len(names)), columns=names)
    return pd.concat([means[["clip", "frames_used"]], values], axis="columns"), errors


def _describe_known(values: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Return all poolings but the mean, each over the frames in which a column has a value."""
    described = np.full((len(POOLINGS) - 1, len(limits)), np.nan)
    is_known = ~np.isnan(values)
    whole = is_known.all(axis=0)
    described[:, whole] = _describe(values[:, whole], limits[whole])
    for column in np.flatnonzero(is_known.any(axis=0) & ~whole):
        known = values[is_known[:, column], column][:, np.newaxis]
        described[:, [column]] = _describe(known, limits[[column]])
    return described


def _describe(values: np.ndarray, limits: np.ndarray) -> np.ndarray:
    return np.vstack(
        [
            values.std(axis=0),
            np.percentile(values, [*PERCENTILES.values()], axis=0),
            (np.abs(values) >= limits).mean(axis=0),
            (values - np.minimum.accumulate(values, axis=0)).max(axis=0),
            *(values[third].mean(axis=0) for third in _thirds(len(values))),
        ]
    )


def _thirds(frames: int) -> Sequence[slice]:
    """Return the frames of each third; a frame that lies in two belongs to both.

    Examples
    --------
    >>> [[*range(2)][third] for third in _thirds(2)]
    [[0], [0, 1], [1]]
    """
    return [slice(k * frames // 3, -(-(k + 1) * frames // 3)) for k in range(3)]
