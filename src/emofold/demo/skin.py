"""What the skin itself does as it moves: eyelids close over the eyes, furrows deepen."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray

from emofold.demo.muscles import CREASES, Crease
from emofold.demo.photograph import (
    EYELIDS_LOWER,
    EYELIDS_UPPER,
    Image,
    Point,
    RestingFace,
    interpolate_curve,
    texel_points,
)

LASHES = 0.55
LASH_HEIGHT = 2.4
UNREACHED = 9.0


class SkinTexture:
    """The layers of a face whose eyes close and whose skin creases."""

    def __init__(self, face: RestingFace) -> None:
        self._resting = np.stack([face.upper, face.lower]).transpose(0, 3, 1, 2).copy()
        self._eyelids = face.eyelids.transpose(2, 0, 1).copy()
        self.mouth = torch.from_numpy(face.mouth.transpose(2, 0, 1).copy())

    def layers(self, contracted: Mapping[str, float], lids: float) -> NDArray[np.float32]:
        """Return the upper and the lower layer; shape (2, 4, texels, texels)."""
        layers = self._resting.copy()
        if lids > 0:
            self._close_eyes(layers[0], lids)
        for crease in CREASES:
            contraction = contracted.get(crease.action, 0.0)
            if contraction > 0:
                (rows, columns), light_lost = _find_furrow(crease)
                layers[:, :3, rows, columns] *= 1 - np.float32(contraction) * light_lost
        return layers

    def _close_eyes(self, layer: NDArray[np.float32], lids: float) -> None:
        (rows, columns), reached, height = _find_eye_openings()
        covered = np.clip((lids - reached) * height + 0.5, 0, 1)
        at_edge = np.exp(-(((lids - reached) * height / 1.4) ** 2))
        skin = self._eyelids[:, rows, columns] * (1 - np.float32(LASHES) * at_edge)
        open_eyes = layer[:3, rows, columns]
        layer[:3, rows, columns] = open_eyes + covered * (skin - open_eyes)


@cache
def _find_eye_openings() -> tuple[tuple[slice, slice], Image, Image]:
    """Return where the eyes are, how far a lid must close to reach each texel, and their height."""
    points = texel_points()
    x, y = points[..., 0], points[..., 1]
    reached = np.full(x.shape, UNREACHED)
    height = np.ones(x.shape)
    for upper, lower in zip(EYELIDS_UPPER, EYELIDS_LOWER, strict=True):
        top, bottom = interpolate_curve(upper, x) - LASH_HEIGHT, interpolate_curve(lower, x) + 0.6
        inside = (x > upper[0][0]) & (x < upper[-1][0]) & (y > top) & (y < bottom)
        reached = np.where(inside, (y - top) / (bottom - top), reached)
        height = np.where(inside, 2 * (bottom - top), height)
    window = _enclose(reached < UNREACHED)
    return window, reached[window].astype(np.float32), height[window].astype(np.float32)


@cache
def _find_furrow(crease: Crease) -> tuple[tuple[slice, slice], Image]:
    """Return where a crease is, and the share of light that it takes when it is deepest."""
    points = texel_points()
    nearness = np.zeros(points.shape[:2])
    for line in crease.lines:
        for point in _interpolate_line(line):
            distance = np.hypot(*np.moveaxis(points - point, -1, 0))
            nearness = np.maximum(nearness, np.exp(-((distance / crease.width) ** 2)))
    window = _enclose(nearness > 0.01)
    return window, (crease.depth * nearness[window]).astype(np.float32)


def _interpolate_line(line: tuple[Point, ...], points: int = 60) -> NDArray[np.float64]:
    corners = np.arange(len(line))
    return np.column_stack(
        [
            np.interp(np.linspace(0, corners[-1], points), corners, axis)
            for axis in np.transpose(line)
        ]
    )


def _enclose(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
