"""The command ``emofold``."""

import contextlib
import os
import runpy
import sys
import threading
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emofold import __version__
from emofold.__main__ import main
from emofold.commands import show
from emofold.evaluation.schemas import COMPARISON, CONFUSION, FAILURES, METRICS
from emofold.face.schemas import ACTION_UNITS, MEANS
from emofold.models.schemas import posteriors_schema
from emofold.pretrained.schemas import embeddings_schema
from emofold.scores import score_columns
from emofold.speech.schemas import AUDIO
from emofold.tables import write_table

ROWS = pd.DataFrame(
    {
        "system": ["mlp", "svc", "knn"],
        "reported": [60.22, 59.93, 50.2],
        "measured": [60.2166, 59.9333, 50.2],
        "difference": [-0.0034, 0.0033, 0.0],
        "source": "Table 2",
    }
)


EMOTIONS = ["neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"]
POSTERIORS = pd.DataFrame(
    {"clip": ["a", "b"], "fold": 0, "split": ["test", "train"], "emotion": "calm"}
    | dict.fromkeys(score_columns(EMOTIONS), 0.125)
)
METADATA = {
    "scale": "probability",
    "kind": "fusion",
    "modality": "speech+face",
    "protocol": "nested",
    "normalised_by": "speaker",
    "weights": {"whisper": 0.75, "action-units": 0.25},
    "failures": [{"clip": "c", "step": "extract_audio", "reason": "no sound"}],
}
PROVENANCE = {
    **{"rule": "fuse", "emofold": "1.2.3", "code": "c0de" * 4},
    "parameters": {
        "fusion": {"method": "log_linear", "parameters": {}},
        "emotions": EMOTIONS * 3,
        "clips": {f"clip-{number}": {"media": f"{number}.mp4"} for number in range(20)},
        "seed": 2020,
    },
    "inputs": {f"results/mini/{number}.parquet": str(number) * 64 for number in range(7)},
    "packages": {"numpy": "2.4.6", "torch": "2.13.0+cpu"},
}


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "comparison.parquet"
    provenance = {"rule": "compare_with_reported", "emofold": "1.2.3"}
    write_table(ROWS, path, COMPARISON, provenance=provenance)
    return path


@pytest.fixture
def sections(capsys):
    """Show a table, and return the lines of what follows its rows, by their titles."""

    def sections(path):
        assert main(["show", str(path)]) == 0
        found, title = {}, ""
        for line in capsys.readouterr().out.rpartition("\n\n")[2].splitlines():
            assert len(line) <= 110
            if line[:14].strip():
                title = line[:14].strip()
                assert title not in found
            found.setdefault(title, []).append(line[14:])
        return found

    return sections


@pytest.fixture
def posteriors(tmp_path):
    path = tmp_path / "fold0.parquet"
    write_table(POSTERIORS, path, posteriors_schema(EMOTIONS), METADATA, PROVENANCE)
    return path


def test_show_prints_the_rows_and_how_they_were_made(table, capsys):
    assert main(["show", str(table), "--brief"]) == 0
    first, empty, header, *rows = capsys.readouterr().out.splitlines()
    assert first == f"{table}: 3 rows, made by rule compare_with_reported of emofold 1.2.3"
    assert empty == ""
    assert header.split() == list(ROWS)
    assert [row.split() for row in rows] == [
        ["mlp", "60.22", "60.22", "0.00", "Table", "2"],
        ["svc", "59.93", "59.93", "0.00", "Table", "2"],
        ["knn", "50.20", "50.20", "0.00", "Table", "2"],
    ]


def test_show_says_how_many_rows_it_leaves_out(table, capsys):
    assert main(["show", str(table), "--rows", "1", "--brief"]) == 0
    shown = capsys.readouterr().out
    assert "mlp" in shown
    assert "svc" not in shown
    assert shown.endswith("... and 2 more rows\n")


@pytest.mark.parametrize("rows", ["3", "40", "99999999999"])
def test_show_says_nothing_of_rows_where_all_are_shown(table, capsys, rows):
    assert main(["show", str(table), "--rows", rows, "--brief"]) == 0
    shown = capsys.readouterr().out
    assert len(shown.splitlines()) == 6
    assert "more" not in shown


def test_show_of_no_rows_is_the_number_of_them_and_what_the_table_is(table, sections, capsys):
    assert main(["show", str(table), "--rows", "0", "--brief"]) == 0
    assert capsys.readouterr().out == (
        f"{table}: 3 rows, made by rule compare_with_reported of emofold 1.2.3\n"
    )


@pytest.mark.parametrize("rows", ["-1", "-40", "1.5", "all", ""])
def test_show_refuses_what_is_no_number_of_rows(table, capsys, rows):
    with pytest.raises(SystemExit) as end:
        main(["show", str(table), f"--rows={rows}"])
    assert end.value.code == 2
    assert f"{rows!r} is no number of rows" in capsys.readouterr().err


def test_show_prints_a_table_of_the_users_own(tmp_path, capsys):
    path = tmp_path / "own.parquet"
    pd.DataFrame({"clip": ["a"], "x": [0.5]}).to_parquet(path)
    assert main(["show", str(path)]) == 0
    assert capsys.readouterr().out == (
        f"{path}: 1 row\n\nclip    x\n   a 0.50\n\ncolumns       clip large_string · x double\n"
    )


def test_show_prints_whole_numbers_whole(tmp_path, capsys):
    path = tmp_path / "confusion.parquet"
    counts = pd.DataFrame({"system": "mlp", "fold": [1, None], "emotion": "calm", "clips": 7})
    write_table(counts.assign(predicted="sad"), path, CONFUSION)
    assert main(["show", str(path), "--brief"]) == 0
    rows = capsys.readouterr().out.splitlines()[-2:]
    assert [row.split() for row in rows] == [
        ["mlp", "1", "calm", "sad", "7"],
        ["mlp", "calm", "sad", "7"],
    ]


def test_show_prints_embeddings_by_their_first_and_last_numbers(tmp_path, sections, capsys):
    path = tmp_path / "embeddings.parquet"
    vectors = [[0.5, *[0.25] * 510, 1.5], [2.5, *[0.25] * 510, 3.5]]
    rows = {"clip": ["a", "b"], "layer": 0, "embedding": vectors, "duration": 1.0}
    frame = pd.DataFrame({**rows, "source_digest": "0123456789abcdef" * 4})
    write_table(frame, path, embeddings_schema(512))
    assert main(["show", str(path), "--brief"]) == 0
    first, second = capsys.readouterr().out.splitlines()[-2:]
    assert first.split() == [
        *("a", "0", "[0.5"),
        *("0.25", "...", "0.25"),
        "1.5",
        "]",
        "1.00",
        "01234567…",
    ]
    assert second.split()[2] == "[2.5"
    assert "embedding fixed_size_list<element: float>[512]" in sections(path)["columns"][0]


def test_show_says_what_the_columns_hold_many_alike_by_the_first_and_the_last(posteriors, sections):
    assert " ".join(sections(posteriors)["columns"]) == (
        "clip string · fold int64 · split string · emotion string · "
        "score_neutral … score_surprised 8 × double"
    )


def test_show_names_each_column_where_they_are_few(table, sections):
    assert sections(table)["columns"] == [
        "system string · reported double · measured double · difference double · source string"
    ]


def test_show_breaks_its_lines_between_columns(tmp_path, sections):
    path = tmp_path / "metrics.parquet"
    write_table(pd.DataFrame(columns=METRICS.columns.names), path, METRICS)
    lines = sections(path)["columns"]
    assert len(lines) > 1
    items = [item for line in lines for item in line.removesuffix(" ·").split(" · ")]
    assert items == [f"{column.name} {column.type}" for column in METRICS.columns]


def test_show_prints_what_a_table_says_of_itself(posteriors, sections):
    said = " ".join(sections(posteriors)["table"]).split(" · ")
    assert said[0] == "posteriors"
    assert set(said[1:]) == {
        *("scale: probability", "kind: fusion", "modality: speech+face"),
        *("protocol: nested", "normalised_by: speaker"),
        *("weights.whisper: 0.75", "weights.action-units: 0.25"),
        "failures: 1: c (extract_audio)",
    }


def test_show_prints_the_provenance_in_few_lines(posteriors, sections):
    found = sections(posteriors)
    assert found["code"] == ["c0de" * 4]
    assert found["packages"] == ["numpy 2.4.6 · torch 2.13.0+cpu"]
    assert found["inputs (7)"] == [
        *(f"{str(number) * 8} results/mini/{number}.parquet" for number in range(5)),
        "... and 2 more",
    ]
    parameters = found["parameters"]
    assert parameters[:2] == ["clips.clip-0.media: 0.mp4", "clips.clip-1.media: 1.mp4"]
    assert parameters[8] == "... and 12 more of clips"
    assert parameters[9].startswith('emotions: ["neutral", "calm"')
    assert parameters[9].endswith("…")
    assert parameters[10:] == ["fusion.method: log_linear", "seed: 2020"]


def test_show_counts_the_clips_of_a_shard(tmp_path, sections):
    path = tmp_path / "speaker-1.parquet"
    shard = {"rows_computed": 1, "rows_reused": 59, "failures": []}
    shard["sources"] = {f"clip-{number}": str(number) * 64 for number in range(60)}
    none = pd.DataFrame(columns=AUDIO.columns.names)
    write_table(none, path, AUDIO, shard)
    said = " ".join(sections(path)["table"]).split(" · ")
    assert said == ["audio", "failures: 0", "rows_computed: 1", "rows_reused: 59", "sources: 60"]


def test_show_of_an_empty_table_prints_no_rows(tmp_path, capsys):
    path = tmp_path / "failures.parquet"
    none = pd.DataFrame(columns=["clip", "speaker", "step", "reason"], dtype="str")
    write_table(none, path, FAILURES)
    assert main(["show", str(path), "--brief"]) == 0
    assert capsys.readouterr().out == f"{path}: 0 rows\n"


def test_show_of_an_empty_wide_table_prints_no_columns_either(tmp_path, capsys):
    path = tmp_path / "means.parquet"
    write_table(pd.DataFrame(columns=["clip", "frames_used", *ACTION_UNITS]), path, MEANS)
    assert main(["show", str(path), "--brief"]) == 0
    assert capsys.readouterr().out == f"{path}: 0 rows\n"


def test_show_of_a_table_without_columns_prints_no_rows(tmp_path, capsys):
    path = tmp_path / "none.parquet"
    pq.write_table(pa.table({}), path)
    assert main(["show", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: 0 rows\n"


def test_show_lets_no_cell_and_no_note_command_the_terminal(tmp_path, capsys):
    path = tmp_path / "failures.parquet"
    row = {"clip": "a\x1b[2Jb", "speaker": "x\ny", "step": "s", "reason": "r\u202er"}
    write_table(pd.DataFrame([row]), path, FAILURES, {"note": "n\x07", "failures": []})
    assert main(["show", str(path)]) == 0
    told = capsys.readouterr().out
    assert r"a\x1b[2Jb" in told
    assert r"x\ny" in told
    assert {sign for sign in told if not sign.isprintable()} == {"\n"}


def test_show_leaves_out_columns_of_a_very_wide_table(tmp_path, sections, capsys):
    path = tmp_path / "means.parquet"
    means = pd.DataFrame({"clip": ["a"], "frames_used": 3} | dict.fromkeys(ACTION_UNITS, 0.5))
    write_table(means, path, MEANS)
    assert main(["show", str(path), "--brief"]) == 0
    *_, header, _, more = capsys.readouterr().out.splitlines()
    assert header.split() == list(means)[:16]
    assert more == "... and 21 more columns"
    columns = sections(path)["columns"]
    assert columns == ["clip string · frames_used int64 · AU01_r … AU45_c 35 × double"]


def test_show_prints_the_note_of_a_table_below_the_first_line(tmp_path, capsys):
    path = tmp_path / "comparison.parquet"
    write_table(ROWS, path, COMPARISON, {"note": "Synthetic corpus."})
    for options in ([], ["--brief"]):
        assert main(["show", str(path), *options]) == 0
        shown = capsys.readouterr().out
        assert shown.splitlines()[1:3] == ["Synthetic corpus.", ""]
        assert shown.count("Synthetic corpus.") == 1


def test_show_explains_a_broken_file_in_one_paragraph(table, capsys):
    table.write_bytes(table.read_bytes()[:100])
    assert main(["show", str(table)]) == 1
    out, error = capsys.readouterr()
    assert out == ""
    assert len(error.splitlines()) == 1
    assert error.startswith("emofold: Found: ")
    assert f"{table} is not a whole parquet file" in error
    assert "it has 100 bytes" in error
    assert "What to do: delete the file and run the workflow again" in error


def test_a_reader_that_has_gone_is_no_error(table, monkeypatch):
    reading, writing = os.pipe()
    os.close(reading)
    gone = os.fdopen(writing, "w")
    monkeypatch.setattr(sys, "stdout", gone)
    assert main(["show", str(table)]) == 0
    with contextlib.suppress(BrokenPipeError):
        gone.close()


def test_show_explains_that_a_file_is_missing(tmp_path, capsys):
    assert main(["show", str(tmp_path / "absent.parquet")]) == 1
    assert "absent.parquet" in capsys.readouterr().err


def test_without_a_command_the_usage_is_printed(capsys):
    with pytest.raises(SystemExit) as stop:
        main([])
    assert stop.value.code == 2
    assert "usage: emofold" in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
def test_the_module_exits_with_the_code_of_the_command(table, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["emofold", "show", str(table.with_name("absent.parquet"))])
    with pytest.raises(SystemExit) as stop:
        runpy.run_module("emofold", run_name="__main__")
    assert stop.value.code == 1


def test_what_the_machine_lacks_is_told_in_one_line(table, monkeypatch, capsys):
    def start(self):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        assert main(["show", str(table)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("emofold: Found: the system starts no further thread")
    monkeypatch.setattr(show, "described", lambda *_: Path("/dev/null/a").read_text("utf-8"))
    assert main(["show", str(table)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("emofold: Found: the system refuses: ")


def test_a_bug_keeps_its_traceback(table, monkeypatch):
    monkeypatch.setattr(show, "described", lambda *_: {}["bug"])
    with pytest.raises(KeyError, match="bug"):
        main(["show", str(table)])


def test_the_version_is_told(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"emofold {__version__}\n"
