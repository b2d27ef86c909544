"""The Action Units of each clip, frame by frame, as the input of a sequence model."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from emofold.errors import InputError, counted, listing
from emofold.face.columns import choose_columns
from emofold.face.frames import is_valid
from emofold.face.schemas import FRAMES, measured_columns
from emofold.models.schemas import ATTENTION
from emofold.tables import read_table

ALL_UNITS = "action_units"


@dataclass(frozen=True)
class Sequences:
    """The valid frames of some clips, one clip after the other.

    Attributes
    ----------
    clips
        The clips, by name.
    action_units
        The Action Units, or other columns, that are looked at, in the order of those of `values`.
    values
        The Action Units of all frames, float32; shape (frames of all clips, Action Units).
    starts
        The index of the first frame of each clip in `values`, and at last their number.
    frame
        The number of each frame in its clip.
    timestamp
        The time of each frame in its clip, in seconds.
    """

    clips: tuple[str, ...]
    action_units: tuple[str, ...]
    values: np.ndarray
    starts: np.ndarray
    frame: np.ndarray
    timestamp: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """How many frames each clip has."""
        return np.diff(self.starts)

    def of_clip(self, clip: str) -> slice:
        """Return where the frames of a clip lie."""
        index = self.clips.index(clip)
        return slice(self.starts[index], self.starts[index + 1])


def read_sequences(
    paths: Iterable[Path],
    min_confidence: float,
    left_out: Collection[str] = (),
    columns: str | Sequence[str] = ALL_UNITS,
) -> Sequences:
    """Read the valid frames of all clips, see :func:`sequences_of`."""
    frames = pd.concat([read_table(path, FRAMES) for path in paths], ignore_index=True)
    return sequences_of(frames, min_confidence, left_out, columns)


def sequences_of(
    frames: pd.DataFrame,
    min_confidence: float,
    left_out: Collection[str] = (),
    columns: str | Sequence[str] = ALL_UNITS,
) -> Sequences:
    """Return the valid frames of each clip, in the order of their numbers.

    An Action Unit without a single value is not one that the extractor knows, and is left out. One
    that lacks a value only in some frames is an error: an LSTM has no way to skip a number, and
    none that could be put there would be true.

    Parameters
    ----------
    frames
        The rows of frames tables.
    min_confidence
        Frames of a lower confidence are not valid, and neither are those without success.
    left_out
        Clips that are not wanted.
    columns
        What of a face is looked at, as :func:`emofold.face.columns.choose_columns` has it.

    Raises
    ------
    InputError
        When no frame is valid, or a value is missing.
    """
    wanted = is_valid(frames, min_confidence) & ~frames["clip"].isin(list(left_out))
    rows = frames[wanted].sort_values(["clip", "frame"])
    if rows.empty:
        raise InputError(
            f"no frame of confidence ≥ {min_confidence:g} among {counted(len(frames), 'frame')}",
            "clips that show a face",
            "see why all clips failed, or lower `face: min_confidence`",
        )
    known = [name for name in measured_columns(rows) if rows[name].notna().any()]
    action_units = choose_columns(known, columns) if known else []
    gaps = rows[action_units].isna()
    if not action_units or gaps.any(axis=None):
        raise InputError(_missing_values(rows["clip"], gaps), "a number in every frame", _MEND)
    lengths = rows.groupby("clip", sort=True).size()
    return Sequences(
        clips=tuple(map(str, lengths.index)),
        action_units=tuple(action_units),
        values=rows[action_units].to_numpy("float32"),
        starts=np.concatenate([[0], lengths.cumsum()]),
        frame=rows["frame"].to_numpy(),
        timestamp=rows["timestamp"].to_numpy(),
    )


_MEND = "extract the Action Units of all clips with one tool, or take these clips out"


def _missing_values(clips: pd.Series, gaps: pd.DataFrame) -> str:
    if gaps.empty:
        return "no Action Unit with a value in any frame"
    clip = clips[gaps.any(axis="columns")].iloc[0]
    missing = gaps[clips == clip].sum()
    units = listing(missing.index[missing > 0])
    return f"no value of {units} in {counted(int(missing.max()), 'frame')} of {clip}"


def attention_table(
    sequences: Sequences, weights: Mapping[str, np.ndarray], clips: Iterable[str]
) -> pd.DataFrame:
    """Return how much each frame weighs, by the columns of an attention table.

    Parameters
    ----------
    sequences
        The clips that were scored.
    weights
        The weight of each frame, by clip.
    clips
        The clips that are wanted.
    """
    wanted = set(clips)
    tables = [
        pd.DataFrame(
            {
                "clip": clip,
                "frame": sequences.frame[sequences.of_clip(clip)],
                "timestamp": sequences.timestamp[sequences.of_clip(clip)],
                "weight": weights[clip].astype("float64"),
            }
        )
        for clip in sequences.clips
        if clip in wanted
    ]
    empty = pd.DataFrame(columns=ATTENTION.columns.names)
    return pd.concat(tables, ignore_index=True) if tables else empty


@dataclass(frozen=True)
class Scaling:
    """What is taken from each Action Unit, and by what the rest is divided.

    Attributes
    ----------
    offset, spread
        A number each Action Unit, float32.
    """

    offset: np.ndarray
    spread: np.ndarray

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """Return scaled Action Units; shape (frames, Action Units)."""
        return (values - self.offset) / self.spread


def fit_scaling(kind: str, values: np.ndarray) -> Scaling:
    """Return the scaling that fits some frames.

    Parameters
    ----------
    kind
        ``none``; ``standard``, to mean 0 and standard deviation 1; ``minmax``, to 0 … 1. An Action
        Unit that never changes is only shifted.
    values
        The frames of the training clips; shape (frames, Action Units).

    Examples
    --------
    >>> fit_scaling("minmax", np.array([[1.0, 7.0], [3.0, 7.0]]))(np.array([[2.0, 8.0]])).tolist()
    [[0.5, 1.0]]
    """
    if kind == "none":
        offset, spread = np.zeros(values.shape[1]), np.ones(values.shape[1])
    elif kind == "standard":
        offset, spread = values.mean(axis=0, dtype="float64"), values.std(axis=0, dtype="float64")
    else:
        offset, spread = values.min(axis=0), np.ptp(values, axis=0)
    spread = np.where(spread > 0, spread, 1)
    return Scaling(offset.astype("float32"), spread.astype("float32"))
