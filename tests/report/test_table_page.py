"""Tables for people."""

import pandas as pd
import pytest

from emofold.report.table_page import as_text, as_text_cells, write_table_page


@pytest.fixture
def page_of(tmp_path):
    """Write a page and return its text."""

    def page_of(frame, title="A title", note="A note.", decimals=None):
        path = tmp_path / "page.html"
        write_table_page(frame, path, title, note, decimals or {})
        return path.read_text(encoding="utf-8")

    return page_of


def test_a_page_shows_every_row_below_its_title_and_note(page_of):
    page = page_of(pd.DataFrame({"system": ["mlp", "svc"], "macro_f1": [60.222, 59.0]}))
    assert "<title>A title</title>" in page
    assert "<h1>A title</h1>" in page
    assert "<p>A note.</p>" in page
    assert page.count("<tr>") == 3
    assert page.index(">mlp<") < page.index(">svc<")


def test_names_of_columns_are_shown_as_words(page_of):
    page = page_of(pd.DataFrame({"macro_f1": [1.0]}))
    assert ">macro f1</th>" in page
    assert "macro_f1" not in page


def test_sentences_are_broken_into_lines_and_words_are_not(page_of):
    reason = "Found: no sound. Expected: a sound that can be heard."
    page = page_of(pd.DataFrame({"step": ["embed_speech"], "reason": [reason], "n": [3]}))
    assert "<td>embed_speech</td>" in page
    assert f'<td class="long">{reason}</td>' in page
    assert '<td class="number">3</td>' in page


def test_names_are_escaped(page_of):
    page = page_of(
        pd.DataFrame({"<i>": ["<script>alert('x')</script>"], "b": ["R&D"]}), "<b>", 'a "note" <br>'
    )
    assert "<title>&lt;b&gt;</title>" in page
    assert "<th>&lt;i&gt;</th>" in page
    assert "&lt;script&gt;alert(" in page
    assert "R&amp;D" in page
    assert not any(tag in page for tag in ("<script", "<b>", "<i>", "<br>"))


def test_only_numbers_are_aligned_to_the_right(page_of):
    page = page_of(pd.DataFrame({"system": ["mlp"], "n": [1440]}))
    assert "<td>mlp</td>" in page
    assert '<td class="number">1440</td>' in page


def test_a_page_needs_nothing_from_elsewhere(page_of):
    page = page_of(pd.DataFrame({"system": ["mlp"]}))
    assert not any(word in page for word in ("http", "src=", "href=", "@import", "url("))


def test_without_rows_there_is_no_table_but_what_is_said_of_it(page_of):
    frame = pd.DataFrame({"system": [], "p_value": []}).astype({"system": object})
    page = page_of(frame, decimals={"p_value": 4})
    assert "<p>A note.</p>" in page
    assert "<table" not in page


def test_numbers_get_the_decimals_asked_for():
    frame = pd.DataFrame({"accuracy": [59.9333, 60.0], "p": [0.00004, 1.0], "n": [300, 240]})
    cells = as_text_cells(frame, {"accuracy": 2, "p": 4})
    assert cells["accuracy"].tolist() == ["59.93", "60.00"]
    assert cells["p"].tolist() == ["0.0000", "1.0000"]
    assert cells["n"].tolist() == ["300", "240"]


def test_a_p_value_too_small_for_its_decimals_is_not_shown_as_zero():
    cells = as_text_cells(pd.DataFrame({"p_value": [0.00004, 0.0001, 0.21875]}), {"p_value": 4})
    assert cells["p_value"].tolist() == ["<0.0001", "0.0001", "0.2188"]
    assert as_text(pd.DataFrame({"p_holm": [0.00004]})).split() == ["p_holm", "<0.0001"]


def test_a_difference_that_rounds_to_zero_has_no_sign():
    cells = as_text_cells(pd.DataFrame({"difference": [-0.001, 0.001, -0.006]}), {"difference": 2})
    assert cells["difference"].tolist() == ["0.00", "0.00", "-0.01"]


def test_empty_cells_stay_empty():
    frame = pd.DataFrame(
        {
            "fold": pd.array([None, 3], dtype="Int64"),
            "accuracy": [float("nan"), 1.0],
            "media": [None, "a.mp4"],
        }
    )
    cells = as_text_cells(frame, {"accuracy": 2})
    assert cells.to_numpy().tolist() == [["", "", ""], ["3", "1.00", "a.mp4"]]


def test_text_for_a_terminal_is_aligned():
    frame = pd.DataFrame(
        {"system": ["mlp", "wav2vec2"], "n": [1440, 1440], "accuracy": [60.222, 9]}
    )
    lines = as_text(frame).splitlines()
    assert [line.split() for line in lines] == [
        ["system", "n", "accuracy"],
        ["mlp", "1440", "60.22"],
        ["wav2vec2", "1440", "9.00"],
    ]
    assert len({len(line) for line in lines}) == 1
