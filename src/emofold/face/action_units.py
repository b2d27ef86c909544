"""The Action Units by their names, and by where they are in a face."""

from collections.abc import Mapping
from types import MappingProxyType

AU_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "AU01": "inner brow raiser",
        "AU02": "outer brow raiser",
        "AU04": "brow lowerer",
        "AU05": "upper lid raiser",
        "AU06": "cheek raiser",
        "AU07": "lid tightener",
        "AU09": "nose wrinkler",
        "AU10": "upper lip raiser",
        "AU12": "lip corner puller",
        "AU14": "dimpler",
        "AU15": "lip corner depressor",
        "AU17": "chin raiser",
        "AU20": "lip stretcher",
        "AU23": "lip tightener",
        "AU25": "lips part",
        "AU26": "jaw drop",
        "AU28": "lip suck",
        "AU45": "blink",
    }
)
FACE_FROM_TOP_TO_CHIN = (
    ("AU01", "AU02", "AU04"),
    ("AU05", "AU06", "AU07", "AU45"),
    ("AU09", "AU10", "AU12", "AU14", "AU15", "AU20", "AU23", "AU25"),
    ("AU17", "AU26"),
)
UNITS_IN_ORDER = tuple(unit for region in FACE_FROM_TOP_TO_CHIN for unit in region)
HIGHEST_INTENSITY = 5.0
