"""Tables of numbers as shaded matrices: confusions, recall by emotion, accuracy by speaker."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from emofold.report.style import house_style


def draw_confusion(
    confusion: pd.DataFrame, system: str, accuracy: float, emotions: Sequence[str]
) -> Figure:
    """Draw a system's confusion matrix over all folds, and the one of each fold beside it.

    Rows are the emotions of the clips, columns what was predicted; shades and numbers are percent
    of the row.
    """
    rows = confusion[confusion["system"] == system]
    folds = sorted(rows["fold"].dropna().unique())
    small_rows = 2
    small_columns = -(-len(folds) // small_rows)
    with house_style():
        figure = Figure(figsize=(5.4 + 2.0 * small_columns, 4.9))
        figure.set_layout_engine("constrained", hspace=0.08, wspace=0.04)
        grid = figure.add_gridspec(
            small_rows, 1 + small_columns, width_ratios=[5.4, *[2.0] * small_columns]
        )
        pooled = figure.add_subplot(grid[:, 0])
        shares = _row_percent(rows[rows["fold"].isna()], emotions, emotions)
        _shade(pooled, shares, emotions, emotions, fontsize=8)
        pooled.set_xlabel("predicted")
        pooled.set_ylabel("emotion")
        pooled.set_title(f"{system}: {accuracy:.2f} %")
        for index, fold in enumerate(map(int, folds)):
            axes = figure.add_subplot(grid[index // small_columns, 1 + index % small_columns])
            of_fold = rows[rows["fold"] == fold]
            right = of_fold.loc[of_fold["emotion"] == of_fold["predicted"], "clips"].sum()
            axes.imshow(_row_percent(of_fold, emotions, emotions), cmap="Blues", vmin=0, vmax=100)
            axes.set_axis_off()
            share = 100 * right / of_fold["clips"].sum()
            axes.set_title(f"fold {fold}: {share:.2f} %", fontsize=8, weight="normal")
    return figure


def draw_answers(answers: pd.DataFrame, emotions: Sequence[str]) -> Figure:
    """Draw what the clips of each emotion of another corpus were taken for, setting by setting.

    Rows are the emotions of the corpus, in brackets those that the bundle does not know; shades and
    numbers are percent of the row.

    Parameters
    ----------
    answers
        The rows of :data:`emofold.evaluation.schemas.OTHER_CONFUSION`.
    emotions
        The emotions of the bundle, in order.
    """
    settings = [*answers["setting"].unique()]
    named = answers.drop_duplicates("emotion").set_index("emotion")["known_as"]
    order = sorted(named.index, key=lambda one: _place_of(named[one], emotions))
    rows = [one if isinstance(named[one], str) else f"({one})" for one in order]
    with house_style():
        width, height = 1.4 + 0.55 * len(emotions), 1.3 + 0.4 * len(order)
        figure = Figure(figsize=(width * len(settings), height), layout="constrained")
        for axes, setting in zip(
            figure.subplots(1, len(settings), squeeze=False)[0], settings, strict=True
        ):
            of_setting = answers[answers["setting"] == setting]
            shares = _row_percent(of_setting, order, emotions)
            _shade(axes, shares, emotions, rows, fontsize=8)
            axes.set_xlabel("predicted")
            axes.set_title(setting)
    return figure


def _place_of(known_as: object, emotions: Sequence[str]) -> int:
    return emotions.index(known_as) if isinstance(known_as, str) else len(emotions)


def draw_recall(recall: pd.DataFrame, systems: Sequence[str], emotions: Sequence[str]) -> Figure:
    """Draw how much of each emotion each system finds, in percent."""
    by_system = recall.pivot(index="system", columns="emotion", values="recall")
    return _matrix(by_system.loc[list(systems), list(emotions)], "emotion", column_width=0.75)


def draw_speakers(speakers: pd.DataFrame, systems: Sequence[str]) -> Figure:
    """Draw each system's accuracy on each speaker in percent, speakers in the order of folds."""
    numbers = pd.to_numeric(speakers["speaker"], errors="coerce")
    in_order = speakers.assign(number=numbers).sort_values(["fold", "number", "speaker"])
    order = in_order["speaker"].unique()
    by_system = speakers.pivot(index="system", columns="speaker", values="accuracy")
    folds = speakers.drop_duplicates("speaker").set_index("speaker")["fold"].loc[order]
    figure = _matrix(by_system.loc[list(systems), order], "speaker", column_width=0.34)
    with house_style():
        figure.axes[0].set_xticks(range(len(order)), order, rotation=0, ha="center")
    for border in np.flatnonzero(np.diff(folds)):
        figure.axes[0].axvline(border + 0.5, color="white", linewidth=4)
    return figure


def _matrix(values: pd.DataFrame, what: str, column_width: float) -> Figure:
    height, width = values.shape
    with house_style():
        figure = Figure(
            figsize=(2 + column_width * width, 0.9 + 0.27 * height), layout="constrained"
        )
        axes = figure.subplots()
        _shade(axes, values.to_numpy(), list(values.columns), list(values.index), fontsize=7)
        axes.set_xlabel(what)
        axes.set_aspect("auto")
    return figure


def _shade(
    axes: Axes, values: np.ndarray, columns: Sequence[str], rows: Sequence[str], fontsize: float
) -> None:
    axes.imshow(values, cmap="Blues", vmin=0, vmax=100)
    axes.set_xticks(range(len(columns)), columns, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for (row, column), value in np.ndenumerate(values):
        colour = "white" if value > 60 else "#222222"
        axes.text(
            column, row, f"{value:.0f}", ha="center", va="center", fontsize=fontsize, color=colour
        )


def _row_percent(
    counts: pd.DataFrame, emotions: Sequence[str], predicted: Sequence[str]
) -> np.ndarray:
    matrix = counts.pivot(index="emotion", columns="predicted", values="clips")
    values = matrix.loc[list(emotions), list(predicted)].to_numpy(dtype="float64")
    return 100 * values / np.maximum(values.sum(axis=1, keepdims=True), 1)
