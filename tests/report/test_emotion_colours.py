"""The colours of emotions: by name, and told apart by those who see fewer colours."""

from itertools import combinations

import numpy as np
import pytest

from emofold.corpora.ravdess import EMOTIONS
from emofold.report.emotion_colours import COLOURS, SPARE, colours_of, style_emotions

SEEN_BY = {  # Machado et al. 2009, severity 1
    "all colours": np.eye(3),
    "no red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "no green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "no blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
TO_XYZ = np.array([[0.434, 0.376, 0.190], [0.213, 0.715, 0.072], [0.018, 0.109, 0.873]])
TOLD_APART = 15  # in CIELAB; 2 is what a practised eye notices of two large areas


def lab(colour, seen_by):
    channels = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(np.asarray(seen_by) @ linear, 0, 1)
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("seen_by", SEEN_BY)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_eight_emotions_are_told_apart_by_everyone(scheme, seen_by):
    seen = {name: lab(colours_of(name)[scheme], SEEN_BY[seen_by]) for name in EMOTIONS}
    distances = {
        (one, other): np.linalg.norm(seen[one] - seen[other])
        for one, other in combinations(EMOTIONS, 2)
    }
    assert min(distances.values()) > TOLD_APART, min(distances, key=distances.get)


def test_a_colour_goes_by_the_name_and_not_by_the_place():
    light = style_emotions(["sad", "calm"]).splitlines()[0]
    assert light == f":root {{ --hue-1: {COLOURS['sad'][0]}; --hue-2: {COLOURS['calm'][0]}; }}"
    swapped = style_emotions(["calm", "sad"]).splitlines()[0]
    assert swapped == f":root {{ --hue-1: {COLOURS['calm'][0]}; --hue-2: {COLOURS['sad'][0]}; }}"


def test_other_names_of_an_emotion_have_its_colour():
    assert colours_of("anger") == colours_of("angry") == COLOURS["angry"]


def test_names_that_nobody_knows_have_a_colour_that_stays_and_is_none_of_the_others():
    assert colours_of("Schadenfreude") == colours_of("schadenfreude")
    assert colours_of("Schadenfreude") in SPARE
    assert not {*SPARE} & {*COLOURS.values()}
