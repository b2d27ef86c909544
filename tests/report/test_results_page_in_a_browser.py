"""The page of the results in a browser: it sorts, filters, compares, and opens clips."""

import json
import re

import numpy as np
import pandas as pd
import pytest

import recordings
from chromium import started
from made_up_results import EMOTIONS, make_clips, write_made_up

READY = "'ready' in document.body.dataset"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with started(tmp_path_factory.mktemp("chromium") / "profile") as chromium:
        yield chromium


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A page in the folder of its run, with the recording of one clip, and what it tells."""
    folder = tmp_path_factory.mktemp("a run")
    clips = make_clips(media=None)
    tone = folder / "media/a tone.wav"
    tone.parent.mkdir()
    recordings.write(tone, sound=np.zeros((16_000, 1), np.int16))
    clips["media"] = [str(tone), *[str(folder / "gone.wav")] * (len(clips) - 1)]
    page = folder / "report/results.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        results, answers = write_made_up(page, clips)
    return page, results, {one.system: one.decided for one in answers}


@pytest.fixture
def shown(browser, written):
    browser.open(written[0])
    browser.wait_for(READY)
    yield browser
    assert browser.complaints == []


def texts(browser, selector):
    found = f"[...document.querySelectorAll({json.dumps(selector)})]"
    return browser.value(f"{found}.filter(e => e.offsetParent).map(e => e.textContent.trim())")


def set_to(browser, selector, value):
    """Choose or type a value, as a person does who then leaves the field."""
    browser.value(
        f"(e => {{ e.value = {json.dumps(value)};"
        "e.dispatchEvent(new Event('input', {bubbles: true})); })"
        f"(document.querySelector({json.dumps(selector)}))"
    )


def compare(browser, first, second):
    set_to(browser, "[name=first]", first)
    set_to(browser, "[name=second]", second)
    browser.wait_for("document.querySelectorAll('.matrix').length === 2")


def test_the_page_asks_nothing_of_the_network(shown):
    assert [url for url in shown.requests if re.match(r"https?:|wss?:|//", url)] == []


def test_a_heading_sorts_within_the_groups(shown):
    names = "#systems-table button.name"
    before = texts(shown, names)
    assert before[-2:] == ["voice-normalised", "zero-r"]
    shown.click("#systems-table thead th:nth-child(3) button")
    assert texts(shown, names) == before
    shown.click("#systems-table thead th:nth-child(3) button")
    assert texts(shown, names) == [*before[2::-1], *before[3:]]
    sort = "document.querySelector('#systems-table thead th:nth-child(3)').ariaSort"
    assert shown.value(sort) == "ascending"


def test_systems_are_filtered(shown):
    set_to(shown, "#filters [name=modality]", "speech")
    assert texts(shown, "#systems-table button.name") == ["voice", "voice-normalised"]
    set_to(shown, "#filters [name=search]", "NORM")
    assert texts(shown, "#systems-table button.name") == ["voice-normalised"]
    assert shown.text("#shown") == "1 shown"


def test_the_matrix_and_the_recall_are_those_of_the_answers(shown, written):
    _, _, decided = written
    compare(shown, "face-units", "voice")
    for place, system in enumerate(["face-units", "voice"], start=1):
        counts = pd.crosstab(decided[system]["emotion"], decided[system]["predicted"])
        counts = counts.reindex(index=EMOTIONS, columns=EMOTIONS, fill_value=0)
        cells = (
            f"[...document.querySelectorAll('.matrix:nth-child({place}) td button small')]"
            ".map(e => e.textContent)"
        )
        assert shown.value(cells) == [str(count) for count in counts.to_numpy().ravel() if count]
    of_first = decided["face-units"]
    found = (of_first["predicted"] == of_first["emotion"]).groupby(of_first["emotion"]).mean()
    titles = shown.value(
        "[...document.querySelectorAll('#recall circle title')].map(e => e.textContent)"
    )
    assert titles == [f"{name}: {100 * found[name]:.1f} % of 12" for name in EMOTIONS]


def test_a_cell_opens_its_clips(shown, written):
    _, _, decided = written
    set_to(shown, "[name=first]", "face-units")
    shown.wait_for("document.querySelector('.matrix caption').textContent === 'face-units'")
    of_system = decided["face-units"]
    wrong = of_system[of_system["emotion"] != of_system["predicted"]].iloc[0]
    row, column = (EMOTIONS.index(wrong[key]) for key in ("emotion", "predicted"))
    shown.click(f".matrix tbody tr:nth-child({row + 1}) td:nth-child({column + 2}) button")
    same = of_system[
        (of_system["emotion"] == wrong["emotion"]) & (of_system["predicted"] == wrong["predicted"])
    ].sort_values("confidence", ascending=False)
    assert texts(shown, "#clip-list .who .whole") == same["clip"].tolist()
    assert shown.text("#clips-count") == f"{len(same)} of {len(of_system)}"
    assert shown.value("document.activeElement.id") == "clips-heading"


def test_a_clip_shows_every_probability_and_plays_where_its_recording_lies(shown, written):
    _, results, decided = written
    set_to(shown, "#clip-filters [name=which]", "")
    set_to(shown, "#clip-filters [name=search]", results.clips["clip"].iloc[0])
    shown.click("#clip-list button")
    shown.wait_for("document.querySelector('#clip-list audio').duration === 1")
    system = shown.value("document.forms.chosen.elements.first.value")
    answer = decided[system].iloc[0]
    assert texts(shown, "#clip-list .shares .emotion") == EMOTIONS
    leads = texts(shown, "#clip-list .shares .leads")
    assert leads[0].rstrip(" %").lstrip(">") == f"{100 * answer['confidence']:.0f}"


def test_a_recording_that_is_gone_is_said_to_be(shown, written):
    set_to(shown, "#clip-filters [name=which]", "")
    set_to(shown, "#clip-filters [name=search]", written[1].clips["clip"].iloc[1])
    shown.click("#clip-list button")
    shown.wait_for("document.querySelector('#clip-list').textContent.includes('cannot be played')")
    assert "gone.wav cannot be played" in shown.text("#clip-list .player")
    assert "ERR_FILE_NOT_FOUND" in shown.complaints.pop()


def test_within_the_report_the_page_works_and_says_that_nothing_can_be_played(browser, written):
    outer = written[0].with_name("outer.html")
    outer.write_text("<iframe></iframe>", encoding="utf-8")
    inner = (
        written[0]
        .read_text(encoding="utf-8")
        .replace(
            'document.body.dataset.ready = ""',
            'document.querySelector("#clip-list button").click();'
            'parent.postMessage(document.querySelector("#clip-list").textContent, "*")',
        )
    )
    browser.open(outer)
    told = browser.value(
        "new Promise(done => { addEventListener('message', ({data}) => done(data));"
        "document.querySelector('iframe').src = 'data:text/html;charset=utf-8,'"
        f"+ encodeURIComponent({json.dumps(inner)}); }})"
    )
    assert "Open results/made-up/report/results.html to hear and see the clips" in told


def test_two_systems_are_compared_clip_by_clip(shown, written):
    _, _, decided = written
    compare(shown, "face-units", "voice")
    set_to(shown, "#clip-filters [name=which]", "second")
    right = {name: decided[name]["emotion"] == decided[name]["predicted"] for name in decided}
    alone = decided["voice"]["clip"][right["voice"] & ~right["face-units"]]
    assert sorted(texts(shown, "#clip-list .who .whole")) == sorted(alone)[:25]
    rows = (
        "[...document.querySelectorAll('#mcnemar tbody tr')]"
        ".map(row => [...row.cells].map(cell => cell.textContent))"
    )
    tests = {name: row for name, *row in shown.value(rows)}
    assert tests["voice"][1] == str(len(alone))
    assert len(tests) == len(decided) - 1


def test_tables_and_figures_are_kept_as_files(shown, written):
    saved = "window.saved = []; tables.save = (name, text) => saved.push([name, text])"
    shown.value(f"{saved}; 1")
    for kind in ("csv=recall", "csv=answers", "svg=confusion", "svg=speakers"):
        what, name = kind.split("=")
        shown.click(f"[data-{what}={name}]")
    names, files = zip(*shown.value("saved"), strict=True)
    assert names[0] == "made-up-both-recall.csv"
    assert files[0].splitlines()[0] == "\ufeffsystem,emotion,n,recall,ci_low,ci_high"
    assert len(files[0].splitlines()) == 1 + len(EMOTIONS)
    assert len(files[1].splitlines()) == 1 + len(written[1].clips)
    assert all(file.startswith("<svg") and 'xmlns="http' in file for file in files[2:])


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways_nor_breaks_at_hyphens(browser, written, width, scheme):
    browser.open(written[0], width, scheme=scheme)
    browser.wait_for(READY)
    compare(browser, "face-units", "voice-normalised")
    assert browser.value("document.documentElement.scrollWidth") == width
    lines = (
        "[...document.querySelectorAll('button.name, .whole')].filter(e => e.offsetParent)"
        ".filter(e => e.offsetHeight > 1.9 * parseFloat(getComputedStyle(e).fontSize))"
        ".map(e => e.textContent)"
    )
    assert browser.value(lines) == []


def test_in_a_frame_without_width_the_figures_are_drawn_all_the_same(shown):
    shown.value("document.body.style.display = 'none'")
    shown.resize(300, 900)
    shown.wait_for("document.querySelector('#speakers svg').viewBox.baseVal.width === 240")


def test_long_names_do_not_widen_a_narrow_page(browser, tmp_path):
    names = [f"speech+face-{kind}-normalised+published-wav2vec2-large-xlsr" for kind in "ab"]
    systems = {name: ("speech+face", "speaker", "nested", n) for n, name in enumerate(names)}
    emotions = ["a feeling of mornings that end", "happy"]
    write_made_up(tmp_path / "page.html", make_clips(emotions), emotions, systems, {})
    browser.open(tmp_path / "page.html", 400)
    browser.wait_for(READY)
    compare(browser, *names)
    assert browser.value("document.documentElement.scrollWidth") == 400


@pytest.mark.parametrize("width", [1280, 400])
def test_where_all_systems_are_of_one_modality_no_column_says_so(browser, tmp_path, width):
    systems = {name: ("speech", "none", "nested", n + 1) for n, name in enumerate("ab")}
    write_made_up(tmp_path / "page.html", systems=systems, fusions={})
    browser.open(tmp_path / "page.html", width)
    browser.wait_for(READY)
    assert "modality" not in "".join(texts(browser, "#systems-table thead th"))
    assert "speech" not in texts(browser, "#systems-table td")


def test_names_are_shown_as_they_are_written_and_never_run(browser, tmp_path):
    evil = "</script><script>document.title = 'run'</script>"
    emotions, systems = [evil, "<b>怒り</b>"], {evil: ("speech", "none", "nested", 1.0)}
    write_made_up(tmp_path / "page.html", make_clips(emotions), emotions, systems, {}, name=evil)
    browser.open(tmp_path / "page.html")
    browser.wait_for(READY)
    assert browser.complaints == []
    assert browser.value("document.title") == f"{evil}: results"
    assert browser.text(".matrix caption") == evil
    assert texts(browser, ".matrix tbody th") == emotions


def test_every_control_is_reached_with_the_keyboard(shown):
    reached = []
    for _ in range(60):
        shown.press("Tab")
        reached.append(
            shown.value(
                "(e => e.name || e.closest('thead, .matrix, .clip')?.className || e.tagName)"
                "(document.activeElement)"
            )
        )
    assert {"modality", "group", "search", "first", "second", "matrix", "which"} <= set(reached)
