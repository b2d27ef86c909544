"""The command ``emofold predict``."""

import io
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial

import pandas as pd
import pytest
from tqdm import tqdm

import recordings
import small_bundle
from emofold.__main__ import main
from emofold.errors import InputError
from emofold.prediction.page import pages, playables
from emofold.prediction.predictor import Predictor
from emofold.prediction.schemas import predictions_schema
from emofold.runtime.run_records import RunRecord
from emofold.tables import open_parquet, read_table, write_table


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


def test_many_bad_files_are_one_line_with_their_number(bundle, clips, tmp_path, capsys):
    texts = [tmp_path / f"text {number}.mp4" for number in range(9)]
    for text in texts:
        text.write_text(f"this is no video but {text}", encoding="utf-8")
    assert predict(bundle, clips, *texts, out=tmp_path / "out") == 1
    line, where = capsys.readouterr().err.splitlines()
    assert line.startswith(
        "emofold: 9 clips (text 0, text 1, text 2 and 6 more), such as text 0: Found:"
    )
    assert where.endswith("are in the log of `emofold --log FILE predict ...`")
    assert "text 0.mp4" in line
    _, metadata = open_parquet(tmp_path / "out" / "predictions.parquet")
    assert len({failure["reason"] for failure in metadata["failures"]}) == 9


def test_what_is_done_is_shown_on_a_terminal_from_the_first_second_on(
    bundle, clips, tmp_path, monkeypatch
):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr("tqdm.tqdm", partial(tqdm, file=terminal, mininterval=0, miniters=0))
    assert predict(bundle, clips, out=tmp_path / "out") == 0
    steps = [*dict.fromkeys(re.findall(r"\r([a-z ]+?) +(?:\d|\.\.\.)", terminal.getvalue()))]
    assert steps == ["looking at the files", "loading the models", "predicting"]
    numbers = re.findall(r"\| (\S+) of (\S+) s ", terminal.getvalue())
    assert {total for _, total in numbers} == {"4"}
    done = [int(number) for number, _ in numbers]
    assert done == sorted(done)
    assert 0 < done[-1] <= 4


def test_a_folder_that_is_no_bundle_is_refused_before_anything_is_written(clips, tmp_path, capsys):
    assert predict(tmp_path, clips, out=tmp_path / "out") == 1
    assert "no manifest.json" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_bundle_is_found_below_the_folder_of_its_run(bundle, clips, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/model").symlink_to(bundle)
    assert predict(tmp_path / "run", clips, out=tmp_path / "out") == 0


CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    return recordings.half_an_hour(tmp_path_factory.mktemp("long") / "long.mp4")


@pytest.fixture
def at_work(bundle, long, tmp_path):
    """A prediction of half an hour that has begun."""
    (tmp_path / "scratch").mkdir()
    command = [sys.executable, "-m", "emofold", "predict", str(long), "--model", str(bundle)]
    process = subprocess.Popen(
        [*command, "--out", str(tmp_path / "out")],
        env=os.environ | {"TMPDIR": str(tmp_path / "scratch")},
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".emofold-predict-*/emofold.lock")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("stop", CODES)
def test_a_prediction_that_is_interrupted_leaves_nothing_behind(at_work, tmp_path, stop):
    at_work.send_signal(stop)
    _, errors = at_work.communicate(timeout=60)
    assert at_work.returncode == CODES[stop]
    assert errors.strip() == "emofold: interrupted"
    assert [path.name for path in tmp_path.rglob("*")] == ["scratch"]


def test_what_a_killed_prediction_left_is_gone_after_the_next_but_not_what_one_at_work_has(
    bundle, clips, at_work, tmp_path
):
    assert predict(bundle, clips, out=tmp_path / "out") == 0
    (of_the_one_at_work,) = tmp_path.glob(".emofold-predict-*")
    at_work.kill()
    at_work.wait()
    assert predict(bundle, clips, out=tmp_path / "next") == 0
    assert not of_the_one_at_work.exists()


def test_where_no_clip_has_an_answer_earlier_predictions_stay(bundle, clips, tmp_path, capsys):
    out = tmp_path / "out"
    assert predict(bundle, clips, out=out) == 0
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    (tmp_path / "häppy.wav").write_text("this is no sound", encoding="utf-8")
    assert predict(bundle, tmp_path / "häppy.wav", out=out) == 1
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before
    assert "Nothing was written" in capsys.readouterr().out


def test_a_page_that_cannot_be_made_loses_no_answer(bundle, clips, tmp_path, monkeypatch, capsys):
    def write_video_page(page, *others):
        assert page.title != "häppy.wav"
        return write(page, *others)

    write = pages.write_video_page
    monkeypatch.setattr(pages, "write_video_page", write_video_page)
    out = tmp_path / "out"
    assert predict(bundle, clips, out=out) == 1
    said = capsys.readouterr()
    assert "häppy: an answer, but no page: Found: the page of häppy" in said.err
    assert len(said.err.splitlines()) == 1
    assert {file.name for file in out.glob("*.html")} == {"calm.html"}
    assert set(pd.read_csv(out / "predictions.csv")["clip"]) == {"häppy", "calm"}


@pytest.mark.parametrize("name", ["a" * 300, "{}/" + "b" * 5000, "nul\0.wav"])
def test_a_name_that_no_file_can_have_is_one_clips_error(bundle, clips, tmp_path, capsys, name):
    assert predict(bundle, clips, name, out=tmp_path / "out") == 1
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == 1
    assert "häppy" in said.out


def test_a_table_of_a_run_is_not_replaced(bundle, clips, tmp_path, capsys):
    out = tmp_path / "out"
    assert predict(bundle, clips, out=out) == 0
    frame = open_parquet(out / "predictions.parquet")[0].to_pandas()
    provenance = {"rule": "collect_predictions", "code": "c0de"}
    schema = predictions_schema(small_bundle.EMOTIONS)
    write_table(frame, out / "predictions.parquet", schema, provenance=provenance)
    assert predict(bundle, clips, out=out) == 1
    assert "predictions.parquet" in capsys.readouterr().err
    RunRecord({}, {}).write(tmp_path / "results")
    assert predict(bundle, clips, out=tmp_path / "results") == 1
    assert "the folder of a run" in capsys.readouterr().err


def test_names_command_neither_a_terminal_nor_a_spreadsheet(bundle, tmp_path, capsys):
    files = [
        tmp_path / f"{name}.wav"
        for name in ("\x1b[31mred", "=1+1", "@x", "+1", "text\x1b]0;title\x07")
    ]
    for file in files[:-1]:
        small_bundle.sound(file, "happy")
    files[-1].write_text("this is no sound", encoding="utf-8")
    assert predict(bundle, *files, out=tmp_path / "out\x1b[0m") == 1
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err
    assert "\x07" not in said.out + said.err
    csv = (tmp_path / "out\x1b[0m" / "predictions.csv").read_text(encoding="utf-8")
    firsts = {line.partition(",")[0] for line in csv.splitlines()}
    assert firsts == {"clip", "'-[31mred", "'=1+1", "'@x", "+1"}


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


def test_whatever_is_thrown_while_a_copy_is_made_the_page_is_made_without_a_player(
    bundle, clips, tmp_path, monkeypatch
):
    def make_playable(*_, **__):
        raise ZeroDivisionError("a track of no length")

    monkeypatch.setattr(playables, "make_playable", make_playable)
    assert predict(bundle, clips, out=tmp_path / "out") == 0
    page = (tmp_path / "out/calm.html").read_text(encoding="utf-8")
    assert "cannot be put into the page (calm.wav cannot be read (ZeroDivisionError" in page


def test_the_command_leaves_its_process_as_it_was(bundle, clips, tmp_path, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    monkeypatch.setenv("no_proxy", "*")
    handlers = {number: signal.getsignal(number) for number in CODES}
    assert predict(bundle, clips, out=tmp_path / "out") == 0
    assert os.environ["HTTPS_PROXY"] == "http://proxy.example"
    assert os.environ["no_proxy"] == "*"
    assert {number: signal.getsignal(number) for number in CODES} == handlers
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
    assert [line.split(":")[1].strip() for line in errors.splitlines()] == ["a, c"]
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
