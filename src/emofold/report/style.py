"""One look for all figures, and files that are equal when the numbers are."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from emofold.files import atomic_write

MODALITY_COLOURS = {
    "speech": "#0072b2",
    "face": "#d55e00",
    "speech+face": "#007a5e",
}
BASELINE_COLOUR = "#767676"
NOTE_GAP_INCHES = 0.1
INK = "#222222"
GUIDE = "#d9d9d9"

STYLE: Any = {
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "text.parse_math": False,  # a name with two $ in it is a name
    "figure.dpi": 100,
    "svg.hashsalt": "emofold",
    "svg.fonttype": "path",
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw everything in the block in the house style."""
    with mpl.rc_context(STYLE):
        yield


def save(figure: Figure, path: Path, note: str = "") -> None:
    """Write a figure as svg, without the date, so that equal figures are equal files.

    Parameters
    ----------
    figure, path
        The figure and the file to write.
    note
        What must be said below the figure.
    """
    with mpl.rc_context(STYLE), atomic_write(path) as partial:
        if note:
            drawn, height = figure.get_tightbbox(), figure.get_size_inches()[1]
            below = (drawn.y0 - NOTE_GAP_INCHES) / height
            left = drawn.x0 / figure.get_size_inches()[0]
            figure.text(left, below, note, va="top", fontsize=8, style="italic", color=INK)
        figure.savefig(partial, format="svg", bbox_inches="tight", metadata={"Date": None})
