"""The command ``emofold predict``."""

import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import recordings
import small_bundle
from emofold.__main__ import main
from emofold.errors import InputError
from emofold.prediction.predictor import Predictor
from emofold.prediction.schemas import predictions_schema
from emofold.tables import open_parquet, read_table


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return small_bundle.make_bundle(tmp_path_factory.mktemp("bundle") / "Größe & zwei Wörter")


@pytest.fixture
def clips(tmp_path):
    """A sheet of a clip with a face, and one of which only sound is known."""
    small_bundle.sound(tmp_path / "häppy.wav", "happy", 3.0)
    small_bundle.sound(tmp_path / "calm.wav", "calm", 1.0)
    small_bundle.smiles(tmp_path / "happy.csv", [3.0] * 75)
    sheet = tmp_path / "clips.csv"
    sheet.write_text("media,action_units\nhäppy.wav,happy.csv\ncalm.wav,\n", encoding="utf-8")
    return sheet


def predict(bundle, *files, out):
    return main(["predict", *map(str, files), "--model", str(bundle), "--out", str(out)])


def test_tables_and_pages_are_written_and_the_answers_are_said(bundle, clips, tmp_path, capsys):
    out = tmp_path / "new" / "out put"
    assert predict(bundle, clips, out=out) == 0
    said = capsys.readouterr().out
    assert [line.split()[2] for line in said.splitlines()[1:3]] == ["happy", "calm"]
    assert "calm: No face to go by" in said
    names = ["calm.html", "häppy.html"]
    tables = [
        f"{name}.{ending}" for name in ("predictions", "timeline") for ending in ("csv", "parquet")
    ]
    assert {file.name for file in out.iterdir()} == {*names, *tables}
    schema = predictions_schema(small_bundle.EMOTIONS)
    whole = read_table(out / "predictions.parquet", schema)
    assert list(whole["clip"].unique()) == ["häppy", "calm"]
    assert list(whole[whole["is_answer"]]["modality"]) == ["speech+face", "speech"]
    timeline = read_table(out / "timeline.parquet", schema)
    assert set(timeline["clip"]) == {"häppy"}
    csv = pd.read_csv(out / "predictions.csv")
    assert list(csv.columns) == schema.columns.names
    assert (csv["confidence"] - whole["confidence"]).abs().max() < 1e-4


def test_a_bad_file_is_named_with_exit_code_1_and_the_others_are_answered(
    bundle, clips, tmp_path, capsys
):
    text = tmp_path / "text.mp4"
    text.write_text("this is no video", encoding="utf-8")
    assert predict(bundle, clips, text, out=tmp_path / "out") == 1
    said = capsys.readouterr()
    assert "emofold: text: Found:" in said.err
    assert "häppy" in said.out
    _, metadata = open_parquet(tmp_path / "out" / "predictions.parquet")
    assert [failure["clip"] for failure in metadata["failures"]] == ["text"]
    assert not (tmp_path / "out" / "text.html").exists()


def test_a_folder_that_is_no_bundle_is_refused_before_anything_is_written(clips, tmp_path, capsys):
    assert predict(tmp_path, clips, out=tmp_path / "out") == 1
    assert "no manifest.json" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_prediction_that_is_interrupted_leaves_nothing_behind(bundle, tmp_path, stop):
    long = recordings.half_an_hour(tmp_path / "long.mp4")
    before = sorted(tmp_path.iterdir())
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "emofold", "predict", str(long), "--model", str(bundle)]
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path / "out")],
        env=os.environ | {"TMPDIR": str(scratch)},
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".emofold-predict-*")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(stop)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors.strip() == "emofold: interrupted"
    assert list(scratch.iterdir()) == []
    assert sorted(tmp_path.iterdir()) == sorted([*before, scratch])


@pytest.mark.parametrize("length", ["soon", "0s", "-1s"])
def test_a_window_of_no_length_is_refused(length, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["predict", "a.mp4", "--model", "m", f"--window={length}"])
    assert stopped.value.code == 2
    assert "no length of time" in capsys.readouterr().err


def test_a_clip_whose_recording_cannot_be_played_gets_a_page_without_a_player(bundle, tmp_path):
    (tmp_path / "text.mp4").write_text("this is no video", encoding="utf-8")
    small_bundle.smiles(tmp_path / "smiles.csv", [3.0] * 25)
    sheet = tmp_path / "clips.csv"
    sheet.write_text("media,action_units\ntext.mp4,smiles.csv\n", encoding="utf-8")
    assert predict(bundle, sheet, out=tmp_path / "out") == 0
    page = (tmp_path / "out/text.html").read_text(encoding="utf-8")
    assert "made without the recording" in page
    assert "The recording cannot be put into the page (text.mp4 cannot be decoded" in page
    assert "<video" not in page


def test_the_command_leaves_its_process_as_it_was(bundle, clips, tmp_path, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    monkeypatch.setenv("no_proxy", "*")
    handler = signal.getsignal(signal.SIGTERM)
    assert predict(bundle, clips, out=tmp_path / "out") == 0
    assert os.environ["HTTPS_PROXY"] == "http://proxy.example"
    assert os.environ["no_proxy"] == "*"
    assert signal.getsignal(signal.SIGTERM) is handler
    monkeypatch.delenv("HTTPS_PROXY")
    assert predict(bundle, clips, out=tmp_path / "out") == 0
    assert "HTTPS_PROXY" not in os.environ


@pytest.mark.parametrize("name", ["häppy.html", "predictions.csv", "timeline.parquet"])
def test_a_file_of_the_user_is_not_replaced(bundle, clips, tmp_path, capsys, name):
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("mine", encoding="utf-8")
    assert predict(bundle, clips, out=out) == 1
    assert f"has not written there, or not to its end: {name}" in capsys.readouterr().err
    assert {file.name: file.read_text() for file in out.iterdir()} == {name: "mine"}


def test_where_no_pages_are_written_those_of_the_user_stay(bundle, clips, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "häppy.html").write_text("mine", encoding="utf-8")
    arguments = ["predict", str(clips), "--model", str(bundle), "--out", str(out)]
    assert main([*arguments, "--no-pages"]) == 0
    assert (out / "häppy.html").read_text(encoding="utf-8") == "mine"


def test_a_second_prediction_takes_the_place_of_the_first_but_for_pages_of_other_clips(
    bundle, clips, tmp_path
):
    out = tmp_path / "out"
    assert predict(bundle, clips, out=out) == 0
    again = ["predict", str(tmp_path / "calm.wav"), "--no-pages"]
    assert main([*again, "--model", str(bundle), "--out", str(out)]) == 0
    assert {file.stem for file in out.glob("*.html")} == {"häppy"}
    assert set(pd.read_csv(out / "predictions.csv")["clip"]) == {"calm"}


def test_trouble_with_all_clips_of_a_speaker_does_not_concern_the_others(
    bundle, tmp_path, monkeypatch, capsys
):
    predict_group = Predictor.predict

    def with_trouble(self, requests, together):
        if requests[0].speaker == "anna":
            raise InputError("34 features", "the 35", "another table")
        return predict_group(self, requests, together)

    monkeypatch.setattr(Predictor, "predict", with_trouble)
    small_bundle.sound(tmp_path / "a.wav", "happy")
    sheet = tmp_path / "clips.csv"
    rows = ["clip,media,speaker", "a,a.wav,anna", "b,a.wav,ben", "c,a.wav,anna"]
    sheet.write_text("\n".join(rows), encoding="utf-8")
    assert predict(bundle, sheet, out=tmp_path / "out") == 1
    errors = capsys.readouterr().err
    assert [line.split(":")[1].strip() for line in errors.splitlines()] == ["a", "c"]
    table, metadata = open_parquet(tmp_path / "out" / "predictions.parquet")
    assert set(table["clip"].to_pylist()) == {"b"}
    assert [failure["clip"] for failure in metadata["failures"]] == ["a", "c"]


def test_a_program_on_the_path_is_found_by_its_name(bundle, clips, tmp_path, monkeypatch, capsys):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "FeatureExtraction").write_text("#!/bin/sh\nexit 1\n")
    options = ["--model", str(bundle), "--out", str(tmp_path / "out")]
    named = ["predict", str(clips), "--openface", "FeatureExtraction", *options]
    assert main(named) == 1
    assert "does not exist" in capsys.readouterr().err
    (tmp_path / "bin" / "FeatureExtraction").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    main(named)
    assert "does not exist" not in capsys.readouterr().err
