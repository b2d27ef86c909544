"""What a face did in one clip: the intensities of its Action Units over time."""

import io
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure, FigureBase

from emofold.errors import InputError, listing
from emofold.face.action_units import (
    AU_NAMES,
    FACE_FROM_TOP_TO_CHIN,
    HIGHEST_INTENSITY,
    UNITS_IN_ORDER,
)
from emofold.face.frames import frame_edges, is_valid
from emofold.report.style import INK, house_style

WIDTH, HEIGHT = 4.7, 3.3  # inches
LEFT, RIGHT = 0.34, 0.915  # of the heat map, as shares of the width of the figure
NOT_MEASURED = "#dcdcdc"
INTENSITY_COLOURS = mpl.colormaps["magma_r"].with_extremes(bad=NOT_MEASURED)
TEXT_AS_TEXT: Any = {
    "svg.fonttype": "none",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
}


def draw_action_units(frames: pd.DataFrame, title: str, min_confidence: float) -> Figure:
    """Draw the intensities of the Action Units of one clip over time.

    The colours mean the same in every figure (0 to 5, the scale of FACS: Ekman, Friesen & Hager
    2002), so that clips compare. The number beside a row is its mean over the valid frames.

    Parameters
    ----------
    frames
        The rows of one clip of the table of Action Unit frames; timestamps in seconds.
    title
        What stands above the rows.
    min_confidence
        Frames without a face, or found with less confidence than this, are hatched.

    Returns
    -------
    matplotlib.figure.Figure
        A heat map: a row an Action Unit, from the brows down to the chin; time from left to right.

    Raises
    ------
    InputError
        When the rows are not those of one clip.
    """
    in_order = order_frames(frames)
    with house_style():
        figure = Figure(figsize=(WIDTH, HEIGHT))
        shade_action_units(figure, in_order, min_confidence)
        figure.text(0.01, 0.955, title, weight="bold")
    return figure


def order_frames(frames: pd.DataFrame) -> pd.DataFrame:
    """Return the frames of a clip in the order of time; complain unless they are of one clip."""
    clips = frames["clip"].unique()
    if len(clips) != 1:
        raise InputError(
            f"frames of {len(clips)} clips ({listing(clips)})" if len(clips) else "no frames",
            "the frames of one clip",
            "draw each clip that has frames by itself",
        )
    return frames.sort_values(["timestamp", "frame"])


def shade_action_units(figure: FigureBase, in_order: pd.DataFrame, min_confidence: float) -> Axes:
    """Draw the heat map of :func:`draw_action_units` on a figure, or on a part of one.

    Parameters
    ----------
    figure
        What to draw on, `WIDTH` x `HEIGHT` inches.
    in_order
        The frames of one clip in the order of time.
    min_confidence
        As for :func:`draw_action_units`.

    Returns
    -------
    matplotlib.axes.Axes
        The heat map, between `LEFT` and `RIGHT`.
    """
    valid = is_valid(in_order, min_confidence)
    intensities = in_order[[f"{unit}_r" for unit in UNITS_IN_ORDER]].where(valid, axis="index")
    edges = frame_edges(in_order)
    axes = figure.add_axes((LEFT, 0.135, RIGHT - LEFT, 0.79))
    image = axes.pcolorfast(
        edges,
        np.arange(len(UNITS_IN_ORDER) + 1),
        np.ma.masked_invalid(intensities.to_numpy().T),
        cmap=INTENSITY_COLOURS,
        vmin=0,
        vmax=HIGHEST_INTENSITY,
    )
    hatch(axes, ~valid.to_numpy(), edges)
    for border in np.cumsum([len(region) for region in FACE_FROM_TOP_TO_CHIN[:-1]]):
        axes.axhline(border, color="white", linewidth=2.5)
    axes.set_ylim(len(UNITS_IN_ORDER), 0)
    axes.set_xlim(edges[0], edges[-1])
    _label(axes, intensities.mean())
    _explain_colours(figure, image)
    figure.text(LEFT, 0.02, "time [s]", fontsize=7.5)
    if not valid.all():
        note = f"hatched: no face or confidence < {min_confidence:g}"
        figure.text(RIGHT, 0.02, note, ha="right", fontsize=6.5)
    return axes


def hatch(axes: Axes, is_gap: np.ndarray, edges: np.ndarray) -> None:
    """Hatch the frames that are gaps; see :func:`frame_edges`."""
    changes = np.flatnonzero(np.diff(is_gap, prepend=False, append=False))
    for start, end in edges[changes].reshape(-1, 2):
        axes.axvspan(
            start, end, facecolor=NOT_MEASURED, edgecolor="white", hatch="////", linewidth=0
        )


def as_svg(figure: Figure) -> bytes:
    """Return a figure as a small svg: its text stays text; equal figures give equal bytes."""
    buffer = io.BytesIO()
    with house_style(), mpl.rc_context(TEXT_AS_TEXT):
        figure.savefig(buffer, format="svg", dpi=144, metadata={"Date": None})
    return buffer.getvalue()


def _label(axes: Axes, means: pd.Series) -> None:
    labels = [f"{unit} {AU_NAMES[unit]}" for unit in UNITS_IN_ORDER]
    axes.set_yticks(np.arange(len(labels)) + 0.5, labels, fontsize=7.5)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", labelsize=7.5)
    axes.locator_params(axis="x", nbins=6)
    axes.spines[:].set_visible(False)
    beside = axes.get_yaxis_transform()
    axes.text(1.02, -0.2, "mean", transform=beside, va="bottom", fontsize=6.5)
    for row, mean in enumerate(means):
        text = "–" if np.isnan(mean) else f"{mean:.1f}"
        axes.text(1.02, row + 0.5, text, transform=beside, va="center", fontsize=7.5, color=INK)


def _explain_colours(figure: FigureBase, image: ScalarMappable) -> None:
    strip = figure.add_axes((0.04, 0.06, 0.2, 0.022))
    bar = figure.colorbar(image, cax=strip, orientation="horizontal", ticks=[0, HIGHEST_INTENSITY])
    bar.outline.set_visible(False)
    strip.tick_params(length=0, labelsize=7, pad=1.5)
    strip.set_title("intensity", fontsize=7.5, weight="normal", loc="center", pad=2)
