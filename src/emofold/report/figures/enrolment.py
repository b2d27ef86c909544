"""The accuracy of a system by how many clips of a speaker are enrolled."""

import pandas as pd
from matplotlib.figure import Figure

from emofold.report.style import BASELINE_COLOUR, GUIDE, INK, MODALITY_COLOURS, house_style

LINES = {
    "shrunk": ("shrunk towards training speakers", MODALITY_COLOURS["speech+face"], "o-"),
    "own": ("of these clips alone", BASELINE_COLOUR, "s--"),
}


def draw_enrolment_curve(curve: pd.DataFrame) -> Figure:
    """Draw a line for each kind of statistics, with the range of the draws.

    Parameters
    ----------
    curve
        The enrolment table of one system.
    """
    enrolled = sorted(curve["enrolled"].unique())
    with house_style():
        figure = Figure(figsize=(5.2, 3.6), layout="constrained")
        axes = figure.subplots()
        for statistics, (label, colour, marker) in LINES.items():
            of_kind = curve[curve["statistics"] == statistics].groupby("enrolled")["accuracy"]
            mean, low, high = of_kind.mean(), of_kind.min(), of_kind.max()
            axes.fill_between(mean.index, low, high, color=colour, alpha=0.2, linewidth=0)
            axes.plot(mean.index, mean, marker, color=colour, markersize=4, label=label)
        shrunk = curve[curve["statistics"] == "shrunk"].groupby("enrolled")["accuracy"].mean()
        for number, accuracy in shrunk.items():
            axes.annotate(
                f"{accuracy:.1f}",
                (number, accuracy),
                (0, 6),
                textcoords="offset points",
                ha="center",
                fontsize=8,
            )
        axes.set_title(curve["system"].iloc[0])
        axes.set_xscale("log")
        axes.set_xticks(enrolled, [str(number) for number in enrolled])
        axes.minorticks_off()
        axes.set_xlabel("enrolled clips of a speaker, without their emotions")
        axes.set_ylabel("accuracy, mean of the folds [%]")
        axes.margins(y=0.12)
        axes.grid(axis="y", color=GUIDE, linewidth=0.6)
        axes.set_axisbelow(True)
        figure.legend(
            title="mean and deviation",
            frameon=False,
            fontsize=8,
            title_fontsize=8,
            loc="outside lower center",
            ncols=len(LINES),
            labelcolor=INK,
        )
    return figure
