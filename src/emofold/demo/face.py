"""Moving faces: the photograph at rest, bent into a speaker and moved by Action Units."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import grid_sample

from emofold.demo.cast import TRAITS, Looks
from emofold.demo.complexion import colour_face
from emofold.demo.muscles import ACTIONS, LANDMARKS, Layer, Pull
from emofold.demo.photograph import FACE_CENTRE, LEFT, MOUTH_LINE, SIDE, TOP
from emofold.demo.skin import SkinTexture

FRAME_SIDE = 320
VIEW_SIDE = 178.0
VIEW_CENTRE = (224.0, 103.0)
HEAD_REACH = 85.0
PIXELS_PER_CELL = 2
INVERSION_STEPS = 3
HIGHEST_LIP, LOWEST_LIP = 128.0, 166.0

Track = NDArray[np.float64]


@dataclass(frozen=True)
class Motion:
    """What a face does, frame by frame.

    Attributes
    ----------
    actions
        How far each Action Unit of :data:`emofold.demo.muscles.ACTIONS` is contracted, about 0 to
        1; those left out rest; shape (frames,) each.
    lids
        How far the eyes are closed, 0 to 1; shape (frames,).
    head
        Shift across and down in pixels of the photograph and tilt in radians; shape (frames, 3).
    """

    actions: Mapping[str, Track]
    lids: Track
    head: Track


def draw(looks: Looks, motion: Motion, rng: np.random.Generator) -> Iterator[NDArray[np.uint8]]:
    """Yield the frames of a moving face.

    Parameters
    ----------
    looks
        Whose face it is.
    motion
        What it does.
    rng
        Where the noise of the camera comes from.

    Yields
    ------
    numpy.ndarray
        Shape (side, side, 3): red, green and blue.
    """
    texture = _make_texture(looks)
    at_rest = _displace_by_traits(looks)
    grain = rng.standard_normal((2 * FRAME_SIDE, 2 * FRAME_SIDE, 1)).astype(np.float32)
    for frame, (lids, head) in enumerate(zip(motion.lids, motion.head, strict=True)):
        contracted = {name: float(track[frame]) for name, track in motion.actions.items()}
        layers = torch.from_numpy(texture.layers(contracted, float(lids)))
        displacement = at_rest.clone()
        for name, contraction in contracted.items():
            displacement += contraction * _displace_by_action(name)
        seen = torch.from_numpy(_find_points(looks, head))
        pixels = _compose(layers, texture.mouth, _invert(displacement), seen).numpy()
        down, across = rng.integers(0, FRAME_SIDE, 2)
        noise = grain[down : down + FRAME_SIDE, across : across + FRAME_SIDE]
        yield (np.clip(pixels + looks.grain * noise, 0, 1) * 255 + 0.5).astype(np.uint8)


@cache
def _make_texture(looks: Looks) -> SkinTexture:
    return SkinTexture(colour_face(looks))


def _compose(layers: Tensor, mouth: Tensor, displacement: Tensor, seen: Tensor) -> Tensor:
    """Lay the skin above the lips over the skin below them, and both over the mouth.

    Parameters
    ----------
    layers
        Upper and lower layer; shape (2, 4, texels, texels).
    mouth
        Shape (3, texels, texels).
    displacement
        How far each point of either layer moves; shape (2, 2, cells, cells).
    seen
        The point of every pixel of the frame; shape (side, side, 2).

    Returns
    -------
    torch.Tensor
        Shape (side, side, 3).
    """
    highest, lowest = np.searchsorted(seen[:, 0, 1].numpy(), (HIGHEST_LIP, LOWEST_LIP))
    upper = _warp(layers[0], displacement[0], seen[:lowest])
    lower = _warp(layers[1], displacement[1], seen[highest:])
    inside = _sample(mouth, seen[highest:lowest])
    between = lowest - highest
    below = inside + lower[:between, :, 3:] * (lower[:between, :, :3] - inside)
    above = upper[highest:]
    lips = below + above[..., 3:] * (above[..., :3] - below)
    return torch.cat([upper[:highest, :, :3], lips, lower[between:, :, :3]])


def _warp(layer: Tensor, displacement: Tensor, seen: Tensor) -> Tensor:
    """Return what a layer shows at points once its skin has moved there."""
    return _sample(layer, seen - _sample(displacement, seen))


def _sample(image: Tensor, points: Tensor) -> Tensor:
    """Return what an image of the texture's square shows at points of the photograph.

    Parameters
    ----------
    image
        Shape (channels, height, width).
    points
        Shape (rows, columns, 2).

    Returns
    -------
    torch.Tensor
        Shape (rows, columns, channels).
    """
    relative = (points - _corner()) * (2 / SIDE) - 1
    sampled = grid_sample(image[None], relative[None], padding_mode="border", align_corners=False)
    return sampled[0].movedim(0, -1)


@cache
def _corner() -> Tensor:
    return torch.tensor([LEFT, TOP], dtype=torch.float32) - 0.5


@cache
def _cells() -> Tensor:
    """Return the points at which displacements are known; shape (cells, cells, 2)."""
    steps = (torch.arange(SIDE // PIXELS_PER_CELL) + 0.5) * PIXELS_PER_CELL - 0.5
    y, x = torch.meshgrid(TOP + steps, LEFT + steps, indexing="ij")
    return torch.stack([x, y], dim=-1)


def _invert(displacement: Tensor) -> Tensor:
    """Turn where the skin goes into where the skin that arrives at each point came from.

    Shape (2, 2, cells, cells).
    """
    inverted = []
    for layer in displacement:
        arrived = layer.movedim(0, -1)
        for _ in range(INVERSION_STEPS):
            arrived = _sample(layer, _cells() - arrived)
        inverted.append(arrived.movedim(-1, 0))
    return torch.stack(inverted)


@cache
def _displace_by_action(name: str) -> Tensor:
    return _displace(ACTIONS[name])


@cache
def _displace_by_traits(looks: Looks) -> Tensor:
    return sum(
        (amount * _displace(TRAITS[trait]) for trait, amount in looks.traits.items()),
        torch.zeros(_displace(()).shape),
    )


def _displace(pulls: tuple[Pull, ...]) -> Tensor:
    """Return how far pulls move each cell of the upper and the lower layer."""
    cells = _cells()
    displacement = torch.zeros(2, 2, *cells.shape[:2])
    for pull in pulls:
        for x, y in LANDMARKS[pull.landmark]:
            outward = pull.outward * np.sign(x - FACE_CENTRE[0])
            across, down = (cells[..., 0] - x) / pull.reach[0], (cells[..., 1] - y) / pull.reach[1]
            strength = torch.exp(-(across**2) - down**2)
            move = torch.stack([outward * strength, pull.down * strength])
            if pull.layer != "both":
                move *= _weight_between_corners()
            for layer in _index_layers(pull.layer):
                displacement[layer] += move
    return displacement


def _index_layers(layer: Layer) -> tuple[int, ...]:
    return {"both": (0, 1), "upper lip": (0,), "lower lip": (1,)}[layer]


def _weight_between_corners() -> Tensor:
    """Return 1 in the middle of the mouth, falling to 0 at its corners."""
    left, right = MOUTH_LINE[0][0], MOUTH_LINE[-1][0]
    offset = (_cells()[..., 0] - (left + right) / 2) / ((right - left) / 2)
    return torch.clamp(1 - offset**2, min=0) ** 0.5


def _find_points(looks: Looks, head: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the point of the resting photograph that each pixel looks at."""
    x, y, follows = _find_points_of_still_head(looks)
    across, down, tilt = head.astype(np.float32)
    return np.stack(
        [
            VIEW_CENTRE[0] + x + follows * (tilt * y - across),
            VIEW_CENTRE[1] + y - follows * (tilt * x + down),
        ],
        axis=-1,
    )


@cache
def _find_points_of_still_head(looks: Looks) -> NDArray[np.float32]:
    """Return what each pixel looks at from the middle of the view, and how far it is head."""
    steps = ((np.arange(FRAME_SIDE) + 0.5) / FRAME_SIDE - 0.5) * VIEW_SIDE
    x, y = np.meshgrid(-steps if looks.mirrored else steps, steps)
    x, y = x / looks.width, y / looks.height
    return np.stack([x, y, np.exp(-(((x**2 + y**2) / HEAD_REACH**2) ** 2))]).astype(np.float32)
