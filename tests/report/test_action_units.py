"""The figure of a clip's Action Units: what it shows of a face, and what it leaves out."""

import re

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex, to_rgba
from matplotlib.image import AxesImage

from emofold.errors import InputError
from emofold.face.action_units import AU_NAMES
from emofold.face.schemas import ACTION_UNITS, AU_INTENSITIES, AU_PRESENCES
from emofold.report.figures.action_units import NOT_MEASURED, as_svg, draw_action_units

FRAME_RATE = 25
MIN_CONFIDENCE = 0.8


@pytest.fixture
def smile():
    """Two seconds of a face that smiles ever more; the presences are not known."""
    frame = np.arange(2 * FRAME_RATE)
    frames = pd.DataFrame(
        {
            "clip": "ada-happy",
            "frame": frame,
            "timestamp": frame / FRAME_RATE,
            "confidence": 0.95,
            "success": 1,
            **dict.fromkeys(AU_INTENSITIES, 0.5),
            **dict.fromkeys(AU_PRESENCES, np.nan),
        }
    )
    return frames.assign(AU12_r=5 * frame / frame[-1])


def drawn(frames):
    return draw_action_units(frames, "ada-happy: happy", MIN_CONFIDENCE)


def labels(figure):
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


def heat_map(figure):
    """The colour that each row has in each frame."""
    (image,) = (child for child in figure.axes[0].get_children() if isinstance(child, AxesImage))
    shades = np.ma.filled(image.get_array().astype(float), np.nan)
    return pd.DataFrame(shades, index=[label[:4] for label in labels(figure)]), image


def hatched_seconds(figure):
    spans = [patch for patch in figure.axes[0].patches if patch.get_hatch()]
    assert all(to_hex(span.get_facecolor()) == NOT_MEASURED for span in spans)
    return [(span.get_x(), span.get_x() + span.get_width()) for span in spans]


def words(figure):
    texts = [*figure.texts, *figure.axes[0].texts]
    return [text.get_text() for text in texts]


def means(figure):
    """The numbers beside the rows, by Action Unit."""
    _, *numbers = [text.get_text() for text in figure.axes[0].texts]
    return dict(zip([label[:4] for label in labels(figure)], numbers, strict=True))


def test_every_action_unit_has_a_name():
    assert set(AU_NAMES) == {column[:4] for column in ACTION_UNITS}
    assert AU_NAMES["AU12"] == "lip corner puller"


def test_every_intensity_has_a_row_that_says_which_from_the_brows_to_the_chin(smile):
    rows = labels(drawn(smile))
    assert sorted(row[:4] for row in rows) == sorted(column[:4] for column in AU_INTENSITIES)
    assert rows[0] == "AU01 inner brow raiser"
    assert rows[-1] == "AU26 jaw drop"
    assert all(row == f"{row[:4]} {AU_NAMES[row[:4]]}" for row in rows)


def test_the_shades_of_a_row_are_its_intensities_over_time(smile):
    shades, _ = heat_map(drawn(smile))
    assert shades.loc["AU12"].to_numpy() == pytest.approx(smile["AU12_r"].to_numpy())
    assert (shades.drop("AU12") == 0.5).all(axis=None)


def test_a_shade_means_the_same_in_every_clip(smile):
    for clip in (smile, smile.assign(AU12_r=0.1)):
        assert heat_map(drawn(clip))[1].get_clim() == (0, 5)


def test_time_is_in_seconds_from_the_first_frame_to_the_end_of_the_last(smile):
    axes = drawn(smile).axes[0]
    assert axes.get_xlim() == pytest.approx((0, 2))
    assert "time [s]" in words(drawn(smile))


def test_frames_are_drawn_in_the_order_of_time(smile):
    shuffled = smile.sample(frac=1, random_state=0)
    assert as_svg(drawn(shuffled)) == as_svg(drawn(smile))


def test_frames_without_a_face_and_frames_of_low_confidence_are_hatched(smile):
    smile.loc[5:9, "success"] = 0
    smile.loc[5:9, list(AU_INTENSITIES)] = np.nan
    smile.loc[30:31, "confidence"] = 0.79
    smile.loc[49, "confidence"] = 0.0
    figure = drawn(smile)
    expected = [(0.2, 0.4), (1.2, 1.28), (1.96, 2.0)]
    assert np.array(hatched_seconds(figure)) == pytest.approx(np.array(expected))
    assert "hatched: no face or confidence < 0.8" in words(figure)


def test_a_face_that_is_always_seen_needs_no_hatching_and_no_word_about_it(smile):
    figure = drawn(smile.assign(confidence=MIN_CONFIDENCE))
    assert hatched_seconds(figure) == []
    assert not any("hatched" in word for word in words(figure))


def test_means_go_over_the_frames_that_count(smile):
    assert means(drawn(smile))["AU12"] == "2.5"
    smile.loc[25:, "success"] = 0
    assert means(drawn(smile))["AU12"] == "1.2"
    assert means(drawn(smile))["AU01"] == "0.5"


def test_an_action_unit_that_was_not_measured_is_grey_and_has_no_mean(smile):
    figure = drawn(smile.assign(AU09_r=np.nan))
    shades, image = heat_map(figure)
    assert shades.loc["AU09"].isna().all()
    assert image.cmap(np.ma.masked_all(1))[0] == pytest.approx(to_rgba(NOT_MEASURED))
    assert means(figure)["AU09"] == "–"


def test_a_clip_without_any_face_is_hatched_from_end_to_end(smile):
    figure = drawn(smile.assign(success=0))
    assert np.array(hatched_seconds(figure)) == pytest.approx(np.array([(0, 2)]))
    assert set(means(figure).values()) == {"–"}


def test_a_clip_of_one_frame_can_be_drawn(smile):
    figure = drawn(smile.iloc[:1])
    assert heat_map(figure)[0].shape == (len(AU_INTENSITIES), 1)
    assert as_svg(figure)


def test_frames_that_come_unevenly_last_until_the_next(smile):
    smile["timestamp"] = smile["timestamp"] ** 2
    smile.loc[10:19, "success"] = 0
    expected = [(0.4**2, 0.8**2)]
    assert np.array(hatched_seconds(drawn(smile))) == pytest.approx(np.array(expected))


def test_a_title_is_shown_as_it_is_written(smile):
    figure = draw_action_units(smile, "für $5 & $6: happy", MIN_CONFIDENCE)
    assert ">für $5 &amp; $6: happy</text>" in as_svg(figure).decode("utf-8")


@pytest.mark.parametrize("clips", [[], ["ada-happy", "bob-sad"]], ids=["none", "two"])
def test_frames_of_no_clip_or_of_two_are_refused(smile, clips):
    frames = pd.concat([smile.iloc[:0], *(smile.assign(clip=clip) for clip in clips)])
    with pytest.raises(InputError, match="the frames of one clip"):
        drawn(frames)


def test_equal_frames_give_equal_bytes_and_others_do_not(smile):
    assert as_svg(drawn(smile)) == as_svg(drawn(smile.copy()))
    assert as_svg(drawn(smile)) != as_svg(drawn(smile.assign(AU01_r=3.0)))
    assert b"dc:date" not in as_svg(drawn(smile))


def test_drawing_leaves_the_style_of_others_alone(smile):
    with mpl.rc_context({"svg.fonttype": "path", "font.size": 33}):
        as_svg(drawn(smile))
        assert (mpl.rcParams["svg.fonttype"], mpl.rcParams["font.size"]) == ("path", 33)


@pytest.mark.realdata
def test_the_figure_of_a_real_clip_is_small_and_needs_nothing_from_elsewhere(realdata):
    tracked = realdata / "ravdess" / "tracking" / "01-01-03-01-01-01-02.csv"
    frames = pd.read_csv(tracked).assign(clip=tracked.stem, success=1)
    svg = as_svg(drawn(frames))
    assert len(svg) < 40_000
    links = re.findall(rb'xlink:href="([^"]{0,15})', svg)
    assert links
    assert all(link.startswith((b"#", b"data:image/png")) for link in links)
