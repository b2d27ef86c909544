"""The windows of a timeline."""

import pytest

from emofold.prediction.windows import cut_windows


def test_windows_cover_a_clip_and_do_not_reach_beyond_it():
    windows = cut_windows({"a": 10.0}, {"a": 0}, length=2.0, hop=0.5)
    starts = [window.start for window in windows.values()]
    assert starts == [0.5 * number for number in range(17)]
    assert max(window.end for window in windows.values()) == 10.0


@pytest.mark.parametrize(("duration", "count"), [(0.0, 0), (1.9, 0), (2.0, 1), (2.4, 1), (2.5, 2)])
def test_a_clip_has_as_many_windows_as_fit_into_it(duration, count):
    assert len(cut_windows({"a": duration}, {"a": 0}, length=2.0, hop=0.5)) == count
