"""The user's OpenFace is run on a clip; a stand-in takes its place here."""

import shlex
import sys

import av
import numpy as np
import pytest

from emofold.errors import InputError
from emofold.face.extraction import make_frame_reader
from emofold.face.openface_csv import read_openface_csv
from openface_files import csv_text, row

WRITES_THE_CSV = """
arguments = dict(zip(sys.argv[1:6:2], sys.argv[2:7:2]))
assert sys.argv[7:] == ["-aus"] and Path(arguments["-f"]).is_file(), sys.argv
print("Attempting to read from file:", arguments["-f"])
Path(arguments["-out_dir"], arguments["-of"] + ".csv").write_text(CSV)
"""


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "ein Gesicht äöü.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height = 64, 48
        for _ in range(10):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def reader_with(tmp_path):
    def make(code, csv="", max_duration=600, mode=0o755):
        program = tmp_path / "my OpenFace" / "FeatureExtraction"
        program.parent.mkdir()
        imports = f"import sys\nfrom pathlib import Path\nCSV = {csv!r}\n"
        script = tmp_path / "openface.py"
        script.write_text(f"{imports}{code}")
        interpreter = shlex.quote(sys.executable)  # its path may hold a space, a #! line may not
        program.write_text(f'#!/bin/sh\nexec {interpreter} {shlex.quote(str(script))} "$@"\n')
        program.chmod(mode)
        settings = {"name": "openface", "kind": "openface", "binary": str(program)}
        return make_frame_reader(settings, None, max_duration)

    return make


def test_the_frames_are_those_of_the_csv_that_openface_writes(clip, tmp_path, reader_with):
    text = csv_text([row(1, smile=0.5), row(2, smile=1.5)])
    written = tmp_path / "expected.csv"
    written.write_text(text)
    read = reader_with(WRITES_THE_CSV, text)
    assert read(clip, None).equals(read_openface_csv(written))


@pytest.mark.realdata
def test_a_real_csv_comes_through(clip, realdata, reader_with):
    real = realdata / "faces/OpenFace_Test.csv"
    read = reader_with(WRITES_THE_CSV, real.read_text())
    assert read(clip, None).equals(read_openface_csv(real))


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("sys.exit('first\\nno landmark model')", r"with status 1 \(no landmark model\)"),
        ("sys.exit(3)", r"with status 3\."),
        ("print('no face', file=sys.stderr)", r"wrote no csv for .*\(no face\)"),
        (WRITES_THE_CSV, "the empty file"),
    ],
)
def test_a_failing_openface_is_reported_with_its_last_words(clip, reader_with, code, found):
    read = reader_with(code)
    with pytest.raises(InputError, match=found):
        read(clip, None)


def test_a_video_that_is_broken_or_too_long_never_reaches_openface(clip, reader_with):
    read = reader_with("sys.exit('started')", max_duration=0.2)
    with pytest.raises(InputError, match=r"a clip of at most 0\.2 s"):
        read(clip, None)
    clip.write_text("no video")
    with pytest.raises(InputError, match="cannot be decoded"):
        read(clip, None)
    with pytest.raises(InputError, match="without media"):
        read(None, None)


def test_a_program_that_cannot_be_run_is_refused(clip, tmp_path, reader_with):
    with pytest.raises(InputError, match="is not executable"):
        reader_with("", mode=0o644)
    with pytest.raises(InputError, match="does not exist"):
        make_frame_reader({"kind": "openface", "binary": str(tmp_path / "none")}, None, 600)
    with pytest.raises(InputError, match="without a `binary`"):
        make_frame_reader({"kind": "openface"}, None, 600)
    other_machine = tmp_path / "FeatureExtraction"
    other_machine.write_bytes(b"\x7fELF of another machine")
    other_machine.chmod(0o755)
    read = make_frame_reader({"kind": "openface", "binary": str(other_machine)}, None, 600)
    with pytest.raises(InputError, match="cannot be run"):
        read(clip, None)
