"""Csv files like OpenFace's, made small."""

from emofold.face.schemas import ACTION_UNITS

COLUMNS = ["frame", "timestamp", "confidence", "success", *ACTION_UNITS]


def row(frame, smile=1.0, confidence=0.98, **others):
    """A frame of a csv whose Action Units are all 0 but the smile."""
    values = {"frame": frame, "timestamp": 0.04 * frame, "confidence": confidence, "success": 1}
    return values | dict.fromkeys(ACTION_UNITS, 0.0) | {"AU12_r": smile} | others


def csv_text(rows, columns=COLUMNS, separator=", "):
    """The text of a csv: a header and rows."""
    lines = [separator.join(str(values[name]) for name in columns) for values in rows]
    return "\n".join([separator.join(columns), *lines, ""])
