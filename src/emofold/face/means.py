"""The means of each clip over its valid frames: of its Action Units, and what else is measured."""

import pandas as pd

from emofold.errors import InputError, counted
from emofold.face.frames import is_valid
from emofold.face.schemas import measured_columns


def average_action_units(
    frames: pd.DataFrame, min_confidence: float
) -> tuple[pd.DataFrame, dict[str, InputError]]:
    """Average what is measured of the face of each clip over its valid frames.

    Parameters
    ----------
    frames
        The frames of all clips: ``clip``, ``success``, ``confidence`` and the columns of the
        extractor.
    min_confidence
        As of :func:`emofold.face.frames.is_valid`.

    Returns
    -------
    means : pandas.DataFrame
        One row per clip, in the order of the frames: ``clip``, ``frames_used`` and the columns of
        the extractor, NaN where no valid frame knows one.
    errors : dict
        Why a clip has no means, by clip.
    """
    by_clip = frames[is_valid(frames, min_confidence)].groupby("clip", sort=False)
    means = by_clip[measured_columns(frames)].mean()
    means.insert(0, "frames_used", by_clip.size())
    left_out = frames[~frames["clip"].isin(means.index)]
    errors = {
        str(clip): _explain_no_valid_frame(str(clip), of_clip, min_confidence)
        for clip, of_clip in left_out.groupby("clip", sort=False)
    }
    kept = [clip for clip in frames["clip"].unique() if clip in means.index]
    return means.loc[kept].reset_index(), errors


def _explain_no_valid_frame(clip: str, frames: pd.DataFrame, min_confidence: float) -> InputError:
    all_frames = f"{counted(len(frames), 'frame')} of {clip}"
    with_face = frames[frames["success"] == 1]
    if with_face.empty:
        found = f"no face in any of the {all_frames}"
    else:
        best = with_face["confidence"].max()
        found = f"no frame of confidence ≥ {min_confidence:g} in the {all_frames}, at best {best:g}"
    return InputError(
        found,
        "a clip that shows a face",
        "replace the video, lower `face: min_confidence`, or leave the clip out",
    )
