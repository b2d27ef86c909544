"""Proxies of Action Units, made from the blendshapes of MediaPipe's face landmarker.

A blendshape says how far a drawn face must move to look like the one in the picture, from 0 to 1.
A proxy is five times a blendshape, the mean of its left and right: on the scale of OpenFace's
intensities, but no measured intensity in the sense of the Facial Action Coding System, and never to
be mixed with one within a model.

Correlation with OpenFace, frame by frame, on the videos of two people:

=====  ===============  ============  =================================================
AU     blendshape       correlation   remark
=====  ===============  ============  =================================================
01     browInnerUp      .70   .89
02     browOuterUp      .50   .67
04     browDown         .52           weak; OpenFace gives the second person none
05     eyeWide          .60   .17     weak
06     eyeSquint        .43   .78     cheekSquint fits better but stays below 0.00001
07     eyeSquint        -.26  .89     unreliable; the model has one squint for 06 and 07
09     noseSneer        .29   .26     unreliable
10     mouthUpperUp     .76   .97
12     mouthSmile       .90   .99
14     mouthDimple      .04   .05     unreliable
15     mouthFrown       .08   -.53    unreliable
17     mouthShrugLower  .35   .91     weak
20     mouthStretch     .12   .42     weak
23     mouthRollLower   .32   .48     unreliable; no blendshape tightens the lips
25     mouthLowerDown   .86   .95
26     jawOpen          .54   .77
45     eyeBlink         .68   .85
=====  ===============  ============  =================================================
"""

from collections.abc import Mapping

INTENSITY_OF_FULL_SCORE = 5.0


def _both_sides(name: str) -> tuple[str, str]:
    return f"{name}Left", f"{name}Right"


BLENDSHAPES_OF: Mapping[str, tuple[str, ...]] = {
    "AU01_r": ("browInnerUp",),
    "AU02_r": _both_sides("browOuterUp"),
    "AU04_r": _both_sides("browDown"),
    "AU05_r": _both_sides("eyeWide"),
    "AU06_r": _both_sides("eyeSquint"),
    "AU07_r": _both_sides("eyeSquint"),
    "AU09_r": _both_sides("noseSneer"),
    "AU10_r": _both_sides("mouthUpperUp"),
    "AU12_r": _both_sides("mouthSmile"),
    "AU14_r": _both_sides("mouthDimple"),
    "AU15_r": _both_sides("mouthFrown"),
    "AU17_r": ("mouthShrugLower",),
    "AU20_r": _both_sides("mouthStretch"),
    "AU23_r": ("mouthRollLower",),
    "AU25_r": _both_sides("mouthLowerDown"),
    "AU26_r": ("jawOpen",),
    "AU45_r": _both_sides("eyeBlink"),
}
WEAK = ("AU04_r", "AU05_r", "AU17_r", "AU20_r")
UNRELIABLE = ("AU07_r", "AU09_r", "AU14_r", "AU15_r", "AU23_r")


def compute_proxies(scores: Mapping[str, float]) -> dict[str, float]:
    """Return the proxy of each Action Unit's intensity.

    Parameters
    ----------
    scores
        The score of each blendshape, by its name, from 0 to 1.

    Returns
    -------
    dict
        From 0 to 5, by the column of the Action Unit.

    Examples
    --------
    >>> smile = dict.fromkeys((name for names in BLENDSHAPES_OF.values() for name in names), 0.0)
    >>> compute_proxies(smile | {"mouthSmileLeft": 0.6, "mouthSmileRight": 1.0})["AU12_r"]
    4.0
    """
    return {
        action_unit: INTENSITY_OF_FULL_SCORE * sum(scores[name] for name in names) / len(names)
        for action_unit, names in BLENDSHAPES_OF.items()
    }
