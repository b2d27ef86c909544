"""The bundle of a run, and the predictions that it makes, by the command and by the rule."""

import shutil
import subprocess
from pathlib import Path

import pytest

from emofold.corpora.ravdess import EMOTIONS
from emofold.prediction.bundle import Bundle
from emofold.prediction.schemas import predictions_schema
from emofold.tables import open_parquet, read_table
from workflow_project import Project

pytestmark = pytest.mark.workflow

SCHEMA = predictions_schema(EMOTIONS)


def write_sheet(project: Project, *rows: str) -> None:
    text = "\n".join(["clip,media,speaker", *rows])
    (project.folder / "others.csv").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def predicted_once(demo: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A run that has predicted two clips of one speaker and one of nobody known."""
    project = demo.copy(tmp_path_factory.mktemp("predicted") / "own copy")
    videos = project.folder / "results/mini/corpus"
    for number, source in enumerate(sorted(videos.rglob("*.mp4"))[:3]):
        shutil.copyfile(source, project.folder / f"video {number}.mp4")
    write_sheet(project, "a,video 0.mp4,anna", "b,video 1.mp4,anna", "c,video 2.mp4,")
    project.configure(predict={"clips": "others.csv"})
    outcome = project.run()
    assert outcome.code == 0, outcome.output
    return project


@pytest.fixture
def predicted(predicted_once: Project, tmp_path: Path) -> Project:
    """The same, the test's own to change."""
    return predicted_once.copy(tmp_path / "own copy")


def test_the_bundle_of_a_run_holds_every_kind_of_model(demo):
    bundle = Bundle.load(demo.results / "model")
    kinds = {name: member.kind for name, member in bundle.members.items()}
    assert kinds == {
        "acoustic-logistic": "static",
        "tiny": "finetuned",
        "action-units-logistic": "static",
        "bilstm": "sequence",
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


def test_a_run_predicts_the_clips_of_a_sheet(predicted):
    whole = read_table(predicted.results / "predictions.parquet", SCHEMA)
    assert sorted(whole["clip"].unique()) == ["a", "b", "c"]
    assert set(whole["modality"]) == {"speech+face", "speech", "face"}
    assert set(whole.loc[whole["clip"] == "a", "speaker"]) == {"anna"}
    pages = {page.name for page in (predicted.results / "prediction_pages").rglob("*.html")}
    assert pages == {"a.html", "b.html", "c.html"}


def test_a_changed_video_is_predicted_again_and_others_are_not(predicted):
    (alone,) = (predicted.results / "predictions").glob("clip-c-*/predictions.parquet")
    before = alone.stat().st_mtime_ns
    shutil.copyfile(predicted.folder / "video 2.mp4", predicted.folder / "video 1.mp4")
    outcome = predicted.run()
    assert outcome.code == 0, outcome.output
    assert outcome.output.count("Predict ") == 1
    assert alone.stat().st_mtime_ns == before


def test_an_edited_style_sheet_decodes_no_video_and_loads_no_model(predicted):
    before = {
        path: path.stat().st_mtime_ns
        for folder in ("predictions", "playable")
        for path in (predicted.results / folder).rglob("*.parquet")
    }
    predicted.replace("src/emofold/prediction/page/video_page.css", "body {", "body { top: 0;")
    outcome = predicted.run()
    assert outcome.code == 0, outcome.output
    assert outcome.output.count("Predict ") == 0
    assert outcome.output.count("Write the pages of ") == 2
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_a_bad_clip_is_named_in_the_end_and_the_others_are_predicted(predicted):
    (predicted.folder / "text.mp4").write_text("this is no video", encoding="utf-8")
    write_sheet(predicted, "c,video 2.mp4,", "text,text.mp4,", "gone,gone.mp4,")
    outcome = predicted.run()
    assert outcome.code != 0
    log = next((predicted.folder / "logs/accept_failures").glob("*.log")).read_text("utf-8")
    assert "2 clips that failed: gone, text" in log
    table, metadata = open_parquet(predicted.results / "predictions.parquet")
    assert set(table["clip"].to_pylist()) == {"c"}
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
