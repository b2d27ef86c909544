"""The user's pyfaceau is run on a clip; a stand-in takes its place here."""

import shlex
import sys

import numpy as np
import pytest

import recordings
from emofold.errors import InputError
from emofold.face.extraction import make_frame_reader
from emofold.face.pyfaceau_binary import read_pyfaceau_csv
from emofold.face.schemas import AU_INTENSITIES, AU_PRESENCES, FRAME_COLUMNS, FRAMES
from emofold.tables import read_table, write_table

STAND_IN = """
import sys
from pathlib import Path
video, option, output = sys.argv[1:]
assert option == "-o" and Path(video).is_file(), sys.argv
print("the last words", file=sys.stderr)
"""
HEADER = ",".join(["frame", "timestamp", "success", *AU_INTENSITIES])


def csv_of(*successes, smile=1.5):
    """The text that pyfaceau writes: frames count from 0, and success is True or False."""
    units = ",".join(str(smile if unit == "AU12_r" else 0.0) for unit in AU_INTENSITIES)
    rows = [
        f"{frame},{frame / 25},{success},{units if success else ',' * 16}"
        for frame, success in enumerate(successes)
    ]
    return "\n".join([HEADER, *rows]) + "\n"


@pytest.fixture
def clip(tmp_path):
    recordings.good(tmp_path / "a face.mp4", "01-01-01-01-01-01-01")
    return tmp_path / "a face.mp4"


@pytest.fixture
def reader_with(tmp_path):
    def make(code, csv=""):
        (tmp_path / "code.py").write_text(f"CSV = {csv!r}\n{STAND_IN}{code}")
        program = tmp_path / "pyfaceau"
        command = f'{shlex.quote(sys.executable)} {shlex.quote(str(tmp_path / "code.py"))} "$@"'
        program.write_text(f"#!/bin/sh\nexec {command}\n")
        program.chmod(0o755)
        return make_frame_reader({"kind": "pyfaceau", "binary": str(program)}, None, 600)

    return make


def test_a_frames_table_comes_from_its_csv(clip, tmp_path, reader_with):
    frames = reader_with("Path(output).write_text(CSV)", csv_of(True, False, True))(clip, None)
    assert tuple(frames.columns) == FRAME_COLUMNS
    assert frames["success"].tolist() == frames["confidence"].tolist() == [1, 0, 1]
    assert frames["AU12_r"].tolist() == pytest.approx([1.5, np.nan, 1.5], nan_ok=True)
    assert frames[[*AU_PRESENCES]].isna().all(axis=None)
    write_table(frames.assign(clip="a"), tmp_path / "frames.parquet", FRAMES)
    assert len(read_table(tmp_path / "frames.parquet", FRAMES)) == 3


def test_no_face_in_any_frame_is_a_table_though_the_program_ends_with_1(clip, reader_with):
    read = reader_with("Path(output).write_text(CSV)\nsys.exit(1)", csv_of(False, False))
    assert read(clip, None)["success"].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("sys.exit(1)", r"with status 1 \(the last words\)"),
        ("Path(output).write_text(CSV)\nsys.exit(2)", "with status 2"),
        ("", "wrote no csv"),
    ],
)
def test_a_failing_pyfaceau_is_reported_with_its_last_words(clip, reader_with, code, found):
    read = reader_with(code, csv_of(True))
    with pytest.raises(InputError, match=found):
        read(clip, None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "is no csv"),
        ("frame,timestamp\n0,0\n", "lacks 18 columns"),
        (HEADER + "\n", "no frame"),
        (csv_of(True, smile=7), r"AU12_r 7, which is not from 0 to 5 \(line 2"),
        (csv_of(True, smile="x"), r"no number for AU12_r but 'x' \(line 2"),
        (csv_of("yes"), r"no number for success but 'yes' \(line 2"),
    ],
)
def test_a_csv_that_pyfaceau_would_not_write_is_refused(tmp_path, text, found):
    (tmp_path / "broken.csv").write_text(text)
    with pytest.raises(InputError, match=found):
        read_pyfaceau_csv(tmp_path / "broken.csv")
