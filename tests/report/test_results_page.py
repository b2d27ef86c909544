"""The page of the results: its numbers are those of the tables, and nothing of it is markup."""

import base64
import json
import re
import zlib

import numpy as np
import pandas as pd
import pytest

from emofold.evaluation.metrics import corpus_metrics
from emofold.models.schemas import LEAVE_ONE_CORPUS_OUT
from emofold.report.results import answers as answers_module
from emofold.report.results.recordings import link_recordings
from made_up_results import EMOTIONS, FUSIONS, SYSTEMS, make_clips, write_made_up

LITERATURE = [{"system": "theirs", "accuracy": 90.0, "protocol": "one split", "source": "Doe 2020"}]
PARTS = ("predicted", "confidence", "scores")
EVIL = "</script><script>document.title = 'run'</script> {{ 7 * 7 }}"


@pytest.fixture
def written(tmp_path):
    """A function that writes a page, and returns its text, its data, its results and answers."""

    def written(*arguments, **changes):
        path = tmp_path / "results/made-up/report/results.html"
        results, answers = write_made_up(path, *arguments, **changes)
        text = path.read_text(encoding="utf-8")
        data = json.loads(re.search(r'id="data">(.*?)</script>', text)[1])
        return text, data, results, answers

    return written


def unpack(text):
    return zlib.decompress(base64.b64decode(text))


def words(page):
    page = re.sub(r"<(style|script).*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_page_carries_the_answers_of_every_system_as_they_are(written):
    _, data, results, answers = written()
    clips = json.loads(unpack(data["clips"]))
    assert clips["name"] == results.clips["clip"].tolist()
    assert [EMOTIONS[place] for place in clips["emotion"]] == results.clips["emotion"].tolist()
    speakers = [data["speakers"][place] for place in clips["speaker"]]
    assert speakers == results.clips["speaker"].tolist()
    held = {one["system"]: one for one in data["answers"]}
    assert held.keys() == {*SYSTEMS, "zero-r"}
    for one in answers:
        predicted = np.frombuffer(unpack(held[one.system]["predicted"]), "uint8")
        assert [EMOTIONS[place] for place in predicted] == one.decided["predicted"].tolist()
        sure = np.frombuffer(unpack(held[one.system]["confidence"]), "<u2") / data["highest"]
        assert sure == pytest.approx(one.decided["confidence"].to_numpy(), abs=6e-5)
        if one.scores is not None:
            scores = np.frombuffer(unpack(held[one.system]["scores"]), "uint8")
            assert scores.reshape(-1, 3) == pytest.approx(100 * one.scores, abs=0.501)
    assert held["zero-r"]["scores"] is None


def test_groups_that_see_different_things_are_kept_apart_and_the_best_of_each_is_marked(written):
    text, data, *_ = written(literature=LITERATURE)
    table = text[text.index('id="systems-table"') : text.index("</table>")]
    bodies = re.findall(r'<tbody data-group="(.*?)">(.*?)</tbody>', table, re.DOTALL)
    assert [(name, re.findall(r'data-system="(.*?)"', body)) for name, body in bodies] == [
        ("Inductive, nested", [one["system"] for one in data["answers"][:3]]),
        ("Transductive, by speaker, nested", ["voice-normalised"]),
        ("Guessing", ["zero-r"]),
        ("Reported by others", ["theirs"]),
    ]
    assert [body.count('class="tag"') for _, body in bodies] == [1, 1, 0, 0]
    assert "one split; Doe 2020" in dict(bodies)["Reported by others"]


def test_the_page_begins_with_the_best_of_those_that_have_seen_the_least(written):
    text, _, results, _ = written()
    of_best = results.metrics.query("fold.isna() and normalised_by == 'none' and kind == 'model'")
    best = of_best.sort_values("accuracy").iloc[-1]
    said = words(text)
    assert f"{best['accuracy']:.1f} % of the clips recognised by {best['system']}" in said
    assert "always guessing one emotion: 33.3 %" in said
    assert "Transductive, by speaker, nested" in said


def test_corpora_that_were_left_out_stand_behind_the_folds_and_have_no_answers(written):
    _, _, results, answers = written()
    decisions = pd.concat([one.decided for one in answers])
    corpora = pd.Series(["x", "y"] * (len(results.clips) // 2), results.clips["clip"])
    left_out = decisions.assign(protocol=LEAVE_ONE_CORPUS_OUT)
    tables = [corpus_metrics(one, corpora, 0.95, 20, 0) for one in (decisions, left_out)]
    text, data, *_ = written(metrics=pd.concat([results.metrics, *tables]))
    groups = re.findall(r'<tbody data-group="(.*?)">', text)
    assert groups == [
        *["Inductive, nested", "Transductive, by speaker, nested"],
        f"Inductive, {LEAVE_ONE_CORPUS_OUT}",
        *[f"Transductive, by speaker, {LEAVE_ONE_CORPUS_OUT}", "Guessing"],
    ]
    table = text[text.index('id="systems-table"') : text.index("</table>")]
    assert table.count('<button type="button" class="name">') == len(data["answers"]) == 5
    assert "mean of corpora" in words(text)


@pytest.mark.parametrize("count", [2, 12])
def test_one_system_of_few_or_many_emotions_has_a_page_too(written, count):
    emotions = [f"emotion-{place}" for place in range(count)]
    systems = {"only": ("speech", "none", "nested", 1.0)}
    text, data, *_ = written(make_clips(emotions), emotions, systems, {})
    assert data["emotions"] == emotions
    assert f"{count} emotions (emotion-0, " in text
    assert 'name="modality"' not in text
    assert data["contributions"] == {}


def test_what_there_is_nothing_of_is_left_out(written):
    text, *_ = written()
    assert 'id="failures"' not in text
    assert "Reported and measured" not in text
    assert "Reported by others" not in text


def test_failures_and_reported_numbers_are_told(written):
    failures = pd.DataFrame(
        [("clip-9", None, "embed_speech", "no sound <in> it")],
        columns=["clip", "speaker", "step", "reason"],
    )
    comparison = pd.DataFrame([("voice", 80.0, 79.996, -0.004, "Table 1")])
    comparison.columns = ["system", "reported", "measured", "difference", "source"]
    text, *_ = written(failures=failures, comparison=comparison)
    assert "no sound &lt;in&gt; it" in text
    assert "1 clip failed and is not counted" in words(text)
    assert "voice 80.00 80.00 0.00 Table 1" in words(text)


def test_no_name_is_markup(written):
    emotions, systems = [EVIL, "b"], {EVIL: ("speech", "none", "nested", 1.0)}
    text, data, *_ = written(make_clips(emotions), emotions, systems, {}, name=EVIL)
    assert text.count("<script") == 2
    assert "49" not in words(text).split("recognised by")[1][:80]
    assert data["answers"][0]["system"] == EVIL


def test_the_page_loads_nothing_and_names_no_folder_of_its_maker(written, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    clips = make_clips(media=str(tmp_path / "media/{clip}.wav"))
    text, data, *_ = written(clips)
    assert text.startswith("<!doctype html>")
    assert "default-src 'none'" in text
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=.?https?:", text)
    media = json.loads(unpack(data["clips"]))["media"]
    assert media[0] == "../../../media/clip-1-neutral-1.wav"
    assert str(tmp_path) not in json.dumps(media)


def test_recordings_are_found_from_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    media = ["my videos/ä#1.mp4", str(tmp_path / "b.wav"), None, "/elsewhere/c.mp4", "long.mp4"]
    clips = pd.DataFrame({"media": media, "start": [None] * 4 + [1.5], "end": [None] * 4 + [4.0]})
    assert link_recordings(clips, tmp_path / "results/mini/report/results.html") == [
        *("../../../my%20videos/%C3%A4%231.mp4", "../../../b.wav", None),
        *("file:///elsewhere/c.mp4", "../../../long.mp4#t=1.5,4"),
    ]
    without = link_recordings(clips[["media"]], tmp_path / "page.html")
    assert without[4] == "long.mp4"


def test_a_large_run_keeps_all_answers_but_the_probabilities_of_the_best_alone(
    written, monkeypatch
):
    _, data, *_ = written()
    carried = [len(one[key] or "") for one in data["answers"] for key in PARTS[:2]]
    monkeypatch.setattr(answers_module, "MOST_CARRIED", sum(carried) + 200)
    _, data, *_ = written()
    has_scores = [one["scores"] is not None for one in data["answers"]]
    assert has_scores == [True, False, False, False, False]
    assert all(len(unpack(one["predicted"])) == 36 for one in data["answers"])


def test_the_members_of_a_fusion_are_known_for_what_was_tried(written):
    _, data, *_ = written()
    assert data["fusions"] == FUSIONS
    assert json.loads(unpack(data["choices"]))["both"][0] == [
        *[0, "C=1", 9, 0.5, 80.0, True, "C is at the edge of what was tried"]
    ]
