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
from emofold.tables import open_parquet, read_table
from emofold.tables.prediction_schema import predictions


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
    schema = predictions(small_bundle.EMOTIONS)
    whole = read_table(out / "predictions.parquet", schema)
    assert list(whole["clip"].unique()) == ["häppy", "calm"]
    assert list(whole[whole["is_answer"]]["stage"]) == ["fusion", "speech"]
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
    while not list(scratch.glob("emofold-*/*.wav")):
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
    assert "<video" not in page


def test_the_command_leaves_its_process_as_it_was(bundle, clips, tmp_path, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    handler = signal.getsignal(signal.SIGTERM)
    assert predict(bundle, clips, out=tmp_path / "out") == 0
    assert os.environ["HTTPS_PROXY"] == "http://proxy.example"
    assert signal.getsignal(signal.SIGTERM) is handler
    monkeypatch.delenv("HTTPS_PROXY")
    assert predict(bundle, clips, out=tmp_path / "out") == 0
    assert "HTTPS_PROXY" not in os.environ
