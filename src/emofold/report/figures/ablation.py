"""What each part is worth: branches and their fusion, with and without speakers, by layer."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from emofold.evaluation.metrics import headline
from emofold.report.style import GUIDE, INK, STAGE_COLOURS, house_style

MARKERS = {False: "o", True: "D"}
NAMES = {False: "inductive", True: "normalised by speaker (transductive)"}
STAGES = ("speech", "face", "fusion")


@dataclass(frozen=True)
class LayerModel:
    """A model that sees one layer of an encoder."""

    system: str
    encoder: str
    layer: int


def draw_ablation(metrics: pd.DataFrame, layer_models: Sequence[LayerModel]) -> Figure:
    """Draw the best system of each stage, and the accuracy by layer where models see one each.

    Parameters
    ----------
    metrics
        The metrics table. Cross-fitted systems are left out.
    layer_models
        The models that see one layer.

    Returns
    -------
    matplotlib.figure.Figure
        On the left speech, face and fusion, inductive and normalised by speaker, with their Wald
        intervals; on the right a line an encoder and kind.
    """
    of_all = headline(metrics)
    means = of_all[of_all["protocol"] != "cross-fitted"].set_index("system")
    panels = 2 if layer_models else 1
    with house_style():
        figure = Figure(figsize=(3.8 * panels, 3.6), layout="constrained")
        axes = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
        _draw_stages(axes[0], means)
        if layer_models:
            _draw_layers(axes[1], means, layer_models)
        axes[0].set_ylabel("accuracy, mean of the folds [%]")
        shown = sorted(set(means.loc[means["stage"] != "baseline", "speaker_norm"]))
        figure.legend(
            handles=[
                Line2D([], [], color=INK, marker=MARKERS[kind], linewidth=0, label=NAMES[kind])
                for kind in shown
            ],
            loc="outside lower center",
            ncols=2,
            frameon=False,
            fontsize=8,
        )
    return figure


def _draw_stages(axes: Axes, means: pd.DataFrame) -> None:
    axes.set_title("Best system of each stage")
    present = [stage for stage in STAGES if stage in set(means["stage"])]
    for place, stage in enumerate(present):
        for is_normalised in (False, True):
            is_shown = (means["stage"] == stage) & (means["speaker_norm"] == is_normalised)
            rows = means[is_shown]
            if len(rows):
                best = rows.iloc[0]
                x = place + (0.14 if is_normalised else -0.14)
                colour = STAGE_COLOURS[stage]
                axes.vlines(x, best["ci_low"], best["ci_high"], color=colour, linewidth=2)
                axes.plot(x, best["accuracy"], MARKERS[is_normalised], color=colour)
                axes.text(
                    x, best["ci_high"] + 0.7, f"{best['accuracy']:.1f}", ha="center", fontsize=8
                )
    axes.set_xticks(range(len(present)), present)
    axes.set_xlim(-0.5, len(present) - 0.5)
    axes.grid(axis="y", color=GUIDE, linewidth=0.6)
    axes.set_axisbelow(True)


def _draw_layers(axes: Axes, means: pd.DataFrame, models: Sequence[LayerModel]) -> None:
    axes.set_title("One layer alone")
    measured = means[["accuracy", "speaker_norm"]]
    table = pd.DataFrame(models).join(measured, on="system")
    for (encoder, is_normalised), rows in table.groupby(["encoder", "speaker_norm"]):
        line = rows.sort_values("layer")
        axes.plot(
            line["layer"],
            line["accuracy"],
            MARKERS[bool(is_normalised)] + "-",
            color=STAGE_COLOURS["speech"],
            markersize=4,
            linewidth=1,
        )
        last = line.iloc[-1]
        axes.annotate(
            str(encoder),
            (last["layer"], last["accuracy"]),
            (4, -9),
            textcoords="offset points",
            fontsize=7.5,
            ha="right",
        )
    axes.set_xlabel("layer (0: what enters the first one)")
    axes.set_xticks(sorted(set(table["layer"])))
    axes.grid(axis="y", color=GUIDE, linewidth=0.6)
    axes.set_axisbelow(True)
