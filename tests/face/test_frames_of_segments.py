"""The Action Units of a segment are its rows of what was read of the whole recording."""

import shlex
import sys

import numpy as np
import pytest

import joined_recordings
from emofold.corpora.segments import Segment
from emofold.errors import InputError
from emofold.face.extraction import make_frame_reader
from emofold.face.openface_csv import read_openface_csv
from openface_files import csv_text, row

RATE = 25
SMILES = np.linspace(0, 4, 50)
COUNTING = """
import sys
from pathlib import Path
Path({log!r}).open("a").write("run\\n")
folder, name = sys.argv[sys.argv.index("-out_dir") + 1], sys.argv[sys.argv.index("-of") + 1]
Path(folder, name + ".csv").write_text(Path({csv!r}).read_text())
"""


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "talk.csv"
    path.write_text(csv_text([row(n, smile=smile) for n, smile in enumerate(SMILES)]))
    return path


@pytest.fixture
def read(csv):
    reader = make_frame_reader({"name": "mine", "kind": "csv"}, None, 600)
    return lambda *bounds: reader(None, csv, Segment(*bounds))


def test_the_frames_of_a_csv_are_those_from_start_to_before_end(read, csv):
    times = read_openface_csv(csv)["timestamp"]
    start, end = times[10], times[30]
    cut = read(start, end)
    assert cut["AU12_r"].tolist() == pytest.approx(SMILES[10:30])
    assert cut["frame"].tolist() == [*range(20)]
    assert cut["timestamp"].to_numpy() == pytest.approx(times[10:30] - start)
    assert len(read(start + 0.01, None)) == 39
    assert len(read(0.0, None)) == 50


@pytest.mark.parametrize(
    ("bounds", "found"), [((90, 91), "ends at"), ((0, 90), "ends at"), ((0.41, 0.42), "no frame")]
)
def test_a_segment_that_a_csv_does_not_hold_is_refused(read, bounds, found):
    with pytest.raises(InputError, match=found):
        read(*bounds)


def test_openface_reads_a_recording_once_for_all_of_its_segments(csv, tmp_path):
    utterances = joined_recordings.make_utterances(3)
    video = joined_recordings.write(tmp_path / "talk.mov", utterances, "pcm_s16le")
    log, script, program = (tmp_path / name for name in ("log", "openface.py", "openface"))
    script.write_text(COUNTING.format(log=str(log), csv=str(csv)))
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {script} "$@"\n')
    program.chmod(0o755)
    read = make_frame_reader({"kind": "openface", "binary": str(program)}, None, 600)
    whole = read_openface_csv(csv)["timestamp"]
    cut = [read(video, None, Segment(whole[n], whole[n + 5])) for n in (0, 5, 10)]
    assert [len(frames) for frames in cut] == [5, 5, 5]
    assert cut[2]["AU12_r"].tolist() == pytest.approx(SMILES[10:15])
    assert log.read_text() == "run\n"


@pytest.mark.realdata
def test_mediapipe_sees_a_segment_as_it_sees_a_file_of_its_own(realdata, tmp_path):
    from emofold.media.video import read_frames

    pictures = [picture for _, picture in read_frames(realdata / "faces/single_face.mp4")][:40]
    silence = np.zeros(joined_recordings.RATE, np.int16)
    parts = [(np.array(some), silence) for some in (pictures[:25], pictures[25:])]
    joined = joined_recordings.write(tmp_path / "joined.mov", parts, "pcm_s16le")
    alone = joined_recordings.write(tmp_path / "alone.mov", parts[1:], "pcm_s16le")
    model = realdata / "models/face_landmarker.task"
    read = make_frame_reader({"kind": "mediapipe"}, model, 600)
    of_segment = read(joined, None, Segment(1.0, 1.6))
    assert (of_segment["success"] == 1).all()
    np.testing.assert_array_equal(of_segment, read(alone, None))
