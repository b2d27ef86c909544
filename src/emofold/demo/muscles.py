"""What the Action Units of the face move in the photograph, and where the skin creases.

An Action Unit is a set of smooth pulls. The names and the landmarks follow the Facial Action Coding
System (Ekman & Friesen 1978); how far a pull goes is chosen by eye.
"""

from dataclasses import dataclass
from typing import Literal

from emofold.demo.photograph import Point

Layer = Literal["both", "upper lip", "lower lip"]

LANDMARKS: dict[str, tuple[Point, ...]] = {
    "inner brow": ((213.0, 91.5), (237.5, 92.0)),
    "middle brow": ((201.0, 88.5), (250.0, 90.5)),
    "outer brow": ((190.5, 90.0), (261.5, 93.0)),
    "upper lid": ((203.5, 97.5), (247.0, 99.5)),
    "lower lid": ((204.0, 105.0), (246.0, 107.0)),
    "cheek": ((194.0, 119.0), (254.0, 122.0)),
    "nostril": ((212.0, 126.0), (235.5, 127.0)),
    "nose root": ((217.0, 105.0), (231.0, 106.0)),
    "lip corner": ((206.6, 145.0), (240.2, 145.6)),
    "side of lip": ((214.5, 142.5), (232.0, 143.0)),
    "upper lip": ((223.4, 142.0),),
    "lower lip": ((223.0, 149.5),),
    "rim of lower lip": ((223.0, 146.0),),
    "chin": ((222.0, 172.0),),
    "jowl": ((199.0, 163.0), (248.0, 166.0)),
}


@dataclass(frozen=True)
class Pull:
    """A smooth pull on the skin around a landmark, in pixels of the photograph.

    Attributes
    ----------
    landmark
        One of :data:`LANDMARKS`.
    reach
        How far around it the skin follows, across and down.
    outward, down
        How far the landmark itself goes: away from the middle of the face, and down.
    layer
        What follows: all the skin, or one lip alone, between the corners of the mouth.
    """

    landmark: str
    reach: tuple[float, float]
    outward: float
    down: float
    layer: Layer = "both"


ACTIONS: dict[str, tuple[Pull, ...]] = {
    "inner brow raiser": (Pull("inner brow", (11, 8), 0, -4.4),),
    "outer brow raiser": (
        Pull("outer brow", (10, 8), 0, -3.6),
        Pull("middle brow", (9, 8), 0, -3.0),
    ),
    "brow lowerer": (
        Pull("inner brow", (9, 8), -3.2, 4.0),
        Pull("middle brow", (9, 7), -0.5, 2.4),
    ),
    "upper lid raiser": (
        Pull("upper lid", (9, 3.8), 0, -1.6),
        Pull("lower lid", (9, 3.6), 0, 0.7),
    ),
    "cheek raiser": (
        Pull("cheek", (14, 10), 0, -3.2),
        Pull("lower lid", (10, 4), 0, -1.3),
    ),
    "lid tightener": (
        Pull("lower lid", (9, 3.6), 0, -1.2),
        Pull("upper lid", (9, 3.6), 0, 1.1),
    ),
    "nose wrinkler": (
        Pull("nostril", (8, 9), 0.8, -4.0),
        Pull("inner brow", (9, 7), -1.5, 2.5),
        Pull("lower lid", (9, 4), 0, -1.2),
    ),
    "upper lip raiser": (
        Pull("upper lip", (14, 9), 0, -2.6),
        Pull("side of lip", (7, 6), 0.5, -3.0, "upper lip"),
        Pull("cheek", (12, 9), 0, -1.6),
    ),
    "lip corner puller": (
        Pull("lip corner", (9, 9), 4.2, -5.4),
        Pull("cheek", (14, 10), 0, -1.5),
        Pull("lower lip", (10, 6), 0, -0.6, "lower lip"),
    ),
    "lip corner depressor": (
        Pull("lip corner", (9, 8), 0.8, 5.0),
        Pull("lower lip", (8, 6), 0, -0.8),
    ),
    "chin raiser": (
        Pull("lower lip", (13, 8), 0, -2.4),
        Pull("chin", (14, 9), 0, -2.6),
    ),
    "lip stretcher": (Pull("lip corner", (9, 9), 5.0, 1.6),),
    "lip tightener": (
        Pull("lip corner", (8, 8), -1.6, 0),
        Pull("upper lip", (14, 4), 0, 1.4),
        Pull("lower lip", (14, 5), 0, -1.8),
    ),
    "lips part": (
        Pull("rim of lower lip", (16, 10), 0, 2.8, "lower lip"),
        Pull("upper lip", (15, 7), 0, -0.8, "upper lip"),
    ),
    "jaw drop": (
        Pull("rim of lower lip", (26, 15), 0, 9.0, "lower lip"),
        Pull("chin", (26, 15), 0, 7.5),
        Pull("jowl", (16, 16), -0.8, 3.0),
        Pull("lip corner", (9, 9), -2.0, 1.0),
        Pull("upper lip", (15, 7), 0, -1.0, "upper lip"),
    ),
}


@dataclass(frozen=True)
class Crease:
    """A furrow that an Action Unit darkens.

    Attributes
    ----------
    action
        One of :data:`ACTIONS`.
    lines
        The points of each furrow.
    width, depth
        In pixels of the photograph, and as the share of light that is lost.
    """

    action: str
    lines: tuple[tuple[Point, ...], ...]
    width: float
    depth: float


CREASES = (
    Crease(
        "brow lowerer",
        (((219.5, 88.0), (221.0, 96.5)), ((231.5, 88.5), (229.5, 97.0))),
        width=1.7,
        depth=0.24,
    ),
    Crease(
        "nose wrinkler",
        (
            ((213.0, 108.0), (217.5, 112.0)),
            ((233.5, 109.0), (229.5, 112.5)),
            ((219.0, 101.5), (224.0, 103.0), (229.0, 102.0)),
            ((220.0, 105.5), (224.0, 106.8), (228.0, 106.0)),
        ),
        width=1.4,
        depth=0.20,
    ),
    Crease(
        "upper lip raiser",
        (
            ((210.0, 126.5), (204.5, 131.0), (200.5, 138.0)),
            ((237.5, 127.5), (242.5, 132.5), (246.5, 139.5)),
        ),
        width=2.0,
        depth=0.18,
    ),
    Crease(
        "lip corner puller",
        (
            ((209.0, 128.0), (203.0, 133.0), (198.5, 141.0)),
            ((238.0, 129.0), (244.0, 134.5), (248.5, 142.5)),
        ),
        width=2.2,
        depth=0.15,
    ),
    Crease(
        "chin raiser",
        (((212.0, 157.5), (222.5, 155.8), (233.0, 157.5)),),
        width=1.6,
        depth=0.16,
    ),
    Crease(
        "inner brow raiser",
        (
            ((207.0, 82.5), (216.0, 80.5), (224.0, 81.0), (233.0, 81.0), (242.0, 83.5)),
            ((210.0, 86.0), (217.0, 84.5), (224.0, 85.0), (232.0, 85.0), (239.0, 86.5)),
        ),
        width=0.8,
        depth=0.13,
    ),
)
