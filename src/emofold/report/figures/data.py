"""What a corpus holds: its clips by emotion and speaker, how long they last, how loud they are."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from emofold.corpora.natural_order import in_natural_order
from emofold.evaluation.clip_facts import face_columns
from emofold.evaluation.oddities_of_recordings import SILENT
from emofold.evaluation.schemas import FACE_SHARE
from emofold.report.style import GUIDE, INK, MODALITY_COLOURS, house_style

MOST_NUMBERED = 30  # speakers; of more, the shades of the cells have to do
MOST_NAMED = 60
LONGEST_NAME = 24
ABOVE_THE_TITLE = (0.0, 1.08)
MOST_LEVEL = 3  # names of corpora; more of them would meet one another
WIDEST, NARROWEST = 9.0, 3.0  # inches
CORPORA = ("#0072b2", "#d55e00", "#007a5e", "#cc79a7", "#8f6c00", "#3c3c3c")
BINS = 41


def draw_counts(facts: pd.DataFrame, emotions: Sequence[str]) -> Figure:
    """Draw how many clips there are of each emotion (rows) and speaker (columns).

    Parameters
    ----------
    facts
        The table of facts.
    emotions
        The emotions, in order.

    Returns
    -------
    matplotlib.figure.Figure
        Speakers stand in natural order, those of one corpus together; bars on the right add them
        up. Numbers and names are left out where there is no space for them.
    """
    keys = _order_speakers(facts)
    counts = (
        facts.groupby(["emotion", "corpus", "speaker"])
        .size()
        .unstack(["corpus", "speaker"], fill_value=0)
        .reindex(index=list(emotions), columns=pd.MultiIndex.from_tuples(keys), fill_value=0)
        .to_numpy()
    )
    width = float(np.clip(0.34 * len(keys), NARROWEST, WIDEST))
    with house_style():
        figure = Figure(figsize=(3.2 + width, 1.3 + 0.3 * len(emotions)), layout="constrained")
        cells, bars = figure.subplots(1, 2, sharey=True, width_ratios=[width, 1.6])
        cells.imshow(counts, cmap="Blues", vmin=0, aspect="auto", interpolation="nearest")
        cells.set_yticks(range(len(emotions)), map(_shorten, emotions))
        _name_speakers(cells, keys)
        if len(keys) <= MOST_NUMBERED:
            _number(cells, counts)
        _part_corpora(cells, [corpus for corpus, _ in keys])
        _draw_totals(bars, counts.sum(axis=1))
    return figure


def draw_recordings(facts: pd.DataFrame, emotions: Sequence[str]) -> Figure:
    """Draw how long the clips last, and as far as it is known how loud they are and show a face.

    Parameters
    ----------
    facts
        The table of facts.
    emotions
        The emotions, in order.
    """
    faces = face_columns(facts)
    panels: list[Callable[[Axes], None]] = []
    if facts["duration"].notna().any():
        panels.append(lambda axes: _draw_durations(axes, facts))
    if (facts["level"] >= SILENT).any():
        panels.append(lambda axes: _draw_levels(axes, facts, emotions))
    if facts[faces].notna().any(axis=None):
        panels.append(lambda axes: _draw_faces(axes, facts, faces))
    with house_style():
        if not panels:
            figure = Figure(figsize=(4, 0.4))
            figure.text(0, 0, "No clip could be read.")
            return figure
        figure = Figure(figsize=(3.9 * len(panels), 3.4), layout="constrained")
        for axes, draw in zip(
            figure.subplots(1, len(panels), squeeze=False)[0], panels, strict=True
        ):
            draw(axes)
    return figure


def _order_speakers(facts: pd.DataFrame) -> list[tuple[str, str]]:
    by_corpus = facts.groupby("corpus", sort=False)["speaker"].unique()
    return [
        (str(corpus), speaker)
        for corpus, speakers in by_corpus.items()
        for speaker in in_natural_order(speakers)
    ]


def _name_speakers(axes: Axes, keys: Sequence[tuple[str, str]]) -> None:
    step = -(-len(keys) // MOST_NAMED)
    names = [_shorten(speaker) for _, speaker in keys][::step]
    is_short = max(map(len, names)) * len(names) <= 2 * MOST_NAMED
    axes.set_xticks(
        range(0, len(keys), step),
        names,
        rotation=0 if is_short else 90,
        fontsize=8 if len(names) <= MOST_NUMBERED else 6,
    )
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("speaker" if step == 1 else f"speaker (one of {step} is named)")


def _shorten(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _number(axes: Axes, counts: np.ndarray) -> None:
    dark = 0.6 * counts.max(initial=1)
    for (row, column), clips in np.ndenumerate(counts):
        colour = "white" if clips > dark else INK
        axes.text(column, row, clips or "", ha="center", va="center", fontsize=7, color=colour)


def _part_corpora(axes: Axes, corpora: Sequence[str]) -> None:
    """Draw a line between the speakers of two corpora, with the names of the corpora above."""
    names = list(dict.fromkeys(corpora))
    if len(names) < 2:
        return
    for name in names:
        first = corpora.index(name)
        if first:
            axes.axvline(first - 0.5, color=INK, linewidth=1)
        axes.text(
            first - 0.4,
            -0.6,
            _shorten(name),
            fontsize=8,
            weight="bold",
            rotation=20 if len(names) > MOST_LEVEL else 0,
            rotation_mode="anchor",
        )


def _draw_totals(axes: Axes, totals: np.ndarray) -> None:
    axes.barh(range(len(totals)), totals, color=MODALITY_COLOURS["speech"], height=0.7)
    for row, clips in enumerate(totals):
        axes.text(clips, row, f" {clips}", va="center", fontsize=8)
    axes.set_xlim(0, 1.35 * max(1, totals.max(initial=0)))
    axes.set_axis_off()
    axes.set_title("clips", weight="normal", fontsize=9)


def _draw_durations(axes: Axes, facts: pd.DataFrame) -> None:
    known = facts.dropna(subset="duration")
    longest, shortest = known["duration"].max(), known["duration"].min()
    half = 0.0 if longest - shortest > 0.05 else 0.5  # a single bar in the middle of the axis
    edges = np.linspace(max(0.0, shortest - half), longest + half, BINS + 1)
    by_corpus = dict(iter(known.groupby("corpus", sort=False)["duration"]))
    if len(by_corpus) > len(CORPORA):  # more than there are colours
        by_corpus = {"all": known["duration"]}
    axes.hist(
        list(by_corpus.values()),
        bins=list(edges),
        stacked=True,
        color=CORPORA[: len(by_corpus)],
        label=[_shorten(str(corpus)) for corpus in by_corpus],
    )
    _finish_histogram(axes, "How long the clips last", "duration [s]", len(by_corpus))


def _draw_levels(axes: Axes, facts: pd.DataFrame, emotions: Sequence[str]) -> None:
    known = facts[facts["level"] >= SILENT]
    levels = [known.loc[known["emotion"] == name, "level"] for name in emotions]
    axes.boxplot(
        levels,
        orientation="horizontal",
        widths=0.6,
        flierprops={"markersize": 3, "markeredgecolor": INK},
        medianprops={"color": MODALITY_COLOURS["speech"], "linewidth": 2},
    )
    axes.set_yticks(range(1, len(emotions) + 1), map(_shorten, emotions))
    axes.invert_yaxis()
    axes.grid(axis="x", color=GUIDE, linewidth=0.6)
    axes.set_title("How loud they are")
    axes.set_xlabel("level [dBFS]")


def _draw_faces(axes: Axes, facts: pd.DataFrame, columns: Sequence[str]) -> None:
    shares = [100 * facts[column].dropna() for column in columns]
    axes.hist(
        shares,
        bins=list(np.linspace(0, 100, 21)),
        color=[CORPORA[(1 + number) % len(CORPORA)] for number in range(len(columns))],
        label=[column.removeprefix(FACE_SHARE) for column in columns],
    )
    what = "frames of the clip with a face [%]"
    _finish_histogram(axes, "In how many frames a face is found", what, len(columns))


def _finish_histogram(axes: Axes, title: str, what: str, colours: int) -> None:
    """Label a histogram of clips, and explain its colours where there are several."""
    axes.set_title(title)
    axes.set_xlabel(what)
    axes.set_ylabel("clips")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    if colours > 1:
        axes.legend(
            loc="lower left", bbox_to_anchor=ABOVE_THE_TITLE, ncols=2, frameon=False, fontsize=8
        )
