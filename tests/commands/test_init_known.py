"""The command ``emofold init --corpus``: a sheet, a config, and what to know of the corpus."""

import csv
import re
import runpy
from pathlib import Path

import pandas as pd
import pytest
import yaml

import known_copies
from emofold.__main__ import main
from emofold.config.known_corpora import read_known_corpus
from emofold.corpora.sample_sheet import read_sample_sheet
from workflow_project import ROOT

DIALOGUES = {1: "Ses01F_impro01", 5: "Ses05M_script01_1b"}


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """Make a small copy of a corpus in a folder to work in, with further clips."""
    monkeypatch.chdir(tmp_path)

    def make(name, *further):
        known_copies.make(tmp_path / "copy", name, with_sound=True)
        for number, path in enumerate(further):
            known_copies.write_noise(known_copies.add(tmp_path / "copy", path), 100 + number)

    return make


def made(folder="own"):
    """Return the config and the rows of the sheet of a folder, in order of their media."""
    config = yaml.safe_load(Path(folder, "emofold.yaml").read_text(encoding="utf-8"))
    with Path(folder, "samples.csv").open(encoding="utf-8", newline="") as file:
        return config, {Path(row["media"]): row for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", known_copies.CLIPS)
def test_a_copy_becomes_a_sheet_and_a_config(copy, name, capsys):
    copy(name)
    main(["init", "own", "--videos", "copy", "--corpus", name])
    config, rows = made()
    said = {
        path.relative_to("../copy").as_posix(): (
            row["speaker"].removeprefix("ravdess/"),
            row["emotion"],
        )
        for path, row in rows.items()
    }
    assert said == known_copies.CLIPS[name]
    there = {emotion for _, emotion in said.values()}
    corpus = read_known_corpus(name)
    assert config["emotions"] == [emotion for emotion in corpus.emotions if emotion in there]
    out, error = capsys.readouterr()
    assert f"Cite: {corpus.citation}" in out
    assert f"{len(said)} clips instead of {corpus.counts.clips}" in error
    assert f"# {corpus.title}" in Path("own/emofold.yaml").read_text(encoding="utf-8")


def test_a_copy_that_lacks_clips_is_no_fault(copy, capsys):
    more = [f"wav/{speaker}a01{emotion}a.wav" for speaker in ("08", "09", "10") for emotion in "FT"]
    copy("emodb", *more)
    for name in ("03a01Wa", "16b10Tb", "08a02La"):
        Path(f"copy/wav/{name}.wav").unlink()
    arguments = ["init", "copy", "--corpus", "emodb", "--recipe", "--folds", "speakers"]
    assert main(arguments) == 0
    config, _ = made("copy")
    assert (config["folds"], config["protocol"]) == ("speakers", "nested")
    assert config["bundle"] == {"system": "speech"}
    assert [row["name"] for row in config["speech"]["encoders"]] == [
        "whisper-base",
        "whisper-base-thirds",
    ]
    out, error = capsys.readouterr()
    assert "4 folds by speaker, protocol nested" in out
    assert "no clip of the speakers 11, 12, 13, 14, 15, 16" in error
    assert "--configfile copy/emofold.yaml" in out
    assert main([*arguments, "--force"]) == 0


def test_of_a_known_corpus_some_emotions_may_be_taken(copy, capsys):
    copy("savee")
    main(["init", "own", "--videos", "copy", "--corpus", "savee", "--emotions", "sad,cross=angry"])
    config, rows = made()
    assert config["emotions"] == ["sad", "cross"]
    assert [row["emotion"] for row in rows.values()] == ["cross", "sad"]
    assert "surprised" not in capsys.readouterr().err.partition("left out")[2]


def test_a_name_that_does_not_fit_is_a_fault_all_the_same(copy, capsys):
    copy("emodb", "wav/notes.wav", "wav/03a01Xa.wav")
    assert main(["init", "own", "--videos", "copy", "--corpus", "emodb"]) == 1
    error = capsys.readouterr().err
    assert "  wav/notes.wav: a name that does not fit the pattern {speaker:2}" in error
    assert "  wav/03a01Xa.wav: the emotion 'X', not one of happy, sad, angry, bored" in error


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--corpus", "emodbb"], "the corpus 'emodbb', which is not known, perhaps `emodb`"),
        (["--corpus", "savee"], "none of which is called like a clip of Surrey"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_paragraph(copy, arguments, found, capsys):
    copy("emodb")
    assert main(["init", "own", "--videos", "copy", *arguments]) == 1
    out, error = capsys.readouterr()
    assert (out, len(error.splitlines())) == ("", 1)
    assert found in error
    assert not Path("own").exists()


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], "one of the arguments --pattern --corpus is required"),
        (["--corpus", "emodb", "--pattern", "x"], "not allowed with argument"),
        (["--corpus", "emodb", "--folds", "1"], "'1' is neither `speakers` nor a number above 1"),
    ],
)
def test_what_does_not_go_together_is_refused(arguments, found, capsys):
    with pytest.raises(SystemExit):
        main(["init", "own", *arguments])
    assert found in capsys.readouterr().err


def test_a_number_of_folds_may_be_asked_for(copy):
    copy("turev")
    main(["init", "own", "--videos", "copy", "--corpus", "turev", "--folds", "3"])
    assert made()[0]["folds"] == 3


@pytest.mark.realdata
def test_the_real_recordings_of_emo_db_are_whole_and_cut(realdata, tmp_path, monkeypatch, capsys):
    folder = realdata / "corpora" / "emodb"
    if not folder.is_dir():
        pytest.skip("no copy of EMO-DB")
    monkeypatch.chdir(tmp_path)
    assert main(["init", "own", "--videos", str(folder), "--corpus", "emodb", "--recipe"]) == 0
    config, rows = made()
    assert len(rows) == 535
    assert config["emotions"] == ["neutral", "happy", "sad", "angry", "fearful", "disgust", "bored"]
    assert config["folds"] == 5
    heading, *remarks = capsys.readouterr().err.splitlines()
    assert heading.startswith("emofold: compared with Berlin Database of Emotional Speech")
    assert remarks == [
        "  all 535 clips last exactly 2.000 s: a copy cut or padded to one length, whose results "
        "are not those of the corpus",
    ]


def test_a_copy_of_iemocap_with_dialogues_alone_becomes_a_sheet_of_segments(copy):
    copy("iemocap", *(f"Session{n}/dialog/wav/{name}.wav" for n, name in DIALOGUES.items()))
    for path in known_copies.CLIPS["iemocap"]:
        Path("copy", path).unlink()
    main(["init", "own", "--videos", "copy", "--corpus", "iemocap"])
    sheet = read_sample_sheet(Path("own/samples.csv"), ["neutral", "sad", "angry", "frustrated"])
    assert not sheet.failures
    assert {
        (clip.clip, clip.speaker, Path(clip.media).stem, clip.start, clip.end)
        for clip in sheet.clips
    } == {
        ("Ses01F_impro01_F000", "01F", "Ses01F_impro01", 6.2901, 8.2357),
        ("Ses01F_impro01_M000", "01M", "Ses01F_impro01", 10.01, 11.3925),
        ("Ses05M_script01_1b_F001", "05F", "Ses05M_script01_1b", 41.58, 43.9),
        ("Ses05M_script01_1b_M032", "05M", "Ses05M_script01_1b", 52.0, 53.0),
    }


def test_the_singers_of_ravdess_are_its_speakers(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = []
    for name in ("ravdess", "ravdess-song"):
        known_copies.make(tmp_path / name, name, with_sound=True)
        main(["init", name, "--corpus", name])
        rows.append(pd.read_csv(Path(name, "samples.csv"), dtype=str))
        rows[-1]["media"] = name + "/" + rows[-1]["media"]
        rows[-1]["clip"] = name + rows[-1]["clip"]
    pd.concat(rows).to_csv("samples.csv", index=False)
    sheet = read_sample_sheet(
        Path("samples.csv"), {"angry", "calm", "surprised", "neutral", "fearful"}
    )
    who = {
        name: {one.speaker for one in sheet.clips if one.corpus == name}
        for name in ("ravdess", "ravdess-song")
    }
    assert who["ravdess-song"] == {"ravdess/01", "ravdess/24"} < who["ravdess"]


def test_the_documented_recipe_joins_two_sheets_and_finds_their_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder, name in (("emodb", "emodb"), ("ravdess", "ravdess")):
        known_copies.make(tmp_path / folder, name, with_sound=True)
        main(["init", folder, "--corpus", name])
    text = (ROOT / "docs/own-corpus.md").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    Path("join.py").write_text(recipe, encoding="utf-8")
    runpy.run_path("join.py")
    clips = {**known_copies.CLIPS["emodb"], **known_copies.CLIPS["ravdess"]}
    sheet = read_sample_sheet(Path("samples.csv"), {emotion for _, emotion in clips.values()})
    assert not sheet.failures
    assert {clip.corpus for clip in sheet.clips} == {"emodb", "ravdess"}
    assert {(clip.speaker, clip.emotion) for clip in sheet.clips} == {
        (f"{corpus}/{speaker}", emotion)
        for corpus in ("emodb", "ravdess")
        for speaker, emotion in known_copies.CLIPS[corpus].values()
    }
