"""How training went, fold by fold: losses, accuracy, and the epoch whose weights were kept."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from emofold.report.style import GUIDE, INK, house_style

HOW_THE_EPOCH_WAS_CHOSEN: Mapping[str, str] = MappingProxyType(
    {
        "paper": "The epoch was chosen on the test fold: optimistic.",
        "nested": "The epoch was chosen on training speakers held out.",
    }
)
MOST_COLUMNS = 6
LEAST_WIDTH = 3  # columns
LEFT, TOP, COLUMN, ROW, GAP = 0.65, 0.75, 1.95, 2.4, 0.15  # inches
LINES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "training_loss": ("#767676", "training loss"),
        "validation_loss": ("#d55e00", "validation loss"),
        "validation_accuracy": ("#0072b2", "validation accuracy"),
    }
)
CHOSEN: Any = {"color": INK, "linestyle": ":", "linewidth": 1}


def draw_learning_curves(folds: Sequence[pd.DataFrame], model: str) -> Figure:
    """Draw the learning curves of a model, a fold beside the other, on scales that they share.

    Parameters
    ----------
    folds
        The learning curve of each fold, one epoch of each chosen.
    model
        The name of the model.

    Returns
    -------
    matplotlib.figure.Figure
        For each fold the losses by epoch, below them the accuracy in percent; a dotted line
        and dots mark the chosen epoch, and the title names the accuracy there.
    """
    rows = -(-len(folds) // MOST_COLUMNS)
    columns = -(-len(folds) // rows)
    width, height = LEFT + COLUMN * max(columns, LEAST_WIDTH), TOP + ROW * rows
    with house_style():
        figure = Figure(figsize=(width, height))
        grid = figure.add_gridspec(
            rows,
            columns,
            left=LEFT / width,
            right=(LEFT + COLUMN * columns - GAP) / width,
            top=1 - TOP / height,
            bottom=0,
            wspace=0.12,
            hspace=0,
        )
        for index, curve in enumerate(folds):
            cell = grid[index].subgridspec(3, 1, height_ratios=[1, 1, 0.5], hspace=0.2)
            loss, accuracy = (figure.add_subplot(cell[part]) for part in (0, 1))
            _draw_fold(loss, accuracy, curve, index)
            _label(loss, accuracy, index % columns == 0, index + columns >= len(folds))
        _share_scales(figure.axes[::2], figure.axes[1::2], max(map(len, folds)))
        figure.text(0.01, 1 - 0.2 / height, model, weight="bold", fontsize=10)
        figure.legend(
            handles=[
                *(Line2D([], [], color=colour, label=label) for colour, label in LINES.values()),
                Line2D([], [], **CHOSEN, label="chosen epoch"),
            ],
            loc="upper left",
            bbox_to_anchor=(0, 1 - 0.25 / height),
            ncols=4,
            frameon=False,
            fontsize=7.5,
        )
    return figure


def _draw_fold(loss: Axes, accuracy: Axes, curve: pd.DataFrame, fold: int) -> None:
    in_order = curve.sort_values("epoch")
    chosen = in_order[in_order["chosen"]].iloc[0]
    for axes in (loss, accuracy):
        axes.grid(axis="y", color=GUIDE, linewidth=0.6)
        axes.axvline(chosen["epoch"], **CHOSEN)
    for name, (colour, _) in LINES.items():
        axes = loss if name.endswith("loss") else accuracy
        axes.plot(in_order["epoch"], in_order[name], color=colour, linewidth=1.2)
        axes.plot(chosen["epoch"], chosen[name], "o", color=colour, markersize=4)
    reached = f"{chosen['validation_accuracy']:.2f} % at epoch {chosen['epoch']}"
    loss.set_title(f"fold {fold}: {reached}", fontsize=7.5, weight="normal")


def _label(loss: Axes, accuracy: Axes, is_leftmost: bool, is_lowest: bool) -> None:
    for axes, name in ((loss, "loss"), (accuracy, "accuracy [%]")):
        axes.tick_params(labelsize=7, labelleft=is_leftmost)
        axes.set_ylabel(name if is_leftmost else "", fontsize=8)
    loss.tick_params(labelbottom=False)
    accuracy.tick_params(labelbottom=is_lowest)
    accuracy.set_xlabel("epoch" if is_lowest else "", fontsize=8)


def _share_scales(losses: Sequence[Axes], accuracies: Sequence[Axes], epochs: int) -> None:
    highest = max(axes.dataLim.y1 for axes in losses)
    for axes in losses:
        axes.set_ylim(0, 1.05 * highest)
    for axes in accuracies:
        axes.set_ylim(0, 100)
    for axes in (*losses, *accuracies):
        axes.set_xlim(0, epochs + 1)
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
