"""The sheets of frames and of faces look into the middle of a segment, not of its recording."""

import logging
import runpy
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import joined_recordings
from emofold.face import crops, landmarker
from emofold.report.figures import contact_sheet

SCRIPTS = Path(__file__).parents[2] / "scripts"
COLOURS = {"sad": (200, 20, 20), "happy": (20, 20, 200)}


@pytest.fixture(autouse=True)
def logging_as_it_was():
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("rule", ["draw_contact_sheet", "draw_face_crops"])
def test_a_sheet_shows_the_middle_of_each_segment(rule, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    silence = np.zeros(joined_recordings.RATE, np.int16)
    talk = joined_recordings.write(
        tmp_path / "talk.mov",
        [(np.full((25, 48, 64, 3), colour, np.uint8), silence) for colour in COLOURS.values()],
        "pcm_s16le",
    )
    shown, draw = {}, contact_sheet.draw_contact_sheet

    def drawing(pictures, emotions, note):
        shown.update(pictures)
        return draw(pictures, emotions, note)

    monkeypatch.setattr(contact_sheet, "draw_contact_sheet", drawing)
    monkeypatch.setattr(landmarker, "open_landmarker", lambda model, **_: nullcontext())
    monkeypatch.setattr(crops, "find_crop", lambda landmarker, picture, size, which: picture)
    snakemake = SimpleNamespace(
        rule=rule,
        log=[str(tmp_path / "log.txt")],
        input=SimpleNamespace(landmarker=str(talk)),
        output=[str(tmp_path / "sheet.svg")],
        params=SimpleNamespace(
            clips=[["ada", "sad", str(talk), 0.0, 1.0], ["ada", "happy", str(talk), 1.0, None]],
            emotions=[*COLOURS],
            which="largest",
            note="",
        ),
    )
    monkeypatch.setattr("emofold.runtime.job.check_places", lambda inputs: None)
    runpy.run_path(str(SCRIPTS / f"{rule}.py"), {"snakemake": snakemake})
    assert shown.keys() == {("ada", emotion) for emotion in COLOURS}
    for emotion, colour in COLOURS.items():
        assert np.abs(shown["ada", emotion].mean(axis=(0, 1)) - colour).max() < 10
