"""The page that takes recordings, in a browser: files, camera and microphone, keys, many tabs."""

import json
import re

import pytest

import chromium
from serving_here import TOKEN, serving

ALL_STATES = ["choosing", "recording", "waiting", "answered"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    profile = tmp_path_factory.mktemp("chromium") / "profile"
    with chromium.started(profile, *chromium.FAKE_MEDIA) as started:
        yield started


@pytest.fixture
def shown(browser, server):
    """The page of a server, ready to be used, which complains of nothing in the end."""
    open_page(browser, server)
    yield browser
    assert browser.complaints == []
    assert {
        url.partition("://")[2].partition("/")[0] for url in browser.requests if ":/" in url
    } == {server.origin.removeprefix("http://")}


def open_page(browser, server, **look):
    browser.open(server.address, **look)
    browser.wait_for("document.body.className === 'choosing'")


def wait_for_state(browser, state):
    browser.wait_for(f"document.body.className === '{state}'")


def focused(browser):
    return browser.value("document.activeElement.id")


def tab_to(browser, name):
    """Press Tab until an element has the focus, and return what had it on the way."""
    passed = []
    while focused(browser) != name:
        browser.press("Tab")
        passed.append(focused(browser))
        assert len(passed) < 20, passed
    return passed


def answer_of(browser, server):
    """Open the page that is shown within, and return what it says."""
    wait_for_state(browser, "answered")
    address = browser.value("document.querySelector('#page').src")
    assert address.startswith(f"{server.address}pages/")
    return address


def test_a_file_that_is_dropped_gets_its_page_without_a_reload(shown, server, loud):
    shown.value("window.isTheSame = true")
    shown.drop(loud, "#drop")
    wait_for_state(shown, "answered")
    assert shown.value("window.isTheSame")
    assert shown.value("document.querySelector('#page').title") == f"The page of {loud.name}"
    assert focused(shown) == "answer-heading"
    assert shown.value("document.querySelector('#save').download") == "Größe & <b>.html"
    assert server.files() == []
    shown.open(answer_of(shown, server))
    assert "happy" in shown.text("#verdict")
    shown.wait_for("document.querySelector('#player').readyState === 4")


def test_the_page_within_is_shown_and_apart_from_the_one_around_it(shown, loud):
    shown.choose("#file", loud)
    wait_for_state(shown, "answered")
    frame = "document.querySelector('#page')"
    assert shown.value(f"{frame}.contentDocument") is None
    assert shown.value(f"{frame}.clientHeight") > 600
    assert shown.value("document.documentElement.scrollHeight <= innerHeight")


def test_a_recording_by_camera_and_microphone_needs_the_keyboard_alone(shown, server):
    passed = tab_to(shown, "record")
    assert passed == ["file", "record"]
    shown.press("Enter", "\r")
    wait_for_state(shown, "recording")
    assert focused(shown) == "stop"
    shown.wait_for("document.querySelector('#clock').textContent.startsWith('0:01')")
    assert shown.value("document.querySelector('#preview').videoWidth") in (None, 0)
    shown.press("Enter", "\r")
    wait_for_state(shown, "answered")
    saved_as = shown.value("document.querySelector('#save').download")
    assert re.fullmatch(r"recording-\d\d-\d\d-\d\d\.html", saved_as)
    shown.press("Tab")
    assert focused(shown) == "again"
    shown.press("Enter", "\r")
    wait_for_state(shown, "choosing")
    assert focused(shown) == "file"
    assert not server.desk.pages._kept


def test_a_file_that_is_given_while_the_browser_asks_is_not_recorded_over(shown, loud):
    shown.value(
        "(() => { const media = navigator.mediaDevices, ask = media.getUserMedia.bind(media);"
        "media.getUserMedia = async (what) => { const stream = await ask(what);"
        "await new Promise((answer) => { window.allow = answer; });"
        "window.tracks = stream.getTracks(); return stream; }; })()"
    )
    shown.click("#record")
    shown.wait_for("window.allow")
    shown.choose("#file", loud)
    wait_for_state(shown, "answered")
    shown.value("window.allow()")
    shown.wait_for("window.tracks?.every((track) => track.readyState === 'ended')")
    assert shown.value("document.body.className") == "answered"


def test_each_state_shows_its_own_parts_and_names_all_that_can_be_used(shown):
    assert shown.value("[...document.querySelectorAll('main [data-shown-in]')].length") > len(
        ALL_STATES
    )
    unnamed = (
        "[...document.querySelectorAll('input, button, a')].filter((e) => !e.hidden"
        " && !(e.labels?.length || e.textContent.trim()) && !e.closest('[hidden]')).length"
    )
    assert shown.value(unnamed) == 0


def test_what_is_wrong_is_told_where_the_file_was_chosen(shown, tmp_path):
    text = tmp_path / "my holiday.mp4"
    text.write_text("this is no video", encoding="utf-8")
    shown.choose("#file", text)
    shown.wait_for("document.querySelector('#problem').textContent")
    assert shown.text("#problem").startswith("Found: my holiday.mp4 cannot be decoded")
    assert "What to do:" in shown.text("#problem")
    assert focused(shown) == "file"
    (complaint,) = shown.complaints  # of the browser, on the status 422
    assert "422" in complaint
    shown.complaints.clear()


def test_too_large_a_file_is_not_even_sent(browser, bundle, tmp_path):
    large = tmp_path / "large.mp4"
    large.write_bytes(b"\0" * 1_000_001)
    (tmp_path / "scratch").mkdir()
    with serving(bundle, tmp_path / "scratch", megabytes=1) as server:
        open_page(browser, server)
        browser.choose("#file", large)
        browser.wait_for("document.querySelector('#problem').textContent")
        assert "large.mp4, which has more than 1 MB" in browser.text("#problem")
        assert not [url for url in browser.requests if "clips" in url]


def test_a_recording_ends_by_itself_when_it_is_as_long_as_it_may_be(browser, bundle, tmp_path):
    with serving(bundle, tmp_path, duration=2.5) as server:
        open_page(browser, server)
        browser.click("#record")
        wait_for_state(browser, "answered")
        assert browser.complaints == []


def test_it_tells_the_place_in_the_line_and_cancelling_gives_it_up(browser, idle, loud):
    waiting = idle.send(loud.read_bytes(), "one")
    open_page(browser, idle)
    browser.choose("#file", loud)
    browser.wait_for("document.querySelector('#news').textContent.startsWith('One recording')")
    assert browser.text("#status") == "One recording comes before it."
    assert focused(browser) == "cancel"
    browser.press("Enter", "\r")
    wait_for_state(browser, "choosing")
    browser.wait_for("document.querySelector('#status').textContent === 'Cancelled.'")
    browser.value("new Promise((resolve) => setTimeout(resolve, 500))")
    assert {path.name for path in idle.files() if path.is_file()} == {"one"}
    waiting.close()


def test_a_tab_that_is_left_takes_its_place_and_its_page_with_it(browser, server, loud):
    open_page(browser, server)
    browser.choose("#file", loud)
    wait_for_state(browser, "answered")
    assert len(server.desk.pages._kept) == 1
    browser.open("about:blank")
    browser.wait_for("true")
    browser.value("new Promise((resolve) => setTimeout(resolve, 300))")
    assert not server.desk.pages._kept


def test_a_server_that_has_ended_is_told(browser, bundle, tmp_path, loud):
    with serving(bundle, tmp_path) as server:
        open_page(browser, server)
    browser.choose("#file", loud)
    browser.wait_for("document.querySelector('#problem').textContent")
    assert "no answer" in browser.text("#problem")


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off(browser, server, width, scheme):
    open_page(browser, server, width=width, scheme=scheme)
    for state in ALL_STATES[:3]:
        browser.value(
            f"document.querySelectorAll('[data-shown-in]').forEach((e) => e.hidden ="
            f" !e.dataset.shownIn.split(' ').includes({json.dumps(state)}))"
        )
        assert browser.value("document.documentElement.scrollWidth") <= width
    assert TOKEN in server.address
