"""Emotions of a sheet and of a bundle, matched by equal names and by a map."""

import pytest

from emofold.corpora.emotion_matching import match_emotions
from emofold.errors import InputError

BUNDLE = ["neutral", "happy", "fearful"]
SHEET = ["fear", "happy", "bored"]


def test_equal_names_match_and_unknown_ones_do_not():
    assert match_emotions(SHEET, BUNDLE) == {"happy": "happy"}


def test_capitals_make_no_other_emotion():
    found = match_emotions(["Happy", "Fear"], BUNDLE, [("fear", "FEARFUL")])
    assert found == {"Happy": "happy", "Fear": "fearful"}


@pytest.mark.parametrize("pair", [("fear", "fearful"), ("fearful", "fear")])
def test_a_pair_is_read_the_way_that_fits(pair):
    assert match_emotions(SHEET, BUNDLE, [pair]) == {"fear": "fearful", "happy": "happy"}


def test_where_both_ways_fit_the_name_of_the_sheet_comes_first():
    found = match_emotions(["neutral", "happy"], BUNDLE, [("neutral", "happy")])
    assert found == {"neutral": "happy", "happy": "happy"}


def test_several_emotions_of_the_sheet_may_be_one_of_the_bundle():
    found = match_emotions(SHEET, BUNDLE, [("bored", "neutral"), ("fear", "neutral")])
    assert found == {"fear": "neutral", "happy": "happy", "bored": "neutral"}


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("feer", "fearful")], "neither the sheet nor the bundle knows `feer`, perhaps `fear`"),
        ([("fear", "feerful")], "knows `feerful`, perhaps `fearful`"),
        ([("neutral", "fearful")], "both are of the bundle"),
        ([("fear", "bored")], "both are of the sheet"),
        ([("fear", "fearful"), ("fear", "happy")], "`fear` of the sheet mapped to both"),
    ],
)
def test_a_pair_that_fits_nowhere_says_why(pairs, said):
    with pytest.raises(InputError) as raised:
        match_emotions(SHEET, BUNDLE, pairs)
    assert said in str(raised.value)


def test_without_a_shared_emotion_nothing_can_be_said():
    with pytest.raises(InputError, match=r"no emotion that the sheet .* share"):
        match_emotions(["bored"], BUNDLE)
