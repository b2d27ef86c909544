"""The colours of a speaker: skin, hair and the wall behind."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from skimage.draw import polygon2mask

from emofold.demo.cast import Colour, Looks
from emofold.demo.photograph import Image, Point, RestingFace, make_resting_face, texel_points

FIGURE: tuple[Point, ...] = (
    *((231.7, 14.3), (256.7, 20.0), (276.7, 31.7), (292.7, 50.0), (301.0, 76.7), (300.5, 100.0)),
    *((291.7, 116.7), (280.0, 126.7), (273.7, 136.5), (266.5, 140.0), (264.5, 151.0)),
    *((257.5, 161.0), (255.0, 172.0), (262.0, 178.0)),
    *((276.7, 190.0), (296.7, 213.0), (115.0, 213.0), (115.0, 200.0)),
    *((123.3, 176.7), (141.7, 157.3), (163.3, 149.3), (184.0, 147.7), (181.7, 131.7)),
    *((173.3, 128.3), (170.0, 116.7), (157.3, 103.3), (153.3, 83.3), (154.0, 63.3)),
    *((166.7, 48.3), (186.7, 38.3), (194.0, 28.3), (210.0, 18.3)),
)
HAIR: tuple[Point, ...] = (
    *((231.7, 14.3), (256.7, 20.0), (276.7, 31.7), (292.7, 50.0), (301.0, 76.7), (300.5, 100.0)),
    *((291.7, 116.7), (280.0, 126.7), (273.0, 127.5), (270.0, 110.0), (267.5, 89.0)),
    *((256.0, 88.5), (236.0, 84.0), (213.0, 78.5), (197.0, 78.0), (185.5, 84.0)),
    *((182.5, 110.0), (179.5, 122.0), (170.0, 116.7), (157.3, 103.3), (153.3, 83.3)),
    *((154.0, 63.3), (166.7, 48.3), (186.7, 38.3), (194.0, 28.3), (210.0, 18.3)),
)
WALL_LIGHT = 0.78


def colour_face(looks: Looks) -> RestingFace:
    """Return the resting face in the colours of a speaker."""
    face = make_resting_face()
    return RestingFace(
        upper=_tint(face.upper, looks),
        lower=_tint(face.lower, looks),
        mouth=(face.mouth * (1 + _shade(looks.skin)) / 2).astype(np.float32),
        eyelids=_tint(face.eyelids, looks),
    )


def _tint(layer: Image, looks: Looks) -> Image:
    figure, hair = (mask[..., None] for mask in _make_masks())
    light = layer[..., :3]
    gain = _shade(looks.skin) * (1 - hair) + _shade(looks.hair) * hair
    wall = _shade(looks.wall) * (light.mean(axis=-1, keepdims=True) / WALL_LIGHT)
    tinted = wall + figure * (light * gain - wall)
    tinted = np.clip(0.5 + looks.contrast * (tinted - 0.5), 0, 1)
    return np.concatenate([tinted, layer[..., 3:]], axis=-1).astype(np.float32)


def _shade(colour: Colour) -> Image:
    return np.array(colour, dtype=np.float32)


@cache
def _make_masks() -> tuple[Image, Image]:
    """Return how far each texel belongs to the figure, and to the hair."""
    return _make_mask(FIGURE), _make_mask(HAIR)


def _make_mask(outline: tuple[Point, ...]) -> Image:
    points = texel_points()
    origin, step = points[0, 0], points[1, 1] - points[0, 0]
    corners: NDArray[np.float64] = (np.array(outline) - origin) / step
    inside = polygon2mask(points.shape[:2], corners[:, ::-1]).astype(np.float32)
    return gaussian_filter(inside, 2.0)
