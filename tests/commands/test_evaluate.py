"""The command ``emofold evaluate``."""

import io
import re
from functools import partial

import pytest
from tqdm import tqdm

import small_bundle
from emofold.__main__ import main
from emofold.evaluation.schemas import OTHER_METRICS
from emofold.tables import open_parquet, read_table

TABLES = {"predictions", "metrics", "confusion", "emotions", "speakers"}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    systems = {"speech": small_bundle.SYSTEMS["speech"]}
    folder = tmp_path_factory.mktemp("bundle") / "zwei Wörter"
    return small_bundle.make_bundle(folder, systems, "corpus")


@pytest.fixture
def sheet(tmp_path):
    """A sheet of two emotions that the bundle knows by other names, and one that it does not."""
    rows = ["clip,speaker,emotion,media"]
    for seed, (emotion, heard) in enumerate([("joy", "happy"), ("calm", "calm"), ("Wut", "calm")]):
        for more, speaker in enumerate(("ann", "ben")):
            clip = f"{emotion}-{speaker}"
            small_bundle.sound(tmp_path / f"{clip}.wav", heard, 0.5, 2 * seed + more)
            rows.append(f"{clip},{speaker},{emotion},{clip}.wav")
    (tmp_path / "clips.csv").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path / "clips.csv"


def evaluate(sheet, bundle, *options):
    return main(["evaluate", str(sheet), "--model", str(bundle), *map(str, options)])


def test_what_came_out_is_said_and_written(bundle, sheet, tmp_path, capsys):
    out = tmp_path / "new" / "out put"
    assert evaluate(sheet, bundle, "--map", "joy=happy", "--out", out) == 0
    said = capsys.readouterr().out
    assert "Both know 2 emotions: joy (as happy), calm" in said
    assert "The bundle does not know: Wut" in said
    assert "one file at a time" in said
    assert "all files together" in said
    assert {file.stem for file in out.iterdir()} == TABLES
    metrics = read_table(out / "metrics.parquet", OTHER_METRICS)
    assert {*metrics["setting"]} == {"inductive", "transductive"}
    assert open_parquet(out / "metrics.parquet")[1]["unknown"] == ["Wut"]
    assert main(["show", str(out / "metrics.parquet")]) == 0
    assert "transductive" in capsys.readouterr().out
    assert evaluate(sheet, bundle, "--map", "joy=happy", "--out", out) == 0


def test_what_is_done_is_shown_on_a_terminal_in_whole_clips(bundle, sheet, monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr("tqdm.tqdm", partial(tqdm, file=terminal, mininterval=0, miniters=0))
    assert evaluate(sheet, bundle, "--map", "joy=happy") == 0
    shown = terminal.getvalue()
    assert shown.index("loading the models ...") < shown.index("reading")
    done = re.findall(r"\| (\S+) of 6 clips ", shown)
    assert (done[0], done[-1]) == ("0", "6")


def test_a_name_of_neither_side_is_refused_with_the_nearest(bundle, sheet, capsys):
    assert evaluate(sheet, bundle, "--map", "joy=hapy") == 1
    assert "`hapy`, perhaps `happy`" in capsys.readouterr().err


@pytest.mark.parametrize(("allowed", "code"), [(0, 1), (1, 0)])
def test_a_bad_clip_is_named_and_ends_with_code_1_unless_allowed(
    bundle, sheet, capsys, allowed, code
):
    sheet.with_name("calm-ann.wav").write_text("this is no sound", encoding="utf-8")
    assert evaluate(sheet, bundle, "--allow-failed-clips", allowed, "--map", "joy=happy") == code
    said = capsys.readouterr()
    assert "Without an answer: 1 clip: calm-ann" in said.out
    assert "emofold: calm-ann: Found:" in said.err


def test_many_bad_clips_are_one_line_with_their_number(bundle, sheet, capsys, caplog):
    rows = ["", *(f"bad-{number},ben,calm,bad {number}.wav" for number in range(7))]
    with sheet.open("a", encoding="utf-8") as file:
        file.write("\n".join(rows))
    for number in range(7):
        sheet.with_name(f"bad {number}.wav").write_text(f"this is no sound {number}", "utf-8")
    assert evaluate(sheet, bundle) == 1
    line, where = capsys.readouterr().err.splitlines()
    assert line.startswith(
        "emofold: 7 clips (bad-0, bad-1, bad-2 and 4 more), such as bad-0: Found:"
    )
    assert where.endswith("are in the log of `emofold --log FILE evaluate ...`")
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        f"bad-{number}" for number in range(7)
    ]


def test_where_no_clip_has_an_answer_the_reason_is_said_and_nothing_written(
    bundle, sheet, tmp_path, capsys
):
    for file in sheet.parent.glob("*.wav"):
        file.write_text(f"this is no sound of {file}", encoding="utf-8")
    assert evaluate(sheet, bundle, "--out", tmp_path / "out") == 1
    said = capsys.readouterr().err
    assert "no answer to a clip of an emotion that the bundle knows" in said
    assert ".wav cannot be" in said
    assert not (tmp_path / "out").exists()


def test_files_of_the_user_are_not_replaced(bundle, sheet, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/metrics.parquet").write_text("mine", encoding="utf-8")
    assert evaluate(sheet, bundle, "--out", tmp_path / "out") == 1
    assert "has not written there as an evaluation: metrics.parquet" in capsys.readouterr().err
    assert [file.read_text() for file in (tmp_path / "out").iterdir()] == ["mine"]


def test_a_sheet_that_shares_no_emotion_is_refused(bundle, sheet, capsys):
    sheet.write_text("clip,speaker,emotion,media\na,ann,Wut,a.wav\n", encoding="utf-8")
    assert evaluate(sheet, bundle) == 1
    assert "map the names of the sheet" in capsys.readouterr().err


@pytest.mark.parametrize("pair", ["joy", "=happy", "joy="])
def test_what_is_no_pair_is_refused(pair, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate", "clips.csv", "--model", "m", "--map", pair])
    assert stopped.value.code == 2
    assert "is no pair of emotions" in capsys.readouterr().err
