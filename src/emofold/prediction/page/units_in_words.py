"""What a page says of the Action Units that it draws."""

from collections.abc import Mapping
from typing import Any

from emofold.face.action_units import AU_NAMES, FACE_FROM_TOP_TO_CHIN
from emofold.face.blendshapes import UNRELIABLE, WEAK

REGIONS = ("Brows", "Eyes and cheeks", "Nose and mouth", "Chin and jaw")
MEASURED_BY = {
    "mediapipe": "Read from the picture by MediaPipe: stand-ins (proxies) for the Action Units "
    "(AU) that trained observers score.",
    "openface": "Action Units (AU), measured by OpenFace.",
    "pyfaceau": "Action Units (AU), measured by pyfaceau after the manner of OpenFace.",
    "csv": "Action Units (AU), as they stand in csv files that somebody measured.",
}
DOUBTFUL = "Those marked weak or unreliable agree little with other measurements."


def describe_units(units: Mapping[str, Any] | None, extractor: str) -> dict[str, Any]:
    """Return the Action Units by region of the face, and what they were measured by.

    Parameters
    ----------
    units
        See :func:`emofold.prediction.page.page_data.summarise_units`.
    extractor
        What they were read by, such as ``mediapipe``.
    """
    marks: dict[str, str] = {}
    if extractor == "mediapipe":
        marks = {**dict.fromkeys(WEAK, "weak"), **dict.fromkeys(UNRELIABLE, "unreliable")}
    means: Mapping[str, float] = units["means"] if units else {}
    regions = {
        region: [
            {
                "code": unit,
                "name": AU_NAMES[unit],
                "mark": marks.get(f"{unit}_r", ""),
                "mean": f"{means[unit]:.1f}",
            }
            for unit in codes
            if unit in means
        ]
        for region, codes in zip(REGIONS, FACE_FROM_TOP_TO_CHIN, strict=True)
    }
    duration = units["bin"] if units else 0.0
    return {
        "regions": {region: rows for region, rows in regions.items() if rows},
        "measured_by": MEASURED_BY.get(extractor, f"Action Units (AU), read by {extractor}."),
        "marks": DOUBTFUL if marks else "",
        "peaks": f"; of each {duration:.1f} s, the highest value is drawn" if duration else "",
        "has_gaps": units is not None and any(units["is_gap"]),
    }
