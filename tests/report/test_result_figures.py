"""The figures of what each part is worth, and of how sure and how right systems are."""

import pandas as pd
import pytest

from emofold.report.figures.ablation import LayerModel, draw_ablation
from emofold.report.figures.enrolment import draw_enrolment_curve
from emofold.report.figures.reliability import draw_reliability
from emofold.report.style import MODALITY_COLOURS, save
from measured import measured

LAYERS = [
    ("small", 2, "none", 42.0),
    ("small", 0, "none", 40.0),
    ("small", 0, "speaker", 45.0),
]
LAYER_MODELS = [
    LayerModel(f"{encoder}-{layer}-{norm}", encoder, layer) for encoder, layer, norm, _ in LAYERS
]


@pytest.fixture
def metrics():
    """A bad and a good system of each modality, some normalised by speaker, and some left out."""
    return pd.concat(
        [
            measured("whisper", 65.0, "speech"),
            measured("hubert", 55.0, "speech"),
            measured("whisper-n", 72.0, "speech", normalised_by="speaker"),
            measured("units", 58.0, "face"),
            measured("fused", 78.0, "speech+face"),
            measured("fused-n", 85.0, "speech+face", normalised_by="speaker"),
            measured("fused-n-worse", 84.0, "speech+face", normalised_by="speaker"),
            measured("cross", 91.0, "speech+face", protocol="cross-fitted"),
            measured("zero-r", 95.0, None, kind="baseline"),
        ],
        ignore_index=True,
    )


@pytest.fixture
def with_layers(metrics):
    rows = [
        measured(model.system, accuracy, "speech", normalised_by=norm)
        for model, (_, _, norm, accuracy) in zip(LAYER_MODELS, LAYERS, strict=True)
    ]
    return pd.concat([metrics, *rows], ignore_index=True)


@pytest.fixture
def calibration():
    return pd.DataFrame(
        [
            ("mlp", 3, 10, 35.0, 45.0),
            ("mlp", 8, 30, 85.0, 65.0),
            ("svc", 9, 5, 95.0, 95.0),
        ],
        columns=["system", "bin", "n", "confidence", "accuracy"],
    )


MODALITIES = pd.Series({"mlp": "face", "svc": "speech"})


def marks(axes):
    """Every dot: where it is, its accuracy and its marker."""
    dots = [(line.get_marker(), *line.get_xydata()[0]) for line in axes.lines]
    return [(round(x, 6), y, marker) for marker, x, y in dots]


def ticks(axes):
    return [label.get_text() for label in axes.get_xticklabels()]


def spans(axes):
    """The lower and upper end of every vertical line."""
    return [tuple(segment[:, 1]) for lines in axes.collections for segment in lines.get_segments()]


def legend(figure):
    (found,) = figure.legends
    return [text.get_text() for text in found.get_texts()]


def test_the_best_system_of_each_modality_and_normalisation_is_drawn(metrics):
    (axes,) = draw_ablation(metrics, []).axes
    assert ticks(axes) == ["speech", "face", "speech+face"]
    assert marks(axes) == [
        (-0.14, 65.0, "o"),
        (0.14, 72.0, "D"),
        (0.86, 58.0, "o"),
        (1.86, 78.0, "o"),
        (2.14, 85.0, "D"),
    ]
    assert [text.get_text() for text in axes.texts] == ["65.0", "72.0", "58.0", "78.0", "85.0"]
    assert [line.get_color() for line in axes.lines] == [
        *[MODALITY_COLOURS["speech"]] * 2,
        MODALITY_COLOURS["face"],
        *[MODALITY_COLOURS["speech+face"]] * 2,
    ]


def test_its_interval_is_the_wald_interval_of_the_mean(metrics):
    (axes,) = draw_ablation(metrics, []).axes
    assert spans(axes) == [(y - 4, y + 4) for y in (65.0, 72.0, 58.0, 78.0, 85.0)]


def test_a_modality_without_a_system_takes_no_place(metrics):
    (axes,) = draw_ablation(metrics[metrics["modality"] != "face"], []).axes
    assert ticks(axes) == ["speech", "speech+face"]
    assert [round(line.get_xdata()[0], 2) for line in axes.lines] == [-0.14, 0.14, 0.86, 1.14]


def test_the_legend_names_only_the_kinds_that_are_drawn(metrics):
    assert legend(draw_ablation(metrics, [])) == [
        "inductive",
        "normalised by speaker (transductive)",
    ]
    inductive = metrics[metrics["normalised_by"] == "none"]
    assert legend(draw_ablation(inductive, [])) == ["inductive"]
    normalised = metrics[(metrics["normalised_by"] == "speaker") | (metrics["kind"] == "baseline")]
    assert legend(draw_ablation(normalised, [])) == ["normalised by speaker (transductive)"]


def test_layers_stand_in_their_order_on_a_line_an_encoder_and_kind(with_layers):
    modalities, layers = draw_ablation(with_layers, LAYER_MODELS).axes
    assert [(line.get_xydata().tolist(), line.get_marker()) for line in layers.lines] == [
        ([[0, 40.0], [2, 42.0]], "o"),
        ([[0, 45.0]], "D"),
    ]
    assert layers.get_xticks().tolist() == [0, 2]
    assert [(text.get_text(), text.xy) for text in layers.texts] == [
        ("small", (2, 42.0)),
        ("small", (0, 45.0)),
    ]
    assert modalities.get_ylim() == layers.get_ylim()


def test_encoders_are_not_joined_by_a_line(with_layers):
    models = [*LAYER_MODELS[:2], LayerModel("hubert", "large", 1)]
    _, layers = draw_ablation(with_layers, models).axes
    assert [text.get_text() for text in layers.texts] == ["large", "small"]
    assert [line.get_xdata().tolist() for line in layers.lines] == [[1], [0, 2]]


def panels(figure):
    return [axes for axes in figure.axes if axes.axison]


def test_a_panel_shows_how_right_a_system_is_by_how_sure_it_is(calibration):
    first, second = panels(draw_reliability(calibration, MODALITIES, ["svc", "mlp"]))
    assert first.get_title(loc="left") == "svc\nECE 0.0"
    assert second.get_title(loc="left") == "mlp\nECE 17.5"
    gaps, dots = second.collections
    assert dots.get_offsets().tolist() == [[35, 45], [85, 65]]
    assert [segment.tolist() for segment in gaps.get_segments()] == [
        [[35, 35], [35, 45]],
        [[85, 85], [85, 65]],
    ]
    assert [line.get_xydata().tolist() for line in second.lines] == [[[0, 0], [100, 100]]]


def test_a_dot_has_the_colour_of_the_modality_and_grows_with_its_clips(calibration):
    first, second = panels(draw_reliability(calibration, MODALITIES, ["svc", "mlp"]))
    for panel, modality in ((first, "speech"), (second, "face")):
        red, green, blue, _ = 255 * panel.collections[1].get_facecolor()[0]
        assert f"#{round(red):02x}{round(green):02x}{round(blue):02x}" == MODALITY_COLOURS[modality]
    few, many = second.collections[1].get_sizes()
    (all_of_them,) = first.collections[1].get_sizes()
    assert few < many < all_of_them
    assert (many - few) / (all_of_them - few) == pytest.approx((0.75 - 0.25) / (1 - 0.25))


def test_only_the_systems_asked_for_are_drawn_in_their_order(calibration):
    shown = panels(draw_reliability(calibration, MODALITIES, ["mlp"]))
    assert [panel.get_title(loc="left").split("\n")[0] for panel in shown] == ["mlp"]


@pytest.mark.parametrize("count", [1, 4, 5, 9])
def test_the_lowest_panel_of_each_column_names_its_ticks(calibration, count):
    systems = [f"system {number}" for number in range(count)]
    copies = [calibration[calibration["system"] == "mlp"].assign(system=name) for name in systems]
    modalities = pd.Series(dict.fromkeys(systems, "face"))
    figure = draw_reliability(pd.concat(copies), modalities, systems)
    figure.canvas.draw()
    shown = panels(figure)
    assert len(shown) == count
    has_labels = [
        any(label.get_visible() and label.get_text() for label in panel.get_xticklabels())
        for panel in shown
    ]
    assert has_labels == [index >= count - 4 for index in range(count)]


def test_equal_numbers_give_equal_files(with_layers, calibration, tmp_path):
    for draw in (
        lambda: draw_ablation(with_layers, LAYER_MODELS),
        lambda: draw_reliability(calibration, MODALITIES, ["mlp", "svc"]),
    ):
        files = [tmp_path / "first.svg", tmp_path / "second.svg"]
        for file in files:
            save(draw(), file)
        first, second = (file.read_bytes() for file in files)
        assert first == second
        assert first.rstrip().endswith(b"</svg>")


def test_the_enrolment_curve_has_a_line_for_each_kind_of_statistics():
    curve = pd.DataFrame(
        [
            ("fusion", statistics, enrolled, draw, 10, accuracy + draw)
            for statistics, accuracies in {"shrunk": (60, 70), "own": (20, 65)}.items()
            for enrolled, accuracy in zip((1, 5), accuracies, strict=True)
            for draw in (0, 2)
        ],
        columns=["system", "statistics", "enrolled", "draw", "n", "accuracy"],
    )
    (axes,) = draw_enrolment_curve(curve).axes
    shrunk, own = axes.lines
    assert shrunk.get_xydata().tolist() == [[1, 61], [5, 71]]
    assert own.get_xydata().tolist() == [[1, 21], [5, 66]]
    assert [text.get_text() for text in axes.texts] == ["61.0", "71.0"]
    assert axes.get_title(loc="left") == "fusion"
