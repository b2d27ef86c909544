"""Names are read in one way only, or not at all."""

import re
import unicodedata
from itertools import product
from pathlib import PurePath

import pytest

from emofold.config.name_pattern import NamePattern, parse_emotions
from emofold.errors import InputError


def read(pattern, name):
    return NamePattern(pattern).read(PurePath(f"{name}.mp4"))


@pytest.mark.parametrize(
    ("pattern", "name", "speaker", "emotion"),
    [
        ("{speaker}_{emotion}_*", "anna_happy_01", "anna", "happy"),
        ("{speaker}_{emotion}_*", "anna_happy_take_2_b", "anna", "happy"),
        ("{speaker}_{emotion}_*", "anna_happy_", "anna", "happy"),
        ("{speaker}_{emotion}_*", "any/folder/anna_happy_1", "anna", "happy"),
        ("{emotion} ({speaker})", "sad (Ünal Ö.)", "Ünal Ö.", "sad"),
        ("{speaker}/{emotion}-*", "Ben 2/sad-1", "Ben 2", "sad"),
        ("*-*-{emotion}-*-*-*-{speaker}", "01-01-05-01-02-01-16", "16", "05"),
        ("*/*-*-{emotion}-*-*-*-{speaker}", "Actor_16/01-01-05-01-02-01-16", "16", "05"),
        ("{speaker:2}*{emotion:1}", "03 in anger W", "03", "W"),
        ("{speaker:2}0{emotion}", "100sad", "10", "sad"),
        ("{speaker}/{emotion}/{speaker}_*", "anna/sad/anna_1", "anna", "sad"),
        ("s{speaker}e{emotion}", "susanehappy", "usan", "happy"),
        ("{speaker}__{emotion}", "a_b__sad", "a_b", "sad"),
        ("{speaker}.{emotion}", "a.b/anna.sad", "anna", "sad"),
    ],
)
def test_a_name_says_who_speaks_and_what_is_felt(pattern, name, speaker, emotion):
    assert read(pattern, name) == {"speaker": speaker, "emotion": emotion}


def test_a_name_may_say_more():
    assert read("{speaker}_{statement}_{emotion}_{intensity}", "1001_DFA_ANG_XX") == {
        "speaker": "1001",
        "statement": "DFA",
        "emotion": "ANG",
        "intensity": "XX",
    }
    assert read("{speaker}_{emotion}{repetition:2}", "DC_sa12") == {
        "speaker": "DC",
        "emotion": "sa",
        "repetition": "12",
    }


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("{speaker}_{emotion}_*", "anna_happy"),
        ("{speaker}_{emotion}_*", "_happy_1"),
        ("{speaker}_{emotion}_*", "anna_ _1"),
        ("{speaker}_{emotion}", "anna_maria_happy"),
        ("{speaker}_{emotion}{repetition:2}", "DC_x_a01"),
        ("*_{emotion}_{speaker}", "a_b_happy_anna"),
        ("{speaker}/{emotion}-*", "more/anna/sad-1"),
        ("{speaker}/{emotion}-*", "anna-sad-1"),
        ("{speaker}/{emotion}/{speaker}_*", "anna/sad/ben_1"),
        ("{speaker:2}{emotion:1}", "031W"),
        ("*-*-{emotion}-*-*-*-{speaker}", "x-01-01-05-01-02-01-16"),
        ("{speaker}_{emotion}", "anna-happy"),
    ],
)
def test_a_name_of_other_parts_does_not_fit(pattern, name):
    assert read(pattern, name) is None


@pytest.mark.parametrize("text", [".", "+", "(x)?", "[a]", "^$", "\\d", "a|b", "(?P<x>"])
def test_text_of_a_pattern_stands_for_itself(text):
    pattern = f"{{speaker}}{text}_{{emotion}}"
    assert read(pattern, f"anna{text}_sad") == {"speaker": "anna", "emotion": "sad"}
    assert read(pattern, "annax_sad") is None


@pytest.mark.parametrize(
    "pattern",
    [
        "{speaker}_{emotion}",
        "{speaker}__{emotion}_*",
        "*_{emotion}_{speaker}",
        "{speaker}_*_{emotion}",
        "*-*{emotion:2}-{speaker}",
        "{speaker:4}{emotion:2} *",
        "x{speaker}/{emotion}_*y/{speaker}",
    ],
)
def test_what_is_put_into_a_pattern_comes_out_again(pattern):
    for speaker, emotion, rest in product(["anna", "a.b+"], ["ok", "0é"], ["", "t", "take2"]):
        name = pattern.replace("*", rest)
        name = re.sub(r"\{speaker(:4)?\}", lambda _, s=speaker: s, name)
        name = re.sub(r"\{emotion(:2)?\}", lambda _, e=emotion: e, name)
        assert read(pattern, name) == {"speaker": speaker, "emotion": emotion}


def test_accents_are_read_alike_however_a_file_system_writes_them():
    name = unicodedata.normalize("NFD", "Zoë_fröhlich_1")
    said = read("{speaker}_{emotion}_*", name)
    assert said == {"speaker": "Zoë", "emotion": "fröhlich"}
    assert read(unicodedata.normalize("NFD", "é{speaker}_{emotion}"), "éa_b") is not None


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("", "no {speaker}"),
        ("{speaker}_*", "no {emotion}"),
        ("{speakr}_{emotion}", "the unknown {speakr}, perhaps `speaker`"),
        ("{*}_{speaker}_{emotion}", "the unknown {*}"),
        ("{speaker_{emotion}", "a single {"),
        ("{speaker}}_{emotion}", "a single }"),
        ("{speaker:0}{emotion}", "'0', which is no number of characters"),
        ("{speaker:two}_{emotion}", "'two', which is no number of characters"),
        ("{speaker}{emotion}", "nothing that tells {speaker} from {emotion}"),
        ("{speaker}_{emotion}*", "nothing that tells {emotion} from *"),
    ],
)
def test_a_pattern_that_is_unclear_is_refused(pattern, found):
    with pytest.raises(InputError) as error:
        NamePattern(pattern)
    assert found in error.value.found


def test_emotions_are_named_in_order_with_their_codes():
    emotions = parse_emotions("neutral=01, calm=02,calm=calmly,ärgerlich, 03=3")
    assert list(emotions.items()) == [
        ("01", "neutral"),
        ("02", "calm"),
        ("calmly", "calm"),
        ("ärgerlich", "ärgerlich"),
        ("3", "03"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("happy", "one emotion alone"),
        ("happy=1,happy=2", "one emotion alone"),
        ("happy,sad,happy", "'happy' twice"),
        ("happy=1,sad=1", "'1' twice"),
        ("happy,very sad", "'very sad' in the emotions"),
        ("happy,,sad", "'' in the emotions"),
        ("happy,=sad", "'=sad' in the emotions"),
    ],
)
def test_emotions_that_are_unclear_are_refused(text, found):
    with pytest.raises(InputError) as error:
        parse_emotions(text)
    assert found in error.value.found
