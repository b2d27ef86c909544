"""The page about one video in a browser: it plays, follows, and goes where it is told to."""

import csv
import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest

import recordings
from chromium import started
from emofold import __version__
from one_page import ANSWERS, EMOTIONS, HAPPY, some_page, system, write_page


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with started(tmp_path_factory.mktemp("chromium") / "profile") as chromium:
        yield chromium


@pytest.fixture
def shown(browser, written):
    """The page in the browser, ready to play."""
    browser.open(written)
    browser.wait_for("document.querySelector('#player').readyState === 4")
    yield browser
    assert browser.complaints == []


def values_now(browser):
    return {
        name: browser.text(f".emotion:nth-child({number}) .now b")
        for number, name in enumerate(EMOTIONS, start=1)
    }


def test_without_pictures_there_is_nothing_on_the_face(browser, tmp_path):
    page = some_page(frames=None, attention=None, systems=[system("speech")])
    write_page(page, tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    assert not browser.value("document.querySelector('#face')")
    assert browser.text("#reading") == "sad 81 %, happy 10 %"
    assert browser.complaints == []


def test_the_page_asks_nothing_of_the_network(shown):
    assert [url for url in shown.requests if re.match(r"https?:|wss?:|//", url)] == []
    refused = "fetch('https://example.org').then(() => 'sent', () => 'refused')"
    assert shown.value(refused) == "refused"
    assert "Content Security Policy" in shown.complaints.pop(0)
    shown.complaints.clear()


def test_names_are_shown_as_they_are_written_and_never_run(browser, tmp_path):
    evil = "</script><script>document.title = 'run'</script>"
    emotions = [evil, "<b>怒り</b>", "\N{LINE SEPARATOR}"]
    page = some_page(
        **{"title": evil, "emotions": emotions, "note": evil, "remarks": [evil]},
        facts={evil: evil, "trained on": evil},
    )
    write_page(page, tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    assert browser.complaints == []
    assert browser.text("h1") == evil
    assert browser.value("document.title") != "run"
    assert browser.text(".emotion:nth-child(2) .name") == "<b>怒り</b>"
    assert browser.text("#reading").startswith(f"{evil} 56 %")


def test_the_recording_plays_and_the_values_follow(shown):
    assert shown.text("#clock") == "0:00.0"
    assert values_now(shown) == {"neutral": "56 %", "happy": "20 %", "sad": "24 %"}
    shown.value("document.querySelector('#player').playbackRate = 0.25")
    shown.value("document.querySelector('#player').play()")
    shown.wait_for("document.querySelector('#player').currentTime > 1.25")
    shown.value("document.querySelector('#player').pause()")
    shown.wait_for("document.querySelector('#position').ariaValueNow > 1.2")
    assert values_now(shown)["happy"] == "62 %"
    assert shown.text("#reading") == "happy 62 %, neutral 27 %"
    time = shown.value("document.querySelector('#player').currentTime")
    at = float(shown.value("document.querySelector('#tracks').style.getPropertyValue('--at')"))
    assert at == pytest.approx(time / 1.8, abs=0.001)


def test_where_motion_is_unwelcome_the_values_still_follow(shown):
    still = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    shown.call("Emulation.setEmulatedMedia", features=still)
    shown.value("document.querySelector('#player').play()")
    shown.wait_for("document.querySelector('#clock').textContent > '0:01.2'")


@pytest.mark.parametrize("lane", ["#position", ".emotion .lane", "[data-unit=AU12] .lane"])
def test_a_click_on_a_lane_goes_there(shown, lane):
    shown.click(lane, 0.5)
    assert shown.value("document.querySelector('#player').currentTime") == pytest.approx(
        0.9, abs=0.01
    )
    assert shown.text("#clock") == "0:00.9"
    assert values_now(shown) == {"neutral": "7 %", "happy": "90 %", "sad": "3 %"}


def test_dragging_goes_along(shown):
    shown.drag(".emotion .lane", 0.1, 0.75)
    assert shown.text("#clock") in ("0:01.3", "0:01.4")
    shown.drag(".emotion .lane", 0.75, 1.5)
    assert shown.text("#clock") == "0:01.8"


def test_the_keys_go_from_window_to_window(shown):
    shown.value("document.querySelector('#position').focus()")
    for key, clock in [
        *[("ArrowRight", "0:00.6"), ("ArrowRight", "0:01.2"), ("ArrowLeft", "0:00.6")],
        *[("End", "0:01.8"), ("Home", "0:00.0"), ("ArrowLeft", "0:00.0"), ("PageUp", "0:01.8")],
    ]:
        shown.press(key)
        assert shown.text("#clock") == clock
    shown.press("Home")
    shown.press("ArrowRight")
    assert shown.value("document.querySelector('#player').currentTime") == pytest.approx(0.6)
    spoken = shown.value("document.querySelector('#position').getAttribute('aria-valuetext')")
    assert spoken == "0:00.6, happy 90 %, neutral 7 %"


def test_the_space_bar_plays_and_pauses(shown):
    shown.value("document.querySelector('#position').focus()")
    shown.press(" ", " ")
    shown.wait_for("!document.querySelector('#player').paused")
    shown.press(" ", " ")
    shown.wait_for("document.querySelector('#player').paused")


def test_the_slider_is_quiet_while_the_recording_plays(shown):
    shown.value("document.querySelector('#position').focus()")
    shown.value("document.querySelector('#player').playbackRate = 0.25")
    shown.value("document.querySelector('#player').play()")
    shown.wait_for("document.querySelector('#player').currentTime > 0.7")
    assert shown.value("document.querySelector('#position').ariaValueNow") == "0.0"


def test_another_system_has_other_values(shown):
    shown.click("#position", 0.5)
    shown.click("input[name=system][value='1']")
    assert values_now(shown)["happy"] == "5 %"
    assert shown.text(".emotion .whole b") == "20 %"
    assert (
        shown.text("#expected") == "voice alone, in tests: right in 6 of 10 clips, protocol nested."
    )
    first_lane = "document.querySelector('.emotion .lane .area').getAttribute('d')"
    before = shown.value(first_lane)
    shown.press("ArrowRight")
    assert values_now(shown)["happy"] == "80 %"
    assert shown.value(first_lane) != before


def test_the_face_has_no_values_where_it_is_lost(shown):
    shown.click("#position", 0.25)
    assert shown.text("[data-unit=AU12] .now b") == "0.4"
    shown.click("#position", 0.5)
    assert shown.text("[data-unit=AU12] .now b") == "–"
    assert shown.text("#attention .now b") == "–"
    shown.click("#position", 0.99)
    assert shown.text("[data-unit=AU12] .now b") == "1.8"
    assert shown.text("#attention .now b") == "1.5 ×"


def test_a_curve_goes_through_its_values(shown):
    edge = shown.value("document.querySelectorAll('.emotion .edge')[1].getAttribute('d')")
    assert edge == "M0 80.0H3333V10.0H6667V38.0H10000"


def test_the_table_has_what_the_curves_have(shown):
    shown.click("#table summary", 0.1)
    shown.wait_for("document.querySelectorAll('#table tbody tr').length === 3")
    cells = (
        "[...document.querySelectorAll('#table tr')].map(r => [...r.cells].map(c => c.textContent))"
    )
    assert shown.value(cells) == [
        ["time", *EMOTIONS],
        ["0:00.0", "56", "20", "24"],
        ["0:00.6", "7", "90", "3"],
        ["0:01.2", "27", "62", "11"],
    ]


TICKS = """(() => {
  const lane = document.querySelector("#position").getBoundingClientRect();
  const named = [...document.querySelectorAll(".ticks span")].filter((tick) => tick.textContent);
  const boxes = named.map((tick) => tick.getBoundingClientRect());
  return {
    names: named.map((tick) => tick.textContent),
    wrapped: named.filter((tick) => tick.scrollHeight > tick.clientHeight).length,
    beyond: boxes.filter((box) => box.right > lane.right + 1).length,
    met: boxes.slice(1).filter((box, i) => box.left < boxes[i].right).length,
  };
})()"""


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize(
    ("duration", "second"),
    [(0.95, "0:00.2"), (9.7, None), (61.0, None), (3590.0, None), (7300.0, None), (40_000.0, None)],
)
def test_no_time_wraps_nor_meets_another(browser, tmp_path, duration, second, width):
    page = some_page(duration=duration, frames=None, attention=None)
    write_page(page, tmp_path / "page.html")
    browser.open(tmp_path / "page.html", width)
    ticks = browser.value(TICKS)
    assert ticks["names"][0].startswith("0:00")
    assert len(ticks["names"]) >= 2
    assert second in (None, *ticks["names"])
    assert (ticks["wrapped"], ticks["beyond"], ticks["met"]) == (0, 0, 0)


def test_the_axis_stays_above_what_goes_beneath_it_and_covers_its_thumb(shown):
    shown.value("scrollTo(0, document.querySelector('[data-unit=AU12]').offsetTop)")
    bottom = "document.querySelector('{}').getBoundingClientRect().bottom"
    axis, thumb = (shown.value(bottom.format(name)) for name in (".axis", ".thumb"))
    assert 0 < thumb <= axis < 80
    beneath = f"document.elementFromPoint(innerWidth / 2, {axis - 2}).closest('.axis')"
    assert shown.value(f"!!{beneath}")


def test_where_one_system_judges_there_is_none_to_choose(browser, tmp_path):
    page = some_page(systems=[system("speech")], frames=None, attention=None)
    write_page(page, tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    assert not browser.value("document.querySelector('input[name=system]')")
    assert browser.text(".emotion:nth-child(3) .whole b") == "60 %"
    assert browser.complaints == []


def test_hours_are_told_as_such(browser, tmp_path):
    write_page(some_page(duration=7300.0, frames=None, attention=None), tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    browser.click("#position", 3661 / 7300)
    assert re.fullmatch(r"1:0[01]:\d\d\.\d", browser.text("#clock"))


def kept(browser, *names):
    """The files that the buttons of some names give, by the name of the file."""
    browser.value("window.saved = []; tables.save = (name, text) => saved.push([name, text]); 1")
    for name in names:
        browser.click(f"[data-keep={name}]")
    return dict(browser.value("saved"))


def test_the_numbers_of_the_page_are_kept_as_csv(shown):
    files = kept(shown, "answers", "timeline", "face")
    rows = {
        name: list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        for name, text in files.items()
    }
    answers, timeline, face = rows.values()
    assert [*rows] == [
        f"Ärger_am_Morgen.mp4-{name}.csv" for name in ("answers", "timeline", "face")
    ]
    assert [row["modality"] for row in answers] == [*ANSWERS]
    assert [row["is_answer"] for row in answers] == ["true", "false", "false"]
    assert (answers[0]["predicted"], answers[0]["score_happy"]) == ("happy", "0.7")
    of_speech = [row for row in timeline if row["modality"] == "speech"]
    assert [float(row["score_happy"]) for row in of_speech] == HAPPY["speech"]
    assert [row["start"] for row in of_speech] == ["0", "0.6", "1.2"]
    assert face[10]["AU12_r"] == "0.4"
    assert (face[25]["AU12_r"], face[25]["attention_times_even"]) == ("", "")


def test_the_numbers_of_the_page_are_kept_as_json_with_what_they_are_about(shown):
    ((name, text),) = kept(shown, "all").items()
    told = json.loads(text)
    assert name == "Ärger_am_Morgen.mp4.json"
    assert (told["recording"], told["predicted_on"]) == ("Ärger am Morgen.mp4", "2026-03-09")
    assert told["emofold"] == __version__
    assert told["model"]["speech"] == "Whisper base"
    assert told["remarks"] == ["For 0.4 s no face is seen."]
    assert (len(told["answers"]), len(told["timeline"]), len(told["face"])) == (3, 9, 45)


def test_a_page_of_sound_alone_offers_no_face_to_keep(browser, tmp_path):
    systems = [replace(system("speech"), timeline=None)]
    page = some_page(frames=None, attention=None, systems=systems)
    write_page(page, tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    offered = "[...document.querySelectorAll('[data-keep]')].map(e => e.dataset.keep)"
    assert browser.value(offered) == ["answers", "all"]
    ((_, text),) = kept(browser, "all").items()
    told = json.loads(text)
    assert (len(told["answers"]), told["timeline"], told["face"]) == (1, [], [])


def test_a_short_recording_has_values_of_the_whole_and_curves_that_run(
    browser, recording, tmp_path
):
    systems = [replace(system(modality), timeline=None) for modality in ANSWERS]
    write_page(some_page(systems=systems), tmp_path / "page.html", recording)
    browser.open(tmp_path / "page.html")
    assert browser.text(".emotion:nth-child(2) .whole b") == "70 %"
    browser.click("#position", 0.25)
    assert browser.text("#reading") == "as a whole happy 70 %, sad 20 %"
    assert browser.text("[data-unit=AU12] .now b") == "0.4"
    assert browser.complaints == []


def test_a_recording_without_pictures_has_a_player_too(browser, tmp_path):
    path = recordings.write(tmp_path / "tone.wav", sound=np.zeros((32_000, 1), np.int16))
    page = some_page(frames=None, attention=None)
    write_page(page, tmp_path / "p.html", path, "audio/wav")
    browser.open(tmp_path / "p.html")
    browser.wait_for("document.querySelector('audio').duration === 2")
    assert browser.complaints == []


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_and_nothing_scrolls_sideways(browser, written, width, scheme):
    browser.open(written, width, scheme=scheme)
    browser.value("document.querySelector('#table').open = true")
    browser.wait_for("document.querySelector('#table table')")
    assert browser.value("document.documentElement.scrollWidth") == width
    parts = "[...document.querySelectorAll('body *:not(.scroll *):not(svg *):not(.unseen)')]"
    sticks_out = "box.width && (box.left < -1 || box.right > innerWidth + 1)"
    where = f"(e => {{ const box = e.getBoundingClientRect(); return {sticks_out}; }})"
    cut = browser.value(f"{parts}.filter{where}.map(e => e.outerHTML.slice(0, 80))")
    assert cut == []


def test_the_names_on_the_ribbon_are_whole_or_left_out(browser, tmp_path):
    emotions = ["a feeling of mornings", "happy", "sad"]
    page = some_page(emotions=emotions, systems=[system("face")])
    write_page(page, tmp_path / "page.html")
    segments = "[...document.querySelectorAll('#ribbon span')].map(s => [s.title, s.className])"
    browser.open(tmp_path / "page.html", 400)
    assert browser.value(segments) == [[emotions[0], "narrow"], ["happy", ""]]
    browser.resize(2000, 900)
    browser.wait_for("!document.querySelector('#ribbon .narrow')")


def test_every_control_is_reached_with_the_keyboard(shown):
    reached = []
    for _ in range(12):
        shown.press("Tab")
        reached.append(
            shown.value("document.activeElement.id || document.activeElement.name || ''")
        )
    assert {"player", "system", "position"} <= set(reached)
