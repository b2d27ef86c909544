"""What a sequence model attended to in one clip, above what the face did."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from emofold.errors import InputError, listing
from emofold.face.frames import frame_edges
from emofold.models.attention import describe_if_even
from emofold.report.figures.action_units import (
    HEIGHT,
    LEFT,
    RIGHT,
    WIDTH,
    hatch,
    order_frames,
    shade_action_units,
)
from emofold.report.style import INK, house_style

BAND_HEIGHT, WORDS_HEIGHT = 0.85, 0.25  # inches
BAND_COLOUR = "#0072b2"


def draw_attention(frames: pd.DataFrame, attention: pd.DataFrame, min_confidence: float) -> Figure:
    """Draw the attention over the frames of one clip above the clip's Action Units.

    The dashed line is what each frame would get were the attention spread evenly. Attention that is
    spread so says nothing: it is not drawn, but said to be even.

    Parameters
    ----------
    frames
        The rows of one clip of the table of Action Unit frames; timestamps in seconds.
    attention
        The rows of the same clip of the table of attention; its weights add up to one.
    min_confidence
        Frames without a face, or found with less confidence than this, are hatched among the
        Action Units. Above them, frames without a weight are.

    Returns
    -------
    matplotlib.figure.Figure
        The share of each frame in percent, or words; below it, and on the same axis of time, the
        figure of :func:`~emofold.report.figures.action_units.draw_action_units`.

    Raises
    ------
    InputError
        When the rows are not all those of one clip, or frames are attended to that are not there.
    """
    in_order = order_frames(frames)
    edges = frame_edges(in_order)
    _check_same_clip(frames, attention)
    even = describe_if_even(attention["weight"])
    with house_style():
        heights = [WORDS_HEIGHT if even else BAND_HEIGHT, HEIGHT]
        figure = Figure(figsize=(WIDTH, sum(heights)))
        above, below = figure.subfigures(2, 1, height_ratios=heights, squeeze=False)[:, 0]
        heat_map = shade_action_units(below, in_order, min_confidence)
        if even:
            above.text(LEFT, 0.3, f"attention is {even}", fontsize=7.5)
            return figure
        axes = above.add_axes((LEFT, 0.0, RIGHT - LEFT, 0.9), sharex=heat_map)
        shares = 100 * attention.set_index("frame")["weight"].reindex(in_order["frame"]).to_numpy()
        axes.stairs(shares, edges, fill=True, color=BAND_COLOUR, linewidth=0)
        hatch(axes, pd.isna(shares), edges)
        evenly = 100 / len(attention)
        axes.axhline(evenly, color=INK, linestyle="--", linewidth=0.8)
        axes.set_ylim(0, max(2 * evenly, 1.08 * attention["weight"].max() * 100))
        _label(axes, evenly)
    return figure


def _check_same_clip(frames: pd.DataFrame, attention: pd.DataFrame) -> None:
    keys = ["clip", "frame"]
    unknown = pd.MultiIndex.from_frame(attention[keys]).difference(
        pd.MultiIndex.from_frame(frames[keys])
    )
    if attention.empty or len(unknown):
        of_clip = listing(frames["clip"].unique())
        raise InputError(
            f"attention to frames that are not those of {of_clip}: {listing(unknown)}"
            if len(unknown)
            else f"no attention to any frame of {of_clip}",
            "attention to frames of the clip",
            "delete the attention of the model and run the workflow again, which makes it anew",
        )


def _label(axes: Axes, evenly: float) -> None:
    axes.tick_params(axis="x", labelbottom=False, length=0)
    axes.tick_params(axis="y", labelsize=7, length=2)
    axes.locator_params(axis="y", nbins=3)
    axes.spines["bottom"].set_visible(False)
    beside: Any = {"transform": axes.get_yaxis_transform(), "va": "center"}
    axes.text(1.02, evenly, "even", fontsize=7, **beside)
    within: Any = {"transform": axes.transAxes, "ha": "right", "va": "center"}
    axes.text(-0.12, 0.65, "attention", fontsize=7.5, **within)
    axes.text(-0.12, 0.4, "share per frame [%]", fontsize=7, **within)
