"""The command ``emofold``."""

import contextlib
import os
import runpy
import sys

import pandas as pd
import pytest

from emofold.__main__ import main
from emofold.tables import schemas, write_table

COMPARISON = pd.DataFrame(
    {
        "system": ["mlp", "svc", "knn"],
        "reported": [60.22, 59.93, 50.2],
        "measured": [60.2166, 59.9333, 50.2],
        "difference": [-0.0034, 0.0033, 0.0],
        "source": "Table 2",
    }
)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "comparison.parquet"
    provenance = {"rule": "compare_with_reported", "emofold": "1.2.3"}
    write_table(COMPARISON, path, schemas.COMPARISON, provenance=provenance)
    return path


def test_show_prints_the_rows_and_how_they_were_made(table, capsys):
    assert main(["show", str(table)]) == 0
    first, empty, header, *rows = capsys.readouterr().out.splitlines()
    assert first == f"{table}: 3 rows, made by rule compare_with_reported of emofold 1.2.3"
    assert empty == ""
    assert header.split() == list(COMPARISON)
    assert [row.split() for row in rows] == [
        ["mlp", "60.22", "60.22", "0.00", "Table", "2"],
        ["svc", "59.93", "59.93", "0.00", "Table", "2"],
        ["knn", "50.20", "50.20", "0.00", "Table", "2"],
    ]


def test_show_says_how_many_rows_it_leaves_out(table, capsys):
    assert main(["show", str(table), "--rows", "1"]) == 0
    shown = capsys.readouterr().out
    assert "mlp" in shown
    assert "svc" not in shown
    assert shown.endswith("... and 2 more rows\n")


def test_show_prints_a_table_of_the_users_own(tmp_path, capsys):
    path = tmp_path / "own.parquet"
    pd.DataFrame({"clip": ["a"], "x": [0.5]}).to_parquet(path)
    assert main(["show", str(path)]) == 0
    assert capsys.readouterr().out.startswith(f"{path}: 1 rows\n")


def test_show_prints_whole_numbers_whole(tmp_path, capsys):
    path = tmp_path / "confusion.parquet"
    counts = pd.DataFrame({"system": "mlp", "fold": [1, None], "emotion": "calm", "clips": 7})
    write_table(counts.assign(predicted="sad"), path, schemas.CONFUSION)
    assert main(["show", str(path)]) == 0
    rows = capsys.readouterr().out.splitlines()[-2:]
    assert [row.split() for row in rows] == [
        ["mlp", "1", "calm", "sad", "7"],
        ["mlp", "calm", "sad", "7"],
    ]


def test_show_prints_embeddings(tmp_path, capsys):
    path = tmp_path / "embeddings.parquet"
    pd.DataFrame({"clip": ["a"], "embedding": [[0.5, 1.5]]}).to_parquet(path)
    assert main(["show", str(path)]) == 0
    assert "0.5" in capsys.readouterr().out


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
