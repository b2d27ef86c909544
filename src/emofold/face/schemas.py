"""The tables of faces, and what their columns may be: whatever the extractors measure."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
import pyarrow as pa

from emofold.tables.schema import TableSchema, columns_of

AU_INTENSITIES = tuple(
    f"AU{number:02d}_r" for number in (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 45)
)

AU_PRESENCES = tuple(
    f"AU{number:02d}_c"
    for number in (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 28, 45)
)

ACTION_UNITS = AU_INTENSITIES + AU_PRESENCES


def _of_both_sides(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}{side}" for name in names for side in ("Left", "Right"))


BLENDSHAPES = (  # by the names, and in the order, of MediaPipe
    "_neutral",
    *_of_both_sides("browDown"),
    "browInnerUp",
    *_of_both_sides("browOuterUp"),
    "cheekPuff",
    *_of_both_sides("cheekSquint", "eyeBlink", "eyeLookDown", "eyeLookIn", "eyeLookOut"),
    *_of_both_sides("eyeLookUp", "eyeSquint", "eyeWide"),
    *("jawForward", "jawLeft", "jawOpen", "jawRight", "mouthClose"),
    *_of_both_sides("mouthDimple", "mouthFrown"),
    *("mouthFunnel", "mouthLeft"),
    *_of_both_sides("mouthLowerDown", "mouthPress"),
    *("mouthPucker", "mouthRight", "mouthRollLower", "mouthRollUpper"),
    *("mouthShrugLower", "mouthShrugUpper"),
    *_of_both_sides("mouthSmile", "mouthStretch", "mouthUpperUp", "noseSneer"),
)

HEAD_POSE = (
    "head_pitch",
    "head_yaw",
    "head_roll",
)  # degrees: up, to the picture's right, leftwards

COLUMN_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"action_units": ACTION_UNITS, "blendshapes": BLENDSHAPES, "head_pose": HEAD_POSE}
)

OF_MEDIAPIPE = BLENDSHAPES + HEAD_POSE

FRAME_COLUMNS = ("frame", "timestamp", "confidence", "success", *ACTION_UNITS)


def measured_columns(frames: pd.DataFrame) -> list[str]:
    """Return the columns of a table that say what was measured of faces: those of its extractor."""
    return [name for name in ACTION_UNITS + OF_MEDIAPIPE if name in frames]


FRAMES = TableSchema(
    name="Action Unit frames",
    columns=columns_of(
        {
            "clip": pa.string(),
            "frame": pa.int64(),
            "timestamp": pa.float64(),
            "confidence": pa.float64(),
            "success": pa.int64(),
            "faces": pa.int64(),
            **dict.fromkeys(ACTION_UNITS + OF_MEDIAPIPE, pa.float64()),
        },
        nullable=ACTION_UNITS + OF_MEDIAPIPE,
    ),
    key=("clip", "frame"),
    optional=("faces", *OF_MEDIAPIPE),
)

MEANS = TableSchema(
    name="Action Unit means",
    columns=columns_of(
        {
            "clip": pa.string(),
            "frames_used": pa.int64(),
            **dict.fromkeys(ACTION_UNITS + OF_MEDIAPIPE, pa.float64()),
        },
        nullable=("frames_used", *ACTION_UNITS, *OF_MEDIAPIPE),
    ),
    key=("clip",),
    optional=OF_MEDIAPIPE,
)
