"""Accuracy by system, with intervals, beside what was reported."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from emofold.evaluation.metrics import means_with_intervals
from emofold.models.schemas import MODALITIES
from emofold.report.style import BASELINE_COLOUR, GUIDE, INK, MODALITY_COLOURS, house_style


def draw_accuracies(
    metrics: pd.DataFrame, comparison: pd.DataFrame, human: Mapping[str, float]
) -> Figure:
    """Draw the mean accuracy of each system (cf. figure 7 of the paper).

    Parameters
    ----------
    metrics
        The metrics table.
    comparison
        The comparison table; it may be empty.
    human
        The accuracy of human raters, by modality; it may be empty.

    Returns
    -------
    matplotlib.figure.Figure
        One row per system, the modalities below one another, the best system of each on top.
    """
    wald, bootstrap = (
        means_with_intervals(metrics, method).set_index("system")
        for method in ("wald", "speaker_bootstrap")
    )
    colours = wald["modality"].map(MODALITY_COLOURS).fillna(BASELINE_COLOUR)
    from_below = wald["modality"].map(["face", "speech", "speech+face"].index, na_action="ignore")
    order = (
        wald.assign(modality=from_below)
        .sort_values(["modality", "accuracy"], na_position="first")
        .index
    )
    height = pd.Series(range(len(order)), index=order)
    with house_style():
        figure = Figure(figsize=(7.2, 1.3 + 0.23 * len(order)))
        axes = figure.subplots()
        axes.hlines(height, 0, 100, color=GUIDE, linewidth=0.6, zorder=0)
        for system in order:
            row, colour = wald.loc[system], colours[system]
            spread = bootstrap.loc[system]
            y = height[system]
            axes.plot([spread["ci_low"], spread["ci_high"]], [y, y], color=colour, linewidth=1)
            axes.plot([row["ci_low"], row["ci_high"]], [y, y], color=colour, linewidth=3.5)
            axes.plot(row["accuracy"], y, "o", color=colour, markersize=5, zorder=3, clip_on=False)
            right_edge = max(spread["ci_high"], row["ci_high"])
            axes.text(
                right_edge + 1,
                y,
                f"{row['accuracy']:.2f}",
                va="center",
                fontsize=7.5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
            )
        reported = comparison.groupby("system", sort=False)["reported"].first()
        axes.plot(
            reported,
            height[reported.index],
            "|",
            color=INK,
            markersize=9,
            markeredgewidth=1.4,
            linestyle="none",
            zorder=4,
        )
        for modality, accuracy in human.items():
            axes.axvline(
                accuracy, color=MODALITY_COLOURS[modality], linestyle=":", linewidth=1, zorder=0
            )
            axes.text(
                accuracy,
                len(order) - 0.35,
                f" human, {modality} ",
                color=MODALITY_COLOURS[modality],
                ha="right" if modality == "speech" else "left",
                fontsize=7.5,
            )
        axes.set_yticks(height, order)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(-0.7, len(order) + 0.3)
        axes.set_xlim(0, 100)
        axes.set_xlabel("accuracy, mean of the folds [%]")
        axes.legend(
            handles=_legend(wald["modality"], has_reported=len(reported) > 0),
            loc="upper center",
            bbox_to_anchor=(0.4, -0.75 / (0.23 * len(order) + 0.9)),
            ncols=4,
            frameon=False,
            fontsize=7.5,
        )
    return figure


def _legend(modalities: pd.Series, has_reported: bool) -> list[Line2D]:
    colours = {name: MODALITY_COLOURS[name] for name in MODALITIES if name in set(modalities)}
    handles = [
        Line2D([], [], color=colour, marker="o", linewidth=0, label=name)
        for name, colour in {**colours, "baseline": BASELINE_COLOUR}.items()
    ]
    handles += [
        Line2D([], [], color=INK, linewidth=3.5, label="Wald interval"),
        Line2D([], [], color=INK, linewidth=1, label="bootstrap over speakers"),
    ]
    if has_reported:
        handles.append(
            Line2D([], [], color=INK, marker="|", markersize=9, linewidth=0, label="reported")
        )
    return handles
