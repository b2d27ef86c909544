"""The figure of a sequence model's attention: whose share is how large, and where there is none."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import StepPatch

from emofold.errors import InputError
from emofold.face.schemas import AU_INTENSITIES
from emofold.report.figures.action_units import as_svg
from emofold.report.figures.attention import draw_attention

MIN_CONFIDENCE = 0.8
GAP = slice(10, 19)  # frames, the last one included


@pytest.fixture
def frames():
    """Two seconds, 25 frames each, of a face that is lost for ten frames."""
    frame = np.arange(50)
    table = pd.DataFrame(
        {"clip": "ada-happy", "frame": frame, "timestamp": frame / 25, "confidence": 0.95}
        | {"success": 1, **dict.fromkeys(AU_INTENSITIES, 0.5)}
    )
    table.loc[GAP, "success"] = 0
    return table


@pytest.fixture
def attention(frames):
    """Attention that grows with time, over the 40 frames with a face."""
    seen = frames.loc[frames["success"] == 1, ["clip", "frame", "timestamp"]]
    return seen.assign(weight=(seen["frame"] + 1) / (seen["frame"] + 1).sum())


def drawn(frames, attention):
    """The heat map and the band above it."""
    figure = draw_attention(frames, attention, MIN_CONFIDENCE)
    (above,) = (axes for axes in figure.axes if steps(axes))
    return figure.axes[0], above


def band(frames, attention):
    return drawn(frames, attention)[1]


def steps(axes):
    return [patch for patch in axes.patches if isinstance(patch, StepPatch)]


def shares(axes):
    """The height above each frame."""
    (curve,) = steps(axes)
    return curve.get_data().values


def hatched(axes):
    spans = [patch for patch in axes.patches if patch.get_hatch()]
    return [(span.get_x(), span.get_x() + span.get_width()) for span in spans]


def words(axes):
    return [text.get_text() for text in axes.texts]


def test_the_height_above_a_frame_is_its_share_in_percent(frames, attention):
    drawn_shares = shares(band(frames, attention))
    seen = frames["success"] == 1
    assert drawn_shares[seen] == pytest.approx(100 * attention["weight"].to_numpy())
    assert np.nansum(drawn_shares) == pytest.approx(100)
    assert "share per frame [%]" in words(band(frames, attention))


def test_frames_without_attention_are_gaps_above_those_of_the_action_units(frames, attention):
    heat_map, above = drawn(frames, attention)
    assert np.isnan(shares(above)[GAP.start : GAP.stop + 1]).all()
    assert hatched(above) == hatched(heat_map)
    assert np.array(hatched(above)) == pytest.approx(np.array([(0.4, 0.8)]))


def test_frames_that_the_model_left_out_are_gaps_even_where_there_is_a_face(frames, attention):
    heat_map, above = drawn(frames, attention[attention["frame"] < 45])
    assert hatched(above)[-1] == pytest.approx((1.8, 2.0))
    assert len(hatched(heat_map)) == 1


def test_attention_stands_above_the_action_units_of_the_same_time(frames, attention):
    heat_map, above = drawn(frames, attention)
    above.figure.figure.draw_without_rendering()
    assert above.get_xlim() == heat_map.get_xlim() == pytest.approx((0, 2))
    assert above.bbox.xmin == pytest.approx(heat_map.bbox.xmin)
    assert above.bbox.xmax == pytest.approx(heat_map.bbox.xmax)
    assert above.bbox.ymin > heat_map.bbox.ymax


def test_each_step_lasts_as_long_as_its_frame(frames, attention):
    uneven = frames.assign(timestamp=frames["timestamp"] ** 2)
    (curve,) = steps(band(uneven, attention))
    assert curve.get_data().edges[:-1] == pytest.approx(uneven["timestamp"].to_numpy())


def test_a_line_marks_what_each_frame_would_get_were_all_alike(frames, attention):
    axes = band(frames, attention)
    (line,) = axes.lines
    assert line.get_ydata() == pytest.approx([2.5, 2.5])
    assert "even" in words(axes)


@pytest.mark.parametrize("share", [0.93, 1.07], ids=["less", "more"])
def test_even_attention_is_said_to_be_even_and_not_drawn(frames, attention, share):
    even = attention.assign(weight=1 / 40)
    even.iloc[0, even.columns.get_loc("weight")] *= share
    figure = draw_attention(frames, even, MIN_CONFIDENCE)
    assert not any(map(steps, figure.axes))
    assert "even: all frames within 7 % of the same share" in as_svg(figure).decode()


def test_attention_that_is_nearly_even_is_drawn_up_to_twice_the_even_share(frames, attention):
    nearly = attention.assign(weight=1 / 40)
    nearly.iloc[0, nearly.columns.get_loc("weight")] *= 1.2
    assert band(frames, nearly).get_ylim() == pytest.approx((0, 5))


def test_the_largest_share_fits(frames, attention):
    weight = np.where(attention["frame"] == 30, 0.961, 0.001)
    assert band(frames, attention.assign(weight=weight)).get_ylim()[1] > 96.1


def test_rows_may_come_in_any_order(frames, attention):
    in_order = as_svg(draw_attention(frames, attention, MIN_CONFIDENCE))
    shuffled = draw_attention(
        frames.sample(frac=1, random_state=0), attention.sample(frac=1, random_state=1), 0.8
    )
    assert as_svg(shuffled) == in_order


def test_other_attention_gives_another_figure(frames, attention):
    one = draw_attention(frames, attention, MIN_CONFIDENCE)
    other = draw_attention(frames, attention.assign(weight=1 / 40), MIN_CONFIDENCE)
    assert as_svg(one) != as_svg(other)


def test_a_clip_of_one_frame_can_be_drawn(frames, attention):
    drawing = as_svg(draw_attention(frames.iloc[:1], attention.iloc[:1].assign(weight=1.0), 0.8))
    assert "attention is even" in drawing.decode()


def test_nothing_is_cut_off(frames, attention):
    long = pd.concat([frames] * 30, ignore_index=True)
    long = long.assign(frame=long.index, timestamp=long.index / 25)
    rows = long.loc[long["success"] == 1, ["clip", "frame", "timestamp"]]
    weight = np.linspace(0.5, 1.5, len(rows)) / len(rows)
    figure = draw_attention(long, rows.assign(weight=weight), MIN_CONFIDENCE)
    drawn_inches, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert drawn_inches.x0 >= 0
    assert drawn_inches.y0 >= 0
    assert drawn_inches.x1 <= width
    assert drawn_inches.y1 <= height


@pytest.mark.parametrize(
    ("change", "named"),
    [({"clip": "bob-sad"}, "bob-sad"), ({"frame": 77}, "77")],
    ids=["of another clip", "unknown"],
)
def test_attention_to_other_frames_is_refused(frames, attention, change, named):
    with pytest.raises(InputError, match=f"not those of ada-happy.*{named}"):
        draw_attention(frames, attention.iloc[:1].assign(**change), MIN_CONFIDENCE)


def test_a_clip_without_attention_is_refused(frames, attention):
    with pytest.raises(InputError, match="no attention to any frame of ada-happy"):
        draw_attention(frames, attention.iloc[:0], MIN_CONFIDENCE)
