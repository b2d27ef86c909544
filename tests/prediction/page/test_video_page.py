"""The page about one video: what it says."""

import html
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from emofold.report.emotion_colours import COLOURS, SPARE
from emofold.report.templates import read_asset
from one_page import EMOTIONS, HAPPY, some_frames, some_page, system, write_page


def words(path):
    """Return what a page says, without its marks, style and script."""
    page = re.sub(r"<(script|style).*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))


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
    assert "people show emotions that they were asked to show" in said
    assert "who gets the page gets the recording" in said


ASKED = {
    "speech": ("compares how a person sounds in", "languages and microphones can be far"),
    "face": ("compares how a person moves their face in", "ages, cameras and light can be far"),
}


@pytest.mark.parametrize("modality", ASKED)
def test_a_page_of_one_modality_says_nothing_of_the_other_nor_of_actors(tmp_path, modality):
    page = some_page(systems=[system(modality)], frames=None, attention=None, remarks=[])
    write_page(page, tmp_path / "page.html")
    said = words(tmp_path / "page.html")
    (other,) = ASKED.keys() - {modality}
    for phrase, unasked in zip(ASKED[modality], ASKED[other], strict=True):
        assert phrase in said
        assert unasked not in said
    assert "actor" not in said
    assert not re.search(r"(voice|face) alone", said)


def test_a_page_of_both_modalities_says_so(written):
    said = words(written)
    assert "compares how a person sounds and moves their face in" in said
    assert "languages and microphones, cameras and light can be far from that" in said
    assert "voice alone" in said


def test_what_must_be_said_stands_above_the_numbers(tmp_path):
    write_page(some_page(note="Synthetic faces & voices."), tmp_path / "page.html")
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
    answer = replace(system("speech+face"), scores=np.array([0.0, share, 1 - share]))
    write_page(some_page(systems=[answer]), tmp_path / "page.html")
    assert f"happy {sureness}" in words(tmp_path / "page.html")


def test_proxies_that_are_not_reliable_are_marked(written, tmp_path):
    assert "dimpler AU14 · unreliable" in words(written)
    assert "brow lowerer AU04 · weak" in words(written)
    write_page(some_page(extractor="openface"), tmp_path / "openface.html")
    assert "unreliable" not in words(tmp_path / "openface.html")


def test_what_was_measured_by_somebody_is_not_read_by_a_kind_of_file(tmp_path):
    write_page(some_page(extractor="csv"), tmp_path / "page.html")
    said = words(tmp_path / "page.html")
    assert "Action Units (AU), as they stand in csv files that somebody measured." in said
    assert "read by csv" not in said


def test_the_page_says_on_which_day_the_answer_was_found(written):
    assert "9 March 2026" in words(written)


def test_even_attention_is_said_to_be_even_within_how_much_and_not_drawn(tmp_path):
    frames = some_frames()
    weights = np.full(len(frames), 1 / len(frames))
    weights[3] *= 1.04
    attention = frames[["timestamp"]].assign(weight=weights)
    write_page(some_page(attention=attention), tmp_path / "page.html")
    assert "even: all frames within 4 % of the same share" in words(tmp_path / "page.html")
    assert '<div class="row attention">' not in (tmp_path / "page.html").read_text("utf-8")


def test_attention_that_is_not_even_is_drawn(written):
    assert "even: all frames" not in words(written)
    assert '<div class="row attention">' in written.read_text("utf-8")


def test_without_a_recording_the_page_says_why(tmp_path):
    write_page(some_page(), tmp_path / "page.html")
    assert "There is nothing to play. The timeline works without it." in words(
        tmp_path / "page.html"
    )


def contrast(one, other):
    def luminance(colour):
        channels = np.array([int(colour[index : index + 2], 16) for index in (1, 3, 5)]) / 255
        linear = np.where(
            channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
        )
        return linear @ [0.2126, 0.7152, 0.0722]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_every_colour_stands_out_from_its_lane_in_light_and_in_dark(scheme):
    style = read_asset("base.css")
    full = re.sub(r"#(\w)(\w)(\w)\b", r"#\1\1\2\2\3\3", style)
    block = re.findall(r":root \{(.*?)\}", full, flags=re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", block))
    hues = [pair[scheme] for pair in (*COLOURS.values(), *SPARE)]
    assert min(contrast(hue, colours["lane"]) for hue in hues) >= 3
    for name in ("ink", "soft", "link"):
        assert contrast(colours[name], colours["paper"]) >= 4.5
    assert len(set(hues)) == len(hues)


def test_the_data_of_the_page_are_json_that_says_the_same(written):
    page = written.read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', page)[1])
    assert data["emotions"] == EMOTIONS
    assert data["systems"][0]["timeline"]["values"][1] == HAPPY["speech+face"]


def test_of_what_it_has_not_learned_the_page_is_not_sure_however_high_the_percentage(tmp_path):
    answer = replace(system("speech+face"), scores=np.array([0.0, 0.996, 0.004]), is_new=True)
    write_page(some_page(systems=[answer]), tmp_path / "page.html")
    said = words(tmp_path / "page.html")
    assert "How sure? Not at all, since it has learned from nothing like this." in said
    assert "answers with this percentage" not in said
    assert said.index("unlike anything that the model learned from") < said.index("Most likely")


def test_of_what_it_knows_the_page_says_nothing_of_the_kind(written):
    assert "unlike anything" not in words(written)
