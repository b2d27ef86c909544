"""What each choice is worth: the modality, normalisation, the layer of the encoder."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from emofold.evaluation.metrics import rank_systems
from emofold.models.schemas import MODALITIES
from emofold.report.style import GUIDE, INK, MODALITY_COLOURS, house_style

MARKERS = {"none": "o", "speaker": "D", "corpus": "s"}
NAMES = {
    "none": "inductive",
    "speaker": "normalised by speaker (transductive)",
    "corpus": "normalised by corpus (transductive)",
}
PLACES = {"none": -0.14, "speaker": 0.14, "corpus": 0.32}


@dataclass(frozen=True)
class LayerModel:
    """A model that sees one layer of an encoder."""

    system: str
    encoder: str
    layer: int


def draw_ablation(metrics: pd.DataFrame, layer_models: Sequence[LayerModel]) -> Figure:
    """Draw the best system of each modality, and the accuracy by layer where models see one each.

    Parameters
    ----------
    metrics
        The metrics table. Cross-fitted systems are left out.
    layer_models
        The models that see one layer.

    Returns
    -------
    matplotlib.figure.Figure
        On the left speech, face and both, inductive and normalised, with their Wald
        intervals; on the right a line per encoder and normalisation.
    """
    of_all = rank_systems(metrics)
    means = of_all[of_all["protocol"] != "cross-fitted"].set_index("system")
    panels = 2 if layer_models else 1
    with house_style():
        figure = Figure(figsize=(3.8 * panels, 3.6), layout="constrained")
        axes = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
        _draw_modalities(axes[0], means)
        if layer_models:
            _draw_layers(axes[1], means, layer_models)
        axes[0].set_ylabel("accuracy, mean of the folds [%]")
        present = set(means.loc[means["kind"] != "baseline", "normalised_by"])
        shown = [kind for kind in NAMES if kind in present]
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


def _draw_modalities(axes: Axes, means: pd.DataFrame) -> None:
    axes.set_title("Best system of each modality")
    present = [name for name in MODALITIES if name in set(means["modality"])]
    for index, modality in enumerate(present):
        for normalised_by, marker in MARKERS.items():
            is_shown = (means["modality"] == modality) & (means["normalised_by"] == normalised_by)
            rows = means[is_shown]
            if len(rows):
                best = rows.iloc[0]
                x = index + PLACES[normalised_by]
                colour = MODALITY_COLOURS[modality]
                axes.vlines(x, best["ci_low"], best["ci_high"], color=colour, linewidth=2)
                axes.plot(x, best["accuracy"], marker, color=colour)
                axes.text(
                    x, best["ci_high"] + 0.7, f"{best['accuracy']:.1f}", ha="center", fontsize=8
                )
    axes.set_xticks(range(len(present)), present)
    axes.set_xlim(-0.5, len(present) - 0.5)
    axes.grid(axis="y", color=GUIDE, linewidth=0.6)
    axes.set_axisbelow(True)


def _draw_layers(axes: Axes, means: pd.DataFrame, models: Sequence[LayerModel]) -> None:
    axes.set_title("One layer alone")
    measured = means[["accuracy", "normalised_by"]]
    table = pd.DataFrame(models).join(measured, on="system")
    for (encoder, normalised_by), rows in table.groupby(["encoder", "normalised_by"]):
        line = rows.sort_values("layer")
        axes.plot(
            line["layer"],
            line["accuracy"],
            MARKERS[str(normalised_by)] + "-",
            color=MODALITY_COLOURS["speech"],
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
