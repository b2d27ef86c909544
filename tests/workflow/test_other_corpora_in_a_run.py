"""The bundle of a run on other corpora, which are rows of the config."""

import pytest

from emofold.corpora.ravdess import EMOTIONS
from emofold.evaluation.schemas import OTHER_EMOTIONS, OTHER_METRICS, judged_schema
from emofold.tables import read_table

pytestmark = pytest.mark.workflow


def tables(project):
    return project.results / "other_corpora/elsewhere"


def test_a_run_tries_its_bundle_on_another_corpus(demo):
    judged = read_table(tables(demo) / "predictions.parquet", judged_schema(EMOTIONS))
    answers = judged[judged["is_answer"]].set_index("clip")
    assert {*answers.index} == {"a", "b", "c"}
    assert answers["known_as"].dropna().to_dict() == {"a": "happy", "b": "sad"}
    assert answers["novelty"].notna().all()
    metrics = read_table(tables(demo) / "metrics.parquet", OTHER_METRICS)
    assert {*metrics["judged_by"]} == {"answer", "speech", "face"}
    assert {*metrics["setting"]} == {"inductive"}
    assert metrics.attrs["unknown"] == ["bored"]
    emotions = read_table(tables(demo) / "emotions.parquet", OTHER_EMOTIONS)
    assert {*emotions["emotion"]} == {"joy", "sad", "bored"}


def test_the_report_has_a_section_on_other_corpora(demo):
    folder = demo.results / "report/other_corpora/elsewhere"
    assert {file.name for file in folder.iterdir()} == {
        *("metrics.html", "emotions.html", "answers.svg")
    }
    assert "(unknown)" in (folder / "emotions.html").read_text(encoding="utf-8")
    front_page = (demo.results / "report/front_page.rst").read_text(encoding="utf-8")
    assert "**On elsewhere**, another corpus: inductive accuracy" in front_page


def test_every_model_of_the_bundle_knows_what_is_new_to_it(demo):
    for model in ("wav2vec2-tiny", "action-units-bilstm"):
        assert (demo.results / f"model/models/{model}/novelty.safetensors").is_file()


def test_a_clip_of_another_corpus_that_cannot_be_read_is_counted_as_failed(finished_demo):
    folder = finished_demo.folder
    (folder / "video text.mp4").write_text("this is no video", encoding="utf-8")
    with (folder / "elsewhere.csv").open("a", encoding="utf-8") as sheet:
        sheet.write("\ntext,ben,sad,video text.mp4\ngone,ben,sad,video gone.mp4\n")
    outcome = finished_demo.run()
    assert outcome.code != 0
    assert outcome.jobs["evaluate_bundle"] == 1
    assert "predict" not in outcome.jobs
    log = next((folder / "logs/accept_failures").glob("*.log")).read_text("utf-8")
    assert "2 clips that failed: gone, text" in log


def test_a_map_of_what_nobody_knows_stops_the_plan(finished_demo):
    finished_demo.configure(
        test_corpora=[{"name": "elsewhere", "sheet": "elsewhere.csv", "map": {"joyy": "happy"}}]
    )
    outcome = finished_demo.run("--dry-run")
    assert outcome.code != 0
    assert "knows `joyy`, perhaps `joy`" in outcome.output
