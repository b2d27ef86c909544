"""The bundle of a run, and the predictions that it makes, by the command and by the rule."""

import subprocess

import pytest

import recordings
import small_demo
from emofold.corpora.ravdess import EMOTIONS
from emofold.prediction.bundle import Bundle
from emofold.prediction.schemas import predictions_schema
from emofold.tables import open_parquet, read_table

pytestmark = pytest.mark.workflow

SCHEMA = predictions_schema(EMOTIONS)


def test_the_bundle_of_a_run_holds_every_kind_of_model(demo):
    bundle = Bundle.load(demo.results / "model")
    kinds = {name: member.kind for name, member in bundle.members.items()}
    assert kinds == {
        "acoustic-logistic": "static",
        "wav2vec2-tiny": "finetuned",
        "face-logistic": "static",
        "action-units-bilstm": "sequence",
    }
    assert list(bundle.systems) == ["speech+face", "speech", "face"]
    assert bundle.facts["speakers"] == 2
    assert "Synthetic" in bundle.facts["note"]


def test_the_expected_accuracy_is_that_of_the_evaluation(demo):
    bundle = Bundle.load(demo.results / "model")
    metrics, _ = open_parquet(demo.results / "evaluation/metrics.parquet")
    rows = metrics.to_pandas().query("system == 'speech+face' and fold.isna()")
    assert set(rows["accuracy"].round(2)) == {bundle.expected["speech+face"]["accuracy"]}
    interval = rows[rows["ci_method"] == "speaker_bootstrap"].iloc[0]
    expected = bundle.expected["speech+face"]
    assert expected["protocol"] == "paper"
    for bound in ("ci_low", "ci_high"):
        assert expected[bound] == round(interval[bound], 2)


def test_a_run_predicts_the_clips_of_a_sheet(demo):
    whole = read_table(demo.results / "predictions.parquet", SCHEMA)
    assert sorted(whole["clip"].unique()) == ["a", "b", "c"]
    assert set(whole["modality"]) == {"speech+face", "speech", "face"}
    assert set(whole.loc[whole["clip"] == "a", "speaker"]) == {"anna"}
    pages = {page.name for page in (demo.results / "prediction_pages").rglob("*.html")}
    assert pages == {"a.html", "b.html", "c.html"}


def test_an_edited_style_sheet_decodes_no_video_and_loads_no_model(finished_demo):
    finished_demo.replace(
        "src/emofold/prediction/page/video_page.css", ".watch {", ".watch { top: 0;"
    )
    planned = finished_demo.planned()
    assert planned.pop("write_prediction_pages") == 2
    assert planned.keys() <= {"accept_failures"}


def test_what_is_new_is_predicted_alone_and_a_bad_clip_is_named_in_the_end(finished_demo):
    (of_c,) = (finished_demo.results / "predictions").glob("clip-c-*/predictions.parquet")
    before = of_c.stat().st_mtime_ns
    folder = finished_demo.folder
    recordings.good(folder / "video b.mp4", "01-01-05-01-01-01-01")
    (folder / "video text.mp4").write_text("this is no video", encoding="utf-8")
    small_demo.write_sheet(folder, "a", "b", "c", "text", "gone")
    outcome = finished_demo.run()
    assert outcome.code != 0
    assert outcome.jobs["predict"] == 3
    assert of_c.stat().st_mtime_ns == before
    log = next((folder / "logs/accept_failures").glob("*.log")).read_text("utf-8")
    assert "2 clips that failed: gone, text" in log
    table, metadata = open_parquet(finished_demo.results / "predictions.parquet")
    assert set(table["clip"].to_pylist()) == {"a", "b", "c"}
    assert [failure["clip"] for failure in metadata["failures"]] == ["gone", "text"]


@pytest.mark.realdata
def test_the_command_answers_for_real_faces(demo, realdata, tmp_path):
    """The demo says nothing about people: what is tested is that everything is there."""
    faces = realdata / "faces"
    (tmp_path / "text.mp4").write_text("this is no video", encoding="utf-8")
    sound = next((realdata / "ravdess/speech").rglob("*.flac"))
    files = [faces / "single_face.mp4", faces / "face_noface.mov", sound, tmp_path / "text.mp4"]
    command = [demo.folder / ".venv/bin/python", "-m", "emofold", "predict", *files]
    done = subprocess.run(
        [*command, "--model", demo.results / "model", "--out", tmp_path / "out"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "text.mp4 cannot be decoded" in done.stderr
    whole = read_table(tmp_path / "out/predictions.parquet", SCHEMA)
    answers = whole[whole["is_answer"]].set_index("clip")["modality"]
    assert answers.to_dict() == {
        "single_face": "speech+face",
        "face_noface": "speech+face",
        sound.stem: "speech",
    }
    assert len(list((tmp_path / "out").glob("*.html"))) == 3


def test_a_name_that_no_file_can_have_stops_no_plan(finished_demo):
    with (finished_demo.folder / "others.csv").open("a", encoding="utf-8") as sheet:
        sheet.write(f"{'x' * 300}.mp4,\n")
    assert finished_demo.planned()["predict"] == 1
