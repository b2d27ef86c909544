"""``emofold verify``: what no size and no date shows is found by reading."""

import hashlib
import os
from pathlib import Path

import pandas as pd
import pytest

from emofold.__main__ import main
from emofold.evaluation.schemas import FAILURES
from emofold.runtime.run_records import RunRecord
from emofold.tables import write_table

SHARD = "results/media/mine/speech/audio/speaker-1.parquet"
CLIPS = "results/mine/clips.parquet"


def write(path, sources, **provenance):
    empty = pd.DataFrame(columns=["clip", "speaker", "step", "reason"], dtype="str")
    inputs = {source: hashlib.sha256(Path(source).read_bytes()).hexdigest() for source in sources}
    made = {"rule": "make_it", "inputs": inputs, **provenance}
    write_table(empty, Path(path), FAILURES, provenance=made)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder in which a run has read two recordings and a sheet."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.wav", "b.wav", "sheet.csv"):
        (tmp_path / name).write_bytes(name.encode())
    write(SHARD, ["a.wav", "b.wav"])
    write(CLIPS, ["sheet.csv"], rule="list_clips", parameters={"corpus": "sheet"})
    write("results/mine/failures.parquet", [CLIPS])
    RunRecord({"name": "mine"}, {SHARD: "0"}).write(tmp_path / "results/mine")
    return tmp_path


def rewrite(path, content):
    """Change the content of a file, and neither its size nor its date."""
    status = path.stat()
    assert len(content) == status.st_size
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("of", [[], ["results"], ["results/mine"]])
def test_sources_that_are_as_they_were_are_counted(folder, capsys, of):
    assert main(["verify", *of]) == 0
    assert capsys.readouterr().out == "Read 2 sources of 3 tables: all as they were.\n"


@pytest.mark.parametrize("of", [[], ["results/mine"]])
def test_a_content_that_changed_within_its_size_and_date_is_named(folder, capsys, of):
    rewrite(folder / "b.wav", b"c.wav")
    assert main(["verify", *of]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first == f"b.wav has another content than was read (for {SHARD})"
    assert last.startswith("Read 2 sources of 3 tables: 1 problem. What to do: put back")


def test_a_run_is_verified_from_anywhere(folder, capsys, monkeypatch):
    rewrite(folder / "b.wav", b"c.wav")
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    assert main(["verify", "../results/mine"]) == 1
    assert "b.wav has another content" in capsys.readouterr().out


def test_a_source_that_is_gone_or_no_file_is_named(folder, capsys):
    (folder / "a.wav").unlink()
    (folder / "b.wav").unlink()
    (folder / "b.wav").mkdir()
    assert main(["verify"]) == 1
    printed = capsys.readouterr().out
    assert "a.wav is gone" in printed
    assert "b.wav cannot be read (Is a directory)" in printed


def test_a_damaged_table_is_named_and_the_others_are_verified(folder, capsys):
    whole = (folder / CLIPS).read_bytes()
    (folder / CLIPS).write_bytes(whole[:100] + b"x" + whole[101:])
    rewrite(folder / "b.wav", b"c.wav")
    assert main(["verify"]) == 1
    printed = capsys.readouterr().out
    assert f"{folder / CLIPS}, whose content is not what its checksum says" in printed
    assert "b.wav has another content" in printed
    assert "2 problems" in printed


def test_what_a_row_was_made_of_counts_more_than_what_was_there_when_it_was_written(folder, capsys):
    empty = pd.DataFrame(columns=["clip", "speaker", "step", "reason"], dtype="str")
    digest = hashlib.sha256(b"a.wav").hexdigest()
    made = {"inputs": {"a.wav": digest}, "parameters": {"clips": {"a": "a.wav"}}}
    write_table(empty, Path(SHARD), FAILURES, {"sources": {"a": "0" * 64}}, made)
    assert main(["verify"]) == 1
    assert "a.wav has another content" in capsys.readouterr().out


def test_changed_sheets_and_tables_of_the_run_are_left_to_the_next_plan(folder):
    rewrite(folder / "sheet.csv", b"other.csv")
    write(CLIPS, [], rule="another")
    assert main(["verify"]) == 0


def test_no_folder_is_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["verify"]) == 1
    assert "no folder results" in capsys.readouterr().err
