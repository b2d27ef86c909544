"""Reliability diagrams: how right each system is, by how sure it is."""

import textwrap
from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from emofold.evaluation.calibration import BINS, expected_calibration_errors
from emofold.report.style import GUIDE, INK, MODALITY_COLOURS, house_style

COLUMNS = 4
TITLE_CHARACTERS = 26
WIDTH, HEIGHT = 2.0, 2.2  # inches per panel


def draw_reliability(
    calibration: pd.DataFrame, modalities: pd.Series, systems: Sequence[str]
) -> Figure:
    """Draw a panel per system: accuracy by confidence, against the diagonal of a calibrated system.

    Parameters
    ----------
    calibration
        The calibration table.
    modalities
        The modality of each system, by its name.
    systems
        The systems to draw, in order.

    Returns
    -------
    matplotlib.figure.Figure
        The area of a dot grows with the clips in its bin; the title names the expected calibration
        error.
    """
    errors = expected_calibration_errors(calibration)
    rows = -(-len(systems) // COLUMNS)
    with house_style():
        figure = Figure(figsize=(WIDTH * COLUMNS, HEIGHT * rows), layout="constrained")
        panels = figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False)
        for panel in panels.flat[len(systems) :]:
            panel.set_axis_off()
        for panel in panels.flat[max(0, len(systems) - COLUMNS) : len(systems)]:
            panel.tick_params(labelbottom=True)
        for panel, system in zip(panels.flat, systems, strict=False):
            bins = calibration[calibration["system"] == system]
            colour = MODALITY_COLOURS[modalities[system]]
            panel.plot([0, 100], [0, 100], color=INK, linewidth=0.8, linestyle=":")
            panel.vlines(
                bins["confidence"], bins["confidence"], bins["accuracy"], color=GUIDE, linewidth=2
            )
            share = bins["n"] / bins["n"].sum()
            panel.scatter(
                bins["confidence"],
                bins["accuracy"],
                8 + 250 * share,
                colour,
                zorder=3,
                clip_on=False,
            )
            name = textwrap.fill(system, TITLE_CHARACTERS)
            panel.set_title(f"{name}\nECE {errors[system]:.1f}", fontsize=7.5)
            panel.set_xlim(0, 103)
            panel.set_ylim(0, 103)
            panel.set_xticks(range(0, 101, 50))
            panel.set_yticks(range(0, 101, 50))
        figure.supxlabel(f"confidence [%], {BINS} bins", fontsize=9)
        figure.supylabel("accuracy [%]", fontsize=9)
    return figure
