"""The figure of the learning curves: every fold, every line, and the epoch that was kept."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from emofold.models.schemas import LEAVE_ONE_CORPUS_OUT, PROTOCOLS
from emofold.report.figures.learning_curves import (
    HOW_THE_EPOCH_WAS_CHOSEN,
    LINES,
    draw_learning_curves,
)
from emofold.report.style import save


def curve(epochs, chosen, highest_loss=2.0):
    """Losses that fall, accuracy that grows."""
    epoch = np.arange(1, epochs + 1)
    return pd.DataFrame(
        {
            "epoch": epoch,
            "learning_rate": 1e-3,
            "training_loss": highest_loss / epoch,
            "validation_loss": 1 / epoch + 0.5,
            "validation_accuracy": 60 - 40 / epoch,
            "chosen": epoch == chosen,
        }
    )


@pytest.fixture
def folds():
    return [curve(10, 4), curve(8, 8, highest_loss=3.0), curve(12, 1)]


def panels(figure):
    """The axes of the losses and those of the accuracies, fold by fold."""
    return figure.axes[::2], figure.axes[1::2]


def line_of(axes, name):
    """The epochs and the values of a line of more than one point."""
    (line,) = (
        line
        for line in axes.lines
        if to_hex(line.get_color()) == LINES[name][0]
        and line.get_linestyle() == "-"
        and line.get_marker() == "None"
    )
    return line.get_xdata(), line.get_ydata()


def chosen_epochs(axes):
    return [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == ":"]


def dots(axes):
    return [
        (line.get_xdata()[0], line.get_ydata()[0])
        for line in axes.lines
        if line.get_marker() == "o"
    ]


def test_each_fold_shows_its_losses_and_its_accuracy_by_epoch(folds):
    for loss, accuracy, table in zip(*panels(draw_learning_curves(folds, "m")), folds, strict=True):
        for name, axes in zip(LINES, (loss, loss, accuracy), strict=True):
            epochs, values = line_of(axes, name)
            assert list(epochs) == list(table["epoch"])
            assert list(values) == list(table[name])


def test_the_chosen_epoch_is_marked_on_every_line_and_its_accuracy_named(folds):
    losses, accuracies = panels(draw_learning_curves(folds, "m"))
    for axes in (losses, accuracies):
        assert [chosen_epochs(of_fold) for of_fold in axes] == [[4], [8], [1]]
    assert [axes.get_title(loc="left") for axes in losses] == [
        "fold 0: 50.00 % at epoch 4",
        "fold 1: 55.00 % at epoch 8",
        "fold 2: 20.00 % at epoch 1",
    ]
    assert dots(losses[0]) == [(4, 0.5), (4, 0.75)]
    assert dots(accuracies[0]) == [(4, 50.0)]


def test_all_folds_share_their_scales_and_nothing_is_beyond_them(folds):
    losses, accuracies = panels(draw_learning_curves(folds, "m"))
    (limits,) = {axes.get_ylim() for axes in losses}
    assert limits[0] == 0
    assert limits[1] > 3
    assert {axes.get_ylim() for axes in accuracies} == {(0, 100)}
    assert {axes.get_xlim() for axes in (*losses, *accuracies)} == {(0, 13)}


def test_epochs_are_drawn_in_order(folds):
    shuffled = [table.sample(frac=1, random_state=0) for table in folds]
    loss = draw_learning_curves(shuffled, "m").axes[0]
    assert list(line_of(loss, "training_loss")[0]) == list(range(1, 11))


def test_a_legend_names_the_lines_and_the_figure_the_model(folds):
    figure = draw_learning_curves(folds, "bilstm $5 & $6")
    named = [text.get_text() for text in figure.legends[0].texts]
    assert named == ["training loss", "validation loss", "validation accuracy", "chosen epoch"]
    assert "bilstm $5 & $6" in [text.get_text() for text in figure.texts]


@pytest.mark.parametrize("number", [2, 5, 8, 24])
def test_every_fold_has_its_place_and_no_two_the_same(number):
    losses, accuracies = panels(draw_learning_curves([curve(2, 1)] * number, "m"))
    boxes = [axes.get_position() for axes in (*losses, *accuracies)]
    assert len(boxes) == 2 * number
    assert not any(a.overlaps(b) for place, a in enumerate(boxes) for b in boxes[:place])
    assert all(box.x0 >= 0 and box.x1 <= 1 and box.y0 >= 0 and box.y1 <= 1 for box in boxes)


def test_folds_in_several_rows_say_their_epochs_below_the_lowest(folds):
    _, accuracies = panels(draw_learning_curves([curve(2, 1)] * 7, "m"))
    assert [axes.get_xlabel() for axes in accuracies] == ["", "", "", *["epoch"] * 4]
    assert [axes.get_ylabel() != "" for axes in accuracies] == [
        True,
        *[False] * 3,
        True,
        *[False] * 2,
    ]


def test_a_single_epoch_is_seen_as_a_dot():
    losses, accuracies = panels(draw_learning_curves([curve(1, 1), curve(1, 1)], "m"))
    assert dots(losses[0]) == [(1, 2.0), (1, 1.5)]
    assert dots(accuracies[1]) == [(1, 20.0)]


def test_many_epochs_stay_a_small_file(tmp_path):
    save(draw_learning_curves([curve(300, 200)] * 3, "m"), tmp_path / "figure.svg")
    assert (tmp_path / "figure.svg").stat().st_size < 150_000


def test_every_protocol_says_how_the_epoch_was_chosen():
    assert set(HOW_THE_EPOCH_WAS_CHOSEN) == set(PROTOCOLS) - {"cross-fitted", LEAVE_ONE_CORPUS_OUT}
    assert "optimistic" in HOW_THE_EPOCH_WAS_CHOSEN["paper"]
    assert "held out" in HOW_THE_EPOCH_WAS_CHOSEN["nested"]


def test_equal_curves_give_equal_files(folds, tmp_path):
    for name in ("a", "b"):
        save(draw_learning_curves(folds, "m"), tmp_path / f"{name}.svg", "A note.")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
