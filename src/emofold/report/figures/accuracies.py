"""Accuracy by system, with intervals, beside what was reported."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from emofold.models.schemas import STAGES
from emofold.report.style import GUIDE, INK, STAGE_COLOURS, house_style


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
        The accuracy of human raters, by stage; it may be empty.

    Returns
    -------
    matplotlib.figure.Figure
        One row a system, the stages below one another, the best system of a stage on top.
    """
    means = metrics[metrics["fold"].isna()]
    wald = means[means["ci_method"] == "wald"].set_index("system")
    bootstrap = means[means["ci_method"] == "speaker_bootstrap"].set_index("system")
    from_below = wald["stage"].map(["baseline", "face", "speech", "fusion"].index)
    order = wald.assign(place=from_below).sort_values(["place", "accuracy"]).index
    height = pd.Series(range(len(order)), index=order)
    with house_style():
        figure = Figure(figsize=(7.2, 1.3 + 0.23 * len(order)))
        axes = figure.subplots()
        axes.hlines(height, 0, 100, color=GUIDE, linewidth=0.6, zorder=0)
        for system in order:
            row, colour = wald.loc[system], STAGE_COLOURS[wald.loc[system, "stage"]]
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
        for stage, accuracy in human.items():
            axes.axvline(accuracy, color=STAGE_COLOURS[stage], linestyle=":", linewidth=1, zorder=0)
            axes.text(
                accuracy,
                len(order) - 0.35,
                f" human, {stage} ",
                color=STAGE_COLOURS[stage],
                ha="right" if stage == "speech" else "left",
                fontsize=7.5,
            )
        axes.set_yticks(height, order)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(-0.7, len(order) + 0.3)
        axes.set_xlim(0, 100)
        axes.set_xlabel("accuracy, mean of the folds [%]")
        axes.legend(
            handles=_legend(wald["stage"], has_reported=len(reported) > 0),
            loc="upper center",
            bbox_to_anchor=(0.4, -0.75 / (0.23 * len(order) + 0.9)),
            ncols=4,
            frameon=False,
            fontsize=7.5,
        )
    return figure


def _legend(stages: pd.Series, has_reported: bool) -> list[Line2D]:
    present = [stage for stage in STAGES if stage in set(stages)]
    handles = [
        Line2D([], [], color=STAGE_COLOURS[stage], marker="o", linewidth=0, label=stage)
        for stage in present
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
