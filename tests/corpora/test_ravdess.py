"""The name of a RAVDESS clip tells its speaker and emotion, or is refused."""

import pytest

from emofold.corpora.ravdess import EMOTIONS, describe_clip
from emofold.errors import InputError


def test_a_name_tells_everything_of_a_clip():
    assert describe_clip("01-01-06-02-01-02-09") == {
        "clip": "01-01-06-02-01-02-09",
        "speaker": "9",
        "emotion": "fearful",
        "intensity": "strong",
        "statement": "Kids are talking by the door",
        "repetition": 2,
    }


def test_emotions_are_numbered_in_the_order_of_every_table():
    named = [describe_clip(f"01-01-{code:02d}-01-02-01-24")["emotion"] for code in range(1, 9)]
    assert named == list(EMOTIONS)
    assert ", ".join(EMOTIONS) == "neutral, calm, happy, sad, angry, fearful, disgust, surprised"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "01-01-06-02-01-02",
        "01-01-06-02-01-02-09-01",
        "01-01-06-02-01-02-9",
        "01-01-06-02-01-02-09.mp4",
        "01_01_06_02_01_02_09",
        "01-01-xx-02-01-02-09",
    ],
)
def test_a_name_of_another_form_is_refused(name):
    with pytest.raises(InputError, match="seven two-digit codes") as error:
        describe_clip(name)
    assert repr(name) in error.value.found


@pytest.mark.parametrize(
    ("name", "problem", "codes"),
    [
        ("01-01-09-01-01-01-01", "unknown emotion 09", "01 to 08"),
        ("01-01-00-01-01-01-01", "unknown emotion 00", "01 to 08"),
        ("01-01-05-03-01-01-01", "unknown intensity 03", "01 to 02"),
        ("01-01-05-01-03-01-01", "unknown statement 03", "01 to 02"),
    ],
)
def test_a_code_that_does_not_exist_is_named(name, problem, codes):
    with pytest.raises(InputError) as error:
        describe_clip(name)
    assert problem in error.value.found
    assert name in error.value.found
    assert codes in error.value.expected


@pytest.mark.parametrize(
    "name", ["09-01-01-01-01-01-01", "01-01-01-01-01-01-00", "01-01-01-01-01-09-01"]
)
def test_codes_that_ravdess_does_not_have_are_refused(name):
    with pytest.raises(InputError, match=name):
        describe_clip(name)
