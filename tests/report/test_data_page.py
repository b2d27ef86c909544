"""The page that says what the data is."""

import base64
import html
import re

import pandas as pd
import pytest

from described_corpora import EMOTIONS, NO_FAILURES, facts_of
from emofold.evaluation.oddities import find_oddities
from emofold.report.data_page import MOST_SPEAKERS, write_data_page

HOSTILE = "<script>steal()</script> {{ 7 * 7 }} & \"R'"


@pytest.fixture
def page_of(tmp_path):
    """Write a page and return its text, with what is odd or with the oddities that are given."""

    def page_of(facts, failures=NO_FAILURES, emotions=EMOTIONS, figures=None, note=""):
        oddities = find_oddities(facts, failures, emotions)
        path = tmp_path / "data.html"
        write_data_page(facts, oddities, emotions, note=note, figures=figures or {}, path=path)
        return path.read_text(encoding="utf-8")

    return page_of


def words(page):
    """Return what a page says, without its marks and style."""
    text = re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def test_the_page_says_how_much_there_is_and_what_must_be_said(page_of):
    said = words(page_of(facts_of().assign(duration=100.0), note="Made by code."))
    assert "72 clips of 6 speakers, 3 emotions, 2 h in all. Made by code." in said


def test_the_page_says_what_is_odd_what_it_means_and_in_which_clips(page_of):
    facts = facts_of().assign(duration=2.0)
    facts.loc[1, ["level", "peak"]] = -120.0
    page = page_of(facts, pd.DataFrame({"clip": ["lost"]}))
    said = words(page)
    assert "1 of 73 clips failed: the page of failures says why. lost" in said
    assert "All 72 clips last exactly 2.000 s: they were cut or filled up to one length" in said
    assert "1 of 72 clips is silent. mine-1-calm-1" in said
    assert page.count("<li>") == 3


def test_the_page_says_that_nothing_is_odd(page_of):
    page = page_of(facts_of())
    assert "Nothing that emofold looks for." in page
    assert "<li>" not in page


def test_emotions_and_speakers_stand_in_their_order_with_their_numbers(page_of):
    facts = facts_of()
    facts.loc[facts["speaker"] == "s1", "speaker"] = "s10"
    said = words(page_of(facts[facts["emotion"] != "happy"].assign(duration=2.5)))
    assert re.search(r"calm 24 6 2\.500 -2\d\.\d 0 9\d happy 0 0 .*sad 24 6 2\.500", said)
    assert re.search(r"s2 8 2 2\.500 .*s6 8 2 2\.500 .*s10 8 2 2\.500", said)


def test_a_corpus_without_sound_has_no_word_of_sound(page_of):
    said = words(page_of(facts_of(heard=False)))
    assert not re.search(r"sound|dBFS|loud|clipped|Hz|sampling", said)
    assert "face in % of frames (mediapipe)" in said


def test_a_corpus_without_faces_has_no_word_of_faces(page_of):
    said = words(page_of(facts_of(seen=False)))
    assert not re.search(r"face|frame|picture|video", said)
    assert "median dBFS" in said


def test_of_a_corpus_without_recordings_only_numbers_are_told(page_of):
    said = words(page_of(facts_of(heard=False, seen=False)))
    assert "72 clips of 6 speakers, 3 emotions." in said
    assert "This run reads no recording of these clips" in said
    assert not re.search(r"dBFS|face|median|clipped| in all", said)


def test_corpora_are_named_where_there_are_several(page_of):
    both = pd.concat([facts_of("one"), facts_of("two").assign(duration=2.0)], ignore_index=True)
    said = words(page_of(both))
    assert "144 clips of 12 speakers, 3 emotions, 2 corpora" in said
    assert "two: all 72 clips last exactly 2.000 s" in said
    assert "one calm 24 6" in said
    assert "two s6 12 3" in said


def test_many_speakers_are_counted_not_listed(page_of):
    facts = facts_of().iloc[[0] * (MOST_SPEAKERS + 7)].reset_index(drop=True)
    facts["clip"] = facts["speaker"] = [f"n{number}" for number in facts.index]
    page = page_of(facts, emotions=["calm"])
    assert "And 7 more." in page
    assert f">n{MOST_SPEAKERS - 1}<" in page
    assert f">n{MOST_SPEAKERS}<" not in page


def test_names_are_shown_as_they_are_and_do_nothing(page_of):
    facts = facts_of().assign(corpus=HOSTILE)
    facts["clip"] += HOSTILE
    facts.loc[facts["speaker"] == "s1", "speaker"] = HOSTILE
    facts.loc[facts["emotion"] == "sad", "emotion"] = HOSTILE
    facts.loc[0, "level"] = -120.0
    is_odd = (facts["emotion"] == HOSTILE) & (facts["speaker"] != HOSTILE)
    page = page_of(facts[~is_odd], emotions=["calm", "happy", HOSTILE], note=HOSTILE)
    assert "<script" not in page
    assert f"clips of one speaker alone, {HOSTILE} ({HOSTILE}): a model" in words(page)


def test_the_page_holds_its_figures_and_needs_nothing_from_elsewhere(page_of, tmp_path):
    svg = tmp_path / "a.svg"
    svg.write_text("<svg></svg>")
    page = page_of(facts_of(), figures={"Counts & more": svg})
    (source,) = re.findall(
        r'<img alt="Counts &amp; more" src="data:image/svg\+xml;base64,(.+?)"', page
    )
    assert base64.b64decode(source) == b"<svg></svg>"
    assert not re.search(r"https?:|@import|url\(", page)
