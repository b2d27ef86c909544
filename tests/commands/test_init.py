"""The command ``emofold init``: both files or none, and what to do next."""

import csv
import errno
import os
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

import recordings
from configs import SCHEMA_FILE
from emofold.__main__ import main
from emofold.commands import new_files
from emofold.commands.new_files import name_run
from emofold.config import media_checks, new_corpus
from emofold.config.reading import complete_config
from emofold.corpora.planning import plan_corpus
from emofold.corpora.sample_sheet import read_sample_sheet
from emofold.media.audio import write_wav
from openface_files import csv_text, row

ROOT = Path(__file__).parents[2]
PATTERN = ["--pattern", "{speaker}_{emotion}_*"]
EVERYBODY = [f"{s}_{e}_1.wav" for s in ("anna", "Björn", "chiara") for e in ("happy", "sad")]


@pytest.fixture(scope="session")
def sound(tmp_path_factory):
    silence = np.zeros((4_000, 1), np.int16)
    return recordings.write(tmp_path_factory.mktemp("sound") / "sound.wav", sound=silence)


@pytest.fixture
def place(tmp_path, sound, monkeypatch):
    """A folder to work in, with a folder of recordings below it."""
    folder = tmp_path / "zwei Wörter"
    (folder / "my videos").mkdir(parents=True)
    for name in EVERYBODY:
        shutil.copyfile(sound, folder / "my videos" / name)
        recordings.tell_apart(folder / "my videos" / name, name)
    monkeypatch.chdir(folder)
    return folder


def made(folder):
    """Return the config and the rows of the sheet of a folder."""
    config = yaml.safe_load((folder / "emofold.yaml").read_text(encoding="utf-8"))
    with (folder / "samples.csv").open(encoding="utf-8", newline="") as file:
        return config, [*csv.DictReader(file)]


def test_a_folder_of_recordings_becomes_a_sheet_and_a_config(place, capsys):
    (place / "my videos" / "notes.txt").touch()
    assert main(["init", "my videos", *PATTERN]) == 0
    config, rows = made(place / "my videos")
    assert rows[0] == {
        "clip": "Björn_happy_1",
        "speaker": "Björn",
        "emotion": "happy",
        "media": "Björn_happy_1.wav",
    }
    assert len(rows) == 6
    assert config["emotions"] == ["happy", "sad"]
    assert config["name"] == "my-videos"
    out, error = capsys.readouterr()
    assert error == ""
    lines = out.splitlines()
    assert lines[:4] == [
        "6 clips of 3 speakers: happy, sad",
        "1 other file was left alone",
        "Written: my videos/samples.csv and my videos/emofold.yaml (speech, 3 folds by speaker, "
        "protocol nested)",
        "",
    ]


def test_the_next_step_names_the_workflow_and_the_config(place, capsys):
    main(["init", "my videos", *PATTERN])
    run = shlex.split(capsys.readouterr().out.splitlines()[-1])
    assert Path(run[0]).name == "snakemake"
    assert run[1:3] == ["--snakefile", str(ROOT / "Snakefile")]
    assert run[3:] == ["--cores", "2", "--configfile", "my videos/emofold.yaml"]


def test_the_config_finds_the_sheet_from_where_the_workflow_is_started(place, monkeypatch, capsys):
    main(["init", "elsewhere", "--videos", "my videos", *PATTERN])
    assert made(place / "elsewhere")[0]["sample_sheet"] == str(place / "elsewhere/samples.csv")
    monkeypatch.setattr(new_files, "WORKFLOW", place)
    main(["init", "here", "--videos", "my videos", *PATTERN])
    assert made(place / "here")[0]["sample_sheet"] == "here/samples.csv"
    assert "--snakefile" not in capsys.readouterr().out.rpartition("Written")[2]


@pytest.mark.parametrize(
    ("folder", "videos", "media"),
    [
        (".", "my videos", "my videos/anna_sad_1.wav"),
        ("deep/er", "my videos", "../../my videos/anna_sad_1.wav"),
        ("my videos/own", "my videos", "../anna_sad_1.wav"),
        ("own", "{place}/my videos", "{place}/my videos/anna_sad_1.wav"),
        ("{place}", "my videos", "my videos/anna_sad_1.wav"),
        ("link/own", "my videos", "../../../my videos/anna_sad_1.wav"),
    ],
)
def test_the_sheet_finds_the_recordings(place, folder, videos, media):
    (place / "really" / "deep").mkdir(parents=True)
    (place / "link").symlink_to("really/deep", target_is_directory=True)
    folder, videos, media = (text.format(place=place) for text in (folder, videos, media))
    assert main(["init", folder, "--videos", videos, *PATTERN]) == 0
    _, rows = made(Path(folder))
    assert media in {row["media"] for row in rows}
    sheet = read_sample_sheet(Path(folder, "samples.csv"), ["happy", "sad"])
    assert (len(sheet.clips), sheet.failures) == (6, [])


def test_a_folder_that_begins_with_a_space_is_found_too(place):
    (place / "my videos").rename(place / " my videos")
    assert main(["init", ".", *PATTERN]) == 0
    assert len(read_sample_sheet(place / "samples.csv", ["happy", "sad"]).clips) == 6


def test_what_is_wrong_is_told_and_the_rest_is_written(place, capsys):
    (place / "my videos" / "anna_hapy_1.wav").touch()
    (place / "my videos" / "anna.wav").touch()
    assert main(["init", "own", "--videos", "my videos", "--emotions", "sad,happy", *PATTERN]) == 1
    config, rows = made(place / "own")
    assert len(rows) == 6
    assert config["emotions"] == ["sad", "happy"]
    out, error = capsys.readouterr()
    assert error.splitlines()[:-1] == [
        "emofold: 2 files below my videos left out:",
        "  anna.wav, anna_hapy_1.wav: the empty file",
        "  anna.wav: a name that does not fit the pattern {speaker}_{emotion}_*",
        "  anna_hapy_1.wav: the emotion 'hapy', not one of sad, happy, perhaps `happy`",
    ]
    assert "--configfile own/emofold.yaml" in out


def test_equal_problems_are_one_line_with_their_number_and_the_log_has_them_all(place, capsys):
    for number in range(30):
        (place / "my videos" / f"note {number}.wav").write_bytes(b"x" * number)
    arguments = ["init", "own", "--videos", "my videos", *PATTERN]
    assert main(["--log", "log.txt", *arguments]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == [
        "emofold: 30 files below my videos left out:",
        "  30 files (note 0.wav, note 1.wav, note 10.wav and 27 more): a name that does not fit "
        "the pattern {speaker}_{emotion}_*",
    ]
    assert "29 files (note 1.wav, " in lines[2]
    assert (
        lines[-2] == "  All of them, file by file, are in the log of `emofold --log FILE init ...`"
    )
    assert len(lines) < 8
    logged = Path("log.txt").read_text(encoding="utf-8")
    assert all(f"my videos/note {number}.wav: a name that" in logged for number in range(30))


def test_of_many_kinds_of_problems_the_most_frequent_are_told(place, sound, capsys):
    for number in range(40):
        for take in range(1 + (number == 39)):
            path = place / "my videos" / f"anna_odd{number}_{take}.wav"
            recordings.tell_apart(Path(shutil.copyfile(sound, path)), path.name)
    assert main(["init", "own", "--videos", "my videos", "--emotions", "sad,happy", *PATTERN]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[1].startswith("  anna_odd39_0.wav, anna_odd39_1.wav: the emotion 'odd39', not one")
    assert "  and 28 more kinds of problems" in lines
    assert len(lines) == 16


def test_what_no_run_gets_through_is_told_instead_of_the_next_steps(place, sound, capsys):
    shutil.copyfile(sound, place / "my videos" / "anna_bored_1.wav")
    assert main(["init", "my videos", *PATTERN]) == 1
    out, error = capsys.readouterr()
    assert "no run gets through" in error
    assert "the emotion bored, played by anna alone" in error
    assert "--configfile" not in out
    assert len(made(place / "my videos")[1]) == 7


def test_where_nothing_can_be_run_nothing_is_written(place, capsys):
    for name in EVERYBODY[2:]:
        (place / "my videos" / name).unlink()
    assert main(["init", "own", "--videos", "my videos", *PATTERN]) == 1
    out, error = capsys.readouterr()
    assert "one speaker alone, anna" in error
    assert out.endswith("Nothing was written\n")
    assert not (place / "own").exists()


@pytest.mark.parametrize("there", ["samples.csv", "emofold.yaml"])
def test_nothing_is_overwritten_unless_it_is_said(place, there, capsys):
    (place / there).write_text("mine", encoding="utf-8")
    assert main(["init", ".", *PATTERN]) == 1
    assert f"{there}, which is there already" in capsys.readouterr().err
    assert (place / there).read_text(encoding="utf-8") == "mine"
    assert not ({"samples.csv", "emofold.yaml"} - {there}) & {p.name for p in place.iterdir()}
    assert main(["init", ".", "--force", *PATTERN]) == 0
    assert len(made(place)[1]) == 6
    assert main(["init", ".", "--force", *PATTERN]) == 0
    assert "left alone" not in capsys.readouterr().out


def test_where_one_file_cannot_be_written_neither_is(place, monkeypatch, capsys):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(new_corpus, "write_sheet", full)
    assert main(["init", ".", *PATTERN]) == 1
    assert "cannot be written to (No space left on device)" in capsys.readouterr().err
    assert [path.name for path in place.iterdir()] == ["my videos"]


@pytest.mark.parametrize("there", [{}, {"samples.csv": "mine", "emofold.yaml": "mine too"}])
@pytest.mark.parametrize("refused", ["samples.csv", "emofold.yaml"])
def test_where_one_file_cannot_be_put_in_its_place_all_is_as_before(
    place, monkeypatch, capsys, there, refused
):
    def replace_unless_refused(path, target):
        if path.name.endswith(".partial") and target.name == refused:
            raise PermissionError(1, "Operation not permitted")
        return replace(path, target)

    replace = Path.replace
    monkeypatch.setattr(Path, "replace", replace_unless_refused)
    for name, text in there.items():
        (place / name).write_text(text, encoding="utf-8")
    assert main(["init", ".", "--videos", "my videos", "--force", *PATTERN]) == 1
    assert "cannot be written to (Operation not permitted)" in capsys.readouterr().err
    left = {
        path.name: path.read_text(encoding="utf-8") for path in place.iterdir() if path.is_file()
    }
    assert left == there


def test_of_a_folder_that_was_made_for_nothing_nothing_is_left(place, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(new_corpus, "write_sheet", interrupted)
    assert main(["init", "deep/er", "--videos", "my videos", *PATTERN]) == 130
    assert [path.name for path in place.iterdir()] == ["my videos"]


def test_a_folder_whose_name_is_no_text_is_refused_before_anything_is_written(place, capsys):
    odd = os.fsdecode(b"odd \xff")
    try:
        (place / "my videos").rename(place / odd)
    except OSError:
        pytest.skip("this file system has no such names")
    for arguments in (["own", "--videos", odd], [odd]):
        assert main(["init", *arguments, *PATTERN]) == 1
        assert "Expected: a name in UTF-8" in capsys.readouterr().err
    assert [path.name for path in place.iterdir()] == [odd]
    assert not (place / odd / "samples.csv").exists()


@pytest.fixture
def with_openface(place):
    """Return what puts csv files of OpenFace below the recordings, as OpenFace does."""

    def with_openface(*names):
        (place / "my videos/processed").mkdir()
        for number, name in enumerate(names):
            path = place / "my videos/processed" / Path(name).with_suffix(".csv").name
            path.write_text(csv_text([row(0, number)]), encoding="utf-8")

    return with_openface


def test_action_units_are_those_of_the_csv_files_beside_the_recordings(
    with_openface, place, capsys
):
    with_openface(*EVERYBODY)
    (place / "my videos/notes.csv").write_text("a,b\n", encoding="utf-8")
    assert main(["init", "own", "--videos", "my videos", *PATTERN]) == 0
    config, rows = made(place / "own")
    assert config["face"]["extractors"] == [{"name": "openface", "kind": "csv"}]
    assert "face/means/openface" in {model["features"] for model in config["models"]}
    for one in rows:
        folder, name = one["media"].rsplit("/", 1)
        assert one["action_units"] == f"{folder}/processed/{Path(name).stem}.csv"
    out = capsys.readouterr().out
    assert "Action Units from 6 csv files of OpenFace\n1 other file was left alone" in out
    assert "(speech and face, 3 folds" in out


def test_too_few_csv_files_are_listed_and_not_used(with_openface, place, capsys):
    with_openface(*EVERYBODY[:2])
    assert main(["init", "own", "--videos", "my videos", *PATTERN]) == 0
    config, rows = made(place / "own")
    assert config["face"]["extractors"] == []
    assert len([one for one in rows if one["action_units"]]) == 2
    assert (
        "2 csv files of OpenFace in the sheet, but too few to be used: 4 clips without (Björn_"
        in capsys.readouterr().out
    )


def test_many_small_speakers_make_few_jobs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(1)
    for speaker in range(118):
        for emotion in ("happy", "sad", "angry"):
            noise = rng.integers(-999, 999, 400).astype("int16")
            (tmp_path / f"{speaker}").mkdir(exist_ok=True)
            write_wav(noise, tmp_path / f"{speaker}/{emotion}.wav")
    assert main(["init", ".", "--pattern", "{speaker}/{emotion}"]) == 0
    config, _ = made(tmp_path)
    complete = complete_config(config, SCHEMA_FILE)
    assert len(plan_corpus(complete, "").shards) == 6


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["gone"], "no folder gone"),
        (["own", "--videos", "gone"], "no folder gone"),
        (["file", "--videos", "my videos"], "file, which is no folder"),
        (["taken", "--videos", "my videos", "--force"], "the folder taken/emofold.yaml"),
        (["own", "--videos", "my videos", "--emotions", "sad"], "one emotion alone"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_paragraph(place, arguments, found, capsys):
    (place / "file").touch()
    (place / "taken" / "emofold.yaml").mkdir(parents=True)
    assert main(["init", *arguments, *PATTERN]) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert found in error
    assert len(error.splitlines()) == 1


def test_the_help_explains_the_pattern(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["init", "--help"])
    assert stop.value.code == 0
    shown = capsys.readouterr().out
    assert "'*-*-{emotion}-*-*-*-{speaker}' (RAVDESS)" in shown
    assert max(map(len, shown.splitlines())) <= 100


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("mine", "mine"),
        ("my corpus (2)", "my-corpus-2"),
        ("_Größe_.", "Gr-e"),
        ("情感", "corpus-3e741dd4"),
        ("Demo", "Demo-corpus"),
        ("media", "media-corpus"),
        ("a/..", "zwei-W-rter"),
        ("v1.0+x", "v1.0+x"),
    ],
)
def test_a_run_is_called_after_its_folder(place, folder, name):
    assert name_run(Path(folder)) == name


def test_no_run_is_called_like_one_of_a_preset():
    presets = {path.stem for path in (ROOT / "workflow/presets").glob("*.yaml")}
    assert presets | {"demo"} == new_files.PRESETS


def test_whatever_opening_a_file_throws_is_that_files_problem(place, monkeypatch, capsys):
    read = media_checks.read_contents

    def read_contents(path):
        if path.name == EVERYBODY[0]:
            raise AttributeError("'NoneType' object has no attribute 'name'")
        return read(path)

    monkeypatch.setattr(media_checks, "read_contents", read_contents)
    assert main(["--log", "log.txt", "init", "my videos", *PATTERN]) == 1
    said = capsys.readouterr().err
    assert f"{EVERYBODY[0]}: cannot be read (AttributeError" in said
    assert "Traceback" not in said
    assert "Traceback" in Path("log.txt").read_text(encoding="utf-8")
    assert len(made(place / "my videos")[1]) == 5


def test_names_command_neither_a_terminal_nor_a_spreadsheet(place, sound, capsys):
    for name in ("=cmd_happy_1.wav", "-anna_sad_2.wav", "+1_sad_3.wav", "x\x1b[31m_happy_1.wav"):
        shutil.copyfile(sound, place / "my videos" / name)
    assert main(["init", "my videos", *PATTERN]) == 1
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err
    assert "'=cmd', which spreadsheets would take for a formula" in said.err
    sheet = (place / "my videos" / "samples.csv").read_text(encoding="utf-8")
    assert not re.search(r"(^|,)[=+@-]", sheet, re.MULTILINE)


def test_a_disk_that_is_full_while_files_are_kept_leaves_them_as_they_were(tmp_path, monkeypatch):
    places = [tmp_path / "emofold.yaml", tmp_path / "samples.csv"]
    for place in places:
        place.write_text("earlier", encoding="utf-8")

    def fill_the_disk(_, copy):
        copy.write_text("ear", encoding="utf-8")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copy2", fill_the_disk)
    with pytest.raises(OSError, match="No space"), new_files.write_together(places) as drafts:
        for draft in drafts:
            draft.write_text("later", encoding="utf-8")
    assert [place.read_text(encoding="utf-8") for place in places] == ["earlier", "earlier"]
    assert {*tmp_path.iterdir()} == {*places}
