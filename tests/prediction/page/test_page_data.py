"""The numbers of a page: segments of time without overlap, with gaps, and never too many."""

import json

import numpy as np
import pandas as pd
import pytest

from emofold.face.schemas import ACTION_UNITS
from emofold.prediction.page.page_data import (
    Timeline,
    summarise_attention,
    summarise_timeline,
    summarise_units,
)


def timeline(spans, happy):
    start, end = np.array(spans, dtype=float).T
    return Timeline(start, end, np.column_stack([1 - np.array(happy), happy]))


def frames(timestamps, is_valid=True, **units):
    columns = dict.fromkeys(ACTION_UNITS, np.nan) | {f"{unit}_r": of for unit, of in units.items()}
    return pd.DataFrame({"timestamp": timestamps, "is_valid": is_valid, **columns})


def test_windows_that_overlap_share_the_time_between_their_middles():
    data = summarise_timeline(timeline([(0, 2), (1, 3), (2, 4)], [0.1, 0.5, 0.9]), 4.0)
    assert (data["from"], data["to"]) == ([0, 1.5, 2.5], [1.5, 2.5, 4])
    assert data["values"] == [[0.9, 0.5, 0.1], [0.1, 0.5, 0.9]]
    assert (data["window"], data["hop"]) == (2.0, 1.25)


def test_windows_in_any_order_are_put_in_order():
    data = summarise_timeline(timeline([(2, 4), (0, 2)], [0.9, 0.1]), 4.0)
    assert (data["from"], data["values"][1]) == ([0, 2], [0.1, 0.9])


def test_where_no_window_has_values_there_is_a_gap():
    data = summarise_timeline(timeline([(0, 1), (1, 2), (2, 3)], [0.1, np.nan, 0.9]), 3.0)
    assert (data["from"], data["to"]) == ([0, 2], [1, 3])


def test_a_system_without_any_value_has_no_timeline():
    assert summarise_timeline(timeline([(0, 1), (1, 2)], [np.nan, np.nan]), 2.0) is None


@pytest.mark.parametrize(("duration", "end"), [(4.3, 4.3), (9.0, 4.0)])
def test_the_last_window_goes_on_to_the_end_where_that_is_near(duration, end):
    data = summarise_timeline(timeline([(0, 2), (2, 4)], [0.1, 0.9]), duration)
    assert data["to"][-1] == end


def test_a_long_timeline_is_thinned_but_not_across_a_gap():
    start = np.arange(5000) + np.where(np.arange(5000) < 2501, 0, 100)
    happy = np.where(np.arange(5000) < 2501, 0.2, 0.8)
    data = summarise_timeline(timeline(np.column_stack([start, start + 1]), happy), 5100.0)
    assert 1600 < len(data["from"]) <= 2000
    assert set(data["values"][1]) == {0.2, 0.8}
    assert max(np.subtract(data["from"][1:], data["to"][:-1])) == 100


def test_an_action_unit_has_values_where_a_frame_is_valid_and_a_gap_elsewhere():
    seen = frames([0.0, 0.04, 0.08], [True, False, True], AU12=[1.234, 4.0, 2.0])
    data = summarise_units(seen)
    assert data["values"] == {"AU12": [1.23, None, 2.0]}
    assert data["means"] == {"AU12": pytest.approx(1.617)}
    assert data["is_gap"] == [None, 1, None]
    assert (data["from"], data["to"]) == ([0.0, 0.04, 0.08], [0.04, 0.08, 0.12])


def test_of_many_frames_a_blink_is_still_seen():
    closed = np.zeros(18_000)
    closed[9_004] = 5.0
    data = summarise_units(frames(np.arange(18_000) / 30, AU45=closed))
    assert len(data["from"]) == 2000
    assert max(data["values"]["AU45"]) == 5.0
    assert data["bin"] == pytest.approx(0.3)


def test_a_bin_is_a_gap_where_none_of_its_frames_is_valid():
    valid = np.zeros(4000, bool)
    valid[[0, 3]] = True
    data = summarise_units(frames(np.arange(4000) / 30, valid, AU12=np.ones(4000)))
    assert data["is_gap"][:3] == [None, None, 1]
    assert data["values"]["AU12"][:3] == [1.0, 1.0, None]


def test_attention_is_counted_in_even_shares():
    data = summarise_attention(
        pd.DataFrame({"timestamp": [0, 1, 2, 3], "weight": [0.1, 0.4, 0.4, 0.1]})
    )
    assert data["values"] == [0.4, 1.6, 1.6, 0.4]


def test_attention_has_a_gap_where_no_frame_is_valid():
    data = summarise_attention(pd.DataFrame({"timestamp": [0, 1, 2, 30, 31], "weight": [0.2] * 5}))
    assert data["to"][:3] == [1, 2, 5]


def test_the_numbers_of_ten_minutes_are_light():
    start = np.arange(1200) / 2
    noise = np.random.default_rng(0)
    happy = timeline(np.column_stack([start, start + 2]), noise.random(1200))
    eight = Timeline(happy.start, happy.end, noise.dirichlet(np.ones(8), 1200))
    units = {f"AU{number:02d}": noise.random(18_000) for number in (1, 2, 4, 5, 6, 7, 9, 10, 12)}
    units |= {
        f"AU{number:02d}": noise.random(18_000) for number in (14, 15, 17, 20, 23, 25, 26, 45)
    }
    data = [
        *[summarise_timeline(eight, 600.0)] * 3,
        summarise_units(frames(np.arange(18_000) / 30, **units)),
    ]
    assert len(json.dumps(data, separators=(",", ":"))) < 700_000
