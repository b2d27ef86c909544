"""The page of a speaker's clips."""

import base64
import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from emofold.errors import InputError
from emofold.report.clips_page import ClipFigure, headings, write_clips_page

SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"
PNG = b"\x89PNG\r\n\x1a\n and so on"
SVG_WITHOUT_DECLARATION = SVG[SVG.index(b"<svg") :]
FIGURES = [
    ClipFigure("01-01-03", "happy", "01-01-03: happy", SVG),
    ClipFigure("01-01-04", "sad", "01-01-04: sad, taken for calm", PNG),
    ClipFigure("01-02-03", "happy", "01-02-03: happy", SVG_WITHOUT_DECLARATION),
]


@pytest.fixture
def page_of(tmp_path):
    """Write a page and return its text."""

    def page_of(figures, title="Speaker 1", note="A note."):
        path = tmp_path / "with a space é" / "page.html"
        write_clips_page(figures, path, title, note, "the face")
        return path.read_text(encoding="utf-8")

    return page_of


def parsed(page):
    """The body of the page, as elements."""
    body = page[page.index("<body>") : page.index("</html>")]
    return ET.fromstring(re.sub(r"(<img[^>]*)>", r"\1/>", body))  # noqa: S314 - it is our own


def images(page):
    return [(image.get("alt"), image.get("src")) for image in parsed(page).iter("img")]


def test_a_page_shows_every_figure_with_its_heading_and_a_text_in_its_place(page_of):
    page = page_of(FIGURES)
    captions = [caption.text for caption in parsed(page).iter("figcaption")]
    assert captions == ["01-01-03: happy", "01-02-03: happy", "01-01-04: sad, taken for calm"]
    assert [alt for alt, _ in images(page)] == [f"the face: {caption}" for caption in captions]


def test_figures_travel_inside_the_page(page_of):
    kinds, figures = zip(
        *(source.removeprefix("data:").split(";base64,") for _, source in images(page_of(FIGURES))),
        strict=True,
    )
    assert kinds == ("image/svg+xml", "image/svg+xml", "image/png")
    assert [base64.b64decode(figure) for figure in figures] == [SVG, SVG_WITHOUT_DECLARATION, PNG]


def test_the_emotions_lead_to_their_clips(page_of):
    body = parsed(page_of(FIGURES))
    links = {link.text: link.get("href").removeprefix("#") for link in body.iter("a")}
    assert list(links) == ["happy", "sad"]
    headings = {heading.get("id"): heading.text for heading in body.iter("h2")}
    assert {emotion: headings[anchor] for emotion, anchor in links.items()} == {
        "happy": "happy",
        "sad": "sad",
    }
    assert ["".join(item.itertext()) for item in body.iter("li")] == ["happy (2)", "sad (1)"]


def test_names_are_escaped(page_of):
    clip = ClipFigure('"><script>', "<u>R&D</u>", '"><script>alert(1)</script>: R&D', SVG)
    page = page_of([clip], "<b>title</b>", "<i>note</i>")
    assert not any(tag in page for tag in ("<script", "<b>", "<i>", "<u>"))
    assert "<title>&lt;b&gt;title&lt;/b&gt;</title>" in page
    assert images(page)[0][0].endswith('"><script>alert(1)</script>: R&D')


def test_a_page_needs_nothing_from_elsewhere(page_of):
    page = page_of(FIGURES)
    assert not any(word in page for word in ("http", "@import", "url(", "<script", "<link"))
    assert all(source.startswith("data:") for _, source in images(page))


def test_a_page_fits_small_screens_and_dark_rooms(page_of):
    page = page_of(FIGURES)
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert "@media screen and (prefers-color-scheme: dark)" in page


def test_a_speaker_without_figures_has_a_page(page_of):
    page = page_of([])
    assert "<h1>Speaker 1</h1>" in page
    assert images(page) == []


def test_what_is_no_picture_is_refused_by_the_name_of_its_clip(page_of, tmp_path):
    with pytest.raises(InputError, match="a figure of the clip ada"):
        page_of([*FIGURES, ClipFigure("ada", "sad", "ada: sad", b"GIF89a")])
    assert not list(tmp_path.rglob("*.html"))


def test_a_heading_names_the_emotion_and_what_a_clip_was_taken_for():
    tested = pd.DataFrame(
        {
            "emotion": ["sad", "sad", "calm"],
            "score_calm": [0.2, 3.0, 1.0],
            "score_sad": [0.8, 1, 1],
        },
        index=["a", "b", "c"],
    )
    assert headings(tested, ["calm", "sad"]) == {
        "a": "a: sad",
        "b": "b: sad, taken for calm",
        "c": "c: calm",
    }
