"""The page about one video: what it says, and what it does in a browser."""

import html
import json
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from chromium import started

import recordings
from emofold.prediction.page_data import Timeline
from emofold.prediction.video_page import ASSETS, HUES, System, VideoPage, write_video_page
from emofold.tables import ACTION_UNITS

EMOTIONS = ["neutral", "happy", "sad"]
ANSWERS = {"fusion": [0.1, 0.7, 0.2], "speech": [0.2, 0.2, 0.6], "face": [0.3, 0.6, 0.1]}
WINDOWS = [(0.0, 0.6), (0.6, 1.2), (1.2, 1.8)]
HAPPY = {"fusion": [0.2, 0.9, 0.62], "speech": [0.1, 0.05, 0.3], "face": [0.4, 0.8, 0.55]}


def system(stage):
    start, end = np.array(WINDOWS).T
    happy = np.array(HAPPY[stage])
    sad = (1 - happy) * (0.9 if stage == "speech" else 0.3)
    probabilities = np.column_stack([1 - happy - sad, happy, sad])
    expected = f"right in {len(stage)} of 10 clips, protocol nested"
    return System(stage, np.array(ANSWERS[stage]), Timeline(start, end, probabilities), expected)


def some_frames():
    """A face that smiles more and more, and that is lost for some frames."""
    timestamps = np.arange(45) / 25
    counts = np.ones(45, bool)
    counts[20:30] = False
    units = dict.fromkeys(ACTION_UNITS, np.nan)
    units |= {"AU12_r": timestamps, "AU14_r": 0.5, "AU04_r": 0.25}
    row = {"frame": range(45), "timestamp": timestamps, "confidence": counts.astype(float)}
    return pd.DataFrame({**row, "success": counts.astype(int), **units}), counts


def some_page(**changes):
    frames, counts = some_frames()
    weights = np.linspace(1, 3, 45)[counts]
    attention = {"timestamp": frames["timestamp"][counts], "weight": weights / weights.sum()}
    page = VideoPage(
        **{"title": "Ärger am Morgen.mp4", "seconds": 1.8, "emotions": EMOTIONS},
        systems=[system(stage) for stage in ANSWERS],
        remarks=["For 0.4 s no face is seen."],
        **{"frames": frames, "counts": counts, "attention": pd.DataFrame(attention)},
        extractor="mediapipe",
        facts={"trained on": "1440 clips of 24 speakers", "speech": "Whisper base"},
        note="",
    )
    return replace(page, **changes)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return recordings.good(tmp_path_factory.mktemp("good") / "clip.mp4")


@pytest.fixture(scope="module")
def written(clip, tmp_path_factory):
    path = tmp_path_factory.mktemp("page with a space") / "Ärger.html"
    write_video_page(some_page(), clip, path)
    return path


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


def words(path):
    """Return what a page says, without its marks, style and script."""
    page = re.sub(r"<(script|style).*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))


def values_now(browser):
    return {
        name: browser.text(f".emotion:nth-child({number}) .now b")
        for number, name in enumerate(EMOTIONS, start=1)
    }


def test_the_page_says_in_plain_words_what_is_predicted(written):
    said = words(written)
    assert "Most likely: happy (70 %)" in said
    assert "Next: sad 20 %." in said
    assert "How sure? Fairly. About 3 of 10 answers with this percentage are wrong" in said
    assert "In tests: right in 6 of 10 clips, protocol nested." in said
    assert "For 0.4 s no face is seen." in said


def test_the_page_says_what_it_is_not(written):
    said = words(written)
    assert "It does not say what the person feels." in said
    assert "Not for judging people: at work, at school or elsewhere." in said
    assert "It was trained on 1440 clips of 24 speakers." in said
    assert "actors speak a few scripted sentences" in said
    assert "who gets the page gets the recording" in said


def test_what_must_be_said_stands_above_the_numbers(tmp_path):
    write_video_page(some_page(note="Synthetic faces & voices."), None, tmp_path / "page.html")
    said = words(tmp_path / "page.html")
    assert said.index("Synthetic faces & voices.") < said.index("Most likely")


@pytest.mark.parametrize(
    ("share", "sureness"),
    [
        (0.996, "(>99 %) Next: sad <1 %. How sure? Quite. Fewer than 1 of 10 answers"),
        (
            0.88,
            "(88 %) Next: sad 12 %. How sure? Fairly. About 1 of 10 answers with this "
            "percentage is wrong",
        ),
        (0.52, "(52 %) Next: sad 48 %. How sure? Not very. About 5 of 10 answers"),
    ],
)
def test_no_answer_is_called_certain(tmp_path, share, sureness):
    answer = replace(system("fusion"), probabilities=np.array([0.0, share, 1 - share]))
    write_video_page(some_page(systems=[answer]), None, tmp_path / "page.html")
    assert f"happy {sureness}" in words(tmp_path / "page.html")


def test_proxies_that_are_not_reliable_are_marked(written, tmp_path):
    assert "dimpler AU14 · unreliable" in words(written)
    assert "brow lowerer AU04 · weak" in words(written)
    write_video_page(some_page(extractor="openface"), None, tmp_path / "openface.html")
    assert "unreliable" not in words(tmp_path / "openface.html")


def test_without_a_recording_the_page_says_so(tmp_path):
    write_video_page(some_page(), None, tmp_path / "page.html")
    assert "This page was made without the recording." in words(tmp_path / "page.html")


def test_without_pictures_there_is_nothing_on_the_face(browser, tmp_path):
    page = some_page(frames=None, counts=None, attention=None, systems=[system("speech")])
    write_video_page(page, None, tmp_path / "page.html")
    assert "Movements of the face" not in words(tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
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
    write_video_page(page, None, tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    assert browser.complaints == []
    assert browser.text("h1") == evil
    assert browser.value("document.title") != "run"
    assert browser.text(".emotion:nth-child(2) .name") == "<b>怒り</b>"
    assert browser.text("#reading").startswith(f"{evil} 56 %")


def test_the_recording_plays_and_the_values_follow(shown):
    assert shown.text("#clock") == "0:00.0"
    assert values_now(shown) == {"neutral": "56 %", "happy": "20 %", "sad": "24 %"}
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


def test_a_short_recording_has_values_of_the_whole_and_curves_that_run(browser, clip, tmp_path):
    systems = [replace(system(stage), timeline=None) for stage in ANSWERS]
    write_video_page(some_page(systems=systems), clip, tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    assert browser.text(".emotion:nth-child(2) .whole b") == "70 %"
    browser.click("#position", 0.25)
    assert browser.text("#reading") == "as a whole happy 70 %, sad 20 %"
    assert browser.text("[data-unit=AU12] .now b") == "0.4"
    assert browser.complaints == []


def test_a_recording_without_pictures_has_a_player_too(browser, tmp_path):
    path = recordings.write(tmp_path / "tone.wav", sound=np.zeros((32_000, 1), np.int16))
    write_video_page(some_page(frames=None, counts=None, attention=None), path, tmp_path / "p.html")
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
    write_video_page(page, None, tmp_path / "page.html")
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


def contrast(one, other):
    def luminance(colour):
        channels = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
        linear = np.where(
            channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
        )
        return linear @ [0.2126, 0.7152, 0.0722]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_every_colour_stands_out_from_its_lane_in_light_and_in_dark(scheme):
    style = (ASSETS / "video_page.css").read_text(encoding="utf-8")
    full = re.sub(r"#(\w)(\w)(\w)\b", r"#\1\1\2\2\3\3", style)
    block = re.findall(r":root \{(.*?)\}", full, flags=re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", block))
    hues = [colours[f"hue-{number}"] for number in range(1, HUES + 1)]
    assert min(contrast(hue, colours["lane"]) for hue in hues) >= 3
    assert len(set(hues)) == HUES
    for name in ("ink", "soft", "link"):
        assert contrast(colours[name], colours["paper"]) >= 4.5
    assert all(one != other for one, other in pairwise(hues))


def test_the_data_of_the_page_are_json_that_says_the_same(written):
    page = written.read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', page)[1])
    assert data["emotions"] == EMOTIONS
    assert data["systems"][0]["timeline"]["values"][1] == HAPPY["fusion"]
