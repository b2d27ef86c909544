"""The photograph that all faces of the demo corpus are made of, and its face at rest.

Landmarks are points (x, y) in pixels of the photograph, measured once with MediaPipe's face
landmarker. Where both halves of the face have one, they are a pair: the left of the picture first.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator
from scipy.ndimage import gaussian_filter, map_coordinates
from skimage.data import astronaut

Image = NDArray[np.float32]
Point = tuple[float, float]

LEFT, TOP, SIDE = 125, 0, 196
TEXELS_PER_PIXEL = 2
FACE_CENTRE = (223.0, 122.0)

EYELIDS_UPPER = (
    (
        *((195.3, 100.8), (197.2, 99.2), (199.2, 98.3), (202.6, 97.9)),
        *((206.1, 98.5), (209.6, 100.3), (212.3, 102.6), (213.5, 103.9)),
    ),
    (
        *((236.5, 104.8), (237.9, 103.5), (240.7, 101.5), (244.5, 100.0)),
        *((248.2, 99.9), (251.5, 100.7), (253.5, 101.9), (255.4, 103.6)),
    ),
)
EYELIDS_LOWER = (
    (
        (195.3, 100.8),
        (198.3, 103.0),
        (200.6, 103.8),
        (204.0, 104.3),
        (207.4, 104.2),
        (213.5, 103.9),
    ),
    (
        (236.5, 104.8),
        (239.4, 105.2),
        (242.6, 105.7),
        (246.1, 106.1),
        (249.6, 106.0),
        (255.4, 103.6),
    ),
)
SMILE_FOLDS = (
    ((208.0, 127.0), (204.0, 130.5), (198.5, 134.5), (197.0, 139.0)),
    ((239.0, 128.0), (243.0, 131.5), (248.5, 137.0), (250.5, 142.0)),
)

# Where the points of the smiling mouth go when the face is at rest.
CORNERS_TO_REST = {(203.7, 139.8): (206.6, 145.2), (243.2, 141.1): (240.2, 145.8)}
UPPER_LIP_TO_REST = {
    (209.3, 140.9): (210.8, 144.7),
    (217.6, 142.5): (217.6, 145.0),
    (223.2, 143.3): (223.2, 145.6),
    (229.0, 142.9): (228.8, 145.2),
    (237.6, 141.7): (236.0, 145.1),
    (207.7, 138.8): (209.6, 143.2),
    (211.7, 138.9): (213.0, 141.6),
    (217.3, 139.1): (218.5, 140.0),
    (223.4, 140.0): (223.4, 140.8),
    (229.6, 139.5): (228.6, 140.1),
    (235.3, 139.6): (233.9, 141.8),
    (239.4, 139.7): (237.2, 143.5),
}
LOWER_LIP_TO_REST = {
    (209.4, 145.4): (210.8, 144.7),
    (217.3, 149.3): (217.6, 145.0),
    (222.6, 150.1): (223.2, 145.6),
    (228.1, 149.8): (228.8, 145.2),
    (236.7, 146.3): (236.0, 145.1),
    (207.2, 147.8): (210.4, 146.8),
    (211.1, 151.9): (213.8, 149.6),
    (216.3, 154.5): (217.8, 151.6),
    (222.4, 155.5): (223.0, 152.4),
    (228.8, 154.9): (228.6, 151.7),
    (234.3, 152.7): (232.8, 149.9),
    (238.7, 148.9): (236.6, 147.2),
}
CHEEKS_TO_REST = {
    (197.0, 137.0): (198.5, 139.5),
    (250.5, 140.0): (248.8, 142.5),
    (196.0, 124.0): (195.8, 125.5),
    (252.0, 127.0): (252.2, 128.5),
}
UNMOVED: tuple[Point, ...] = (
    *((125, 0), (223, 0), (320, 0), (125, 100), (320, 100), (125, 195), (223, 195), (320, 195)),
    *((180, 130), (186, 150), (200, 168), (221, 178), (244, 171), (262, 152), (269, 133)),
    *((204, 104), (246, 106), (212, 128), (236, 129), (223.4, 131), (223.4, 136), (223, 165)),
)
MOUTH_LINE = (
    *((206.6, 145.2), (210.8, 144.7), (217.6, 145.0), (223.2, 145.6)),
    *((228.8, 145.2), (236.0, 145.1), (240.2, 145.8)),
)


@dataclass(frozen=True)
class RestingFace:
    """The face at rest, in layers that can move apart.

    Attributes
    ----------
    upper
        Everything above the line between the lips; shape (texels, texels, 4): red, green, blue
        and opacity, all 0 to 1.
    lower
        Everything below that line; the same shape.
    mouth
        The inside of the mouth, which shows where neither covers it; shape (texels, texels, 3).
    eyelids
        The colour of closed eyes; the same shape as `mouth`.
    """

    upper: Image
    lower: Image
    mouth: Image
    eyelids: Image


def texel_points() -> NDArray[np.float64]:
    """Return the point of the photograph at every texel; shape (texels, texels, 2)."""
    steps = (np.arange(SIDE * TEXELS_PER_PIXEL) + 0.5) / TEXELS_PER_PIXEL - 0.5
    x, y = np.meshgrid(LEFT + steps, TOP + steps)
    return np.stack([x, y], axis=-1)


def interpolate_curve(points: tuple[Point, ...], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the height of a curve through points at every x."""
    return np.interp(x, *np.transpose(points))


@cache
def make_resting_face() -> RestingFace:
    """Take the smile out of the photograph."""
    photograph = _soften_smile_folds(astronaut().astype(np.float32) / 255)
    points = texel_points()
    x, y = points[..., 0], points[..., 1]
    above_line = np.clip((interpolate_curve(MOUTH_LINE, x) - y) * 2 + 0.5, 0, 1)
    left, right = MOUTH_LINE[0][0], MOUTH_LINE[-1][0]
    between_corners = np.clip(np.minimum(x - left, right - x) * 2, 0, 1)
    near_mouth = np.exp(-(((y - 142) / 12) ** 4))
    upper = _sample(photograph, _map_rest_to_smile(UPPER_LIP_TO_REST, points))
    lower = _sample(photograph, _map_rest_to_smile(LOWER_LIP_TO_REST, points))
    hole = above_line * between_corners * near_mouth
    return RestingFace(
        upper=np.dstack([upper, above_line]).astype(np.float32),
        lower=np.dstack([lower, 1 - hole]).astype(np.float32),
        mouth=_paint_mouth(photograph, points),
        eyelids=_close_eyes(photograph, points),
    )


def _soften_smile_folds(photograph: Image) -> Image:
    """Soften the furrows from the nose to the corners of the mouth."""
    smooth = np.dstack([gaussian_filter(channel, 3.5) for channel in np.moveaxis(photograph, 2, 0)])
    y, x = np.mgrid[: photograph.shape[0], : photograph.shape[1]].astype(float)
    weight = np.zeros(x.shape)
    for fold in SMILE_FOLDS:
        for along in np.linspace(0, len(fold) - 1, 40):
            point = [np.interp(along, range(len(fold)), values) for values in np.transpose(fold)]
            weight = np.maximum(weight, np.exp(-((x - point[0]) ** 2 + (y - point[1]) ** 2) / 10))
    return photograph + (0.8 * weight[..., None] * (smooth - photograph)).astype(np.float32)


def _map_rest_to_smile(lip: dict[Point, Point], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where in the smiling photograph each point of the face at rest is found."""
    still: dict[Point, Point] = {point: point for point in UNMOVED}
    pairs = CORNERS_TO_REST | CHEEKS_TO_REST | lip | still
    back = RBFInterpolator(np.array(list(pairs.values())), np.array(list(pairs)))
    return back(points.reshape(-1, 2)).reshape(points.shape)


def _sample(photograph: Image, points: NDArray[np.float64]) -> Image:
    at = [points[..., 1], points[..., 0]]
    channels = [
        map_coordinates(c, at, order=3, mode="nearest") for c in np.moveaxis(photograph, 2, 0)
    ]
    return np.clip(np.dstack(channels), 0, 1).astype(np.float32)


def _paint_mouth(photograph: Image, points: NDArray[np.float64]) -> Image:
    """Return the dark of the mouth with the photograph's own upper teeth in it."""
    x, y = points[..., 0], points[..., 1]
    gum = interpolate_curve(MOUTH_LINE, x) - 2.5
    depth = np.clip((y - gum) / 20, 0, 1)[..., None]
    dark = np.array([0.24, 0.08, 0.08]) * (1 - depth) + np.array([0.36, 0.13, 0.13]) * depth
    teeth = _sample(photograph, np.stack([x, y - gum + 142.8 - 0.4 * (1 - abs(x - 223) / 20)], -1))
    edge = gum + 6.8 - 0.012 * (x - 223.2) ** 2
    cover = np.clip((edge - y) * 1.5, 0, 1) * np.clip((15 - abs(x - 223.2)) / 4, 0, 1)
    shadow = 0.9 - 0.5 * np.clip(abs(x - 223.2) / 17, 0, 1) ** 2
    return (dark + cover[..., None] * (teeth * shadow[..., None] - dark)).astype(np.float32)


def _close_eyes(photograph: Image, points: NDArray[np.float64]) -> Image:
    """Return the skin above the eyes, drawn down over them."""
    x, y = points[..., 0], points[..., 1]
    source = y.copy()
    for upper, lower in zip(EYELIDS_UPPER, EYELIDS_LOWER, strict=True):
        inside = (x > upper[0][0] - 2) & (x < upper[-1][0] + 2)
        lid = interpolate_curve(upper, x)
        height = np.maximum(interpolate_curve(lower, x) - lid, 1.0)
        drawn = lid - 5.0 + 1.4 * np.clip((y - lid) / height, -1, 1)
        source = np.where(inside & (y > lid - 4) & (y < lid + height + 3), drawn, source)
    smooth = np.dstack([gaussian_filter(c, (0.6, 1.2)) for c in np.moveaxis(photograph, 2, 0)])
    return _sample(smooth, np.stack([x, source], -1))
