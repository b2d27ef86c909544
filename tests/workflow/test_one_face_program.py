"""The user's program that finds one face: when it is run, and by which rules."""

import shlex
import sys

import pytest

import recordings
from emofold.face.schemas import AU_INTENSITIES, FRAMES
from emofold.tables import read_table
from openface_files import csv_text, row

pytestmark = pytest.mark.workflow

CONFIG = {
    **{"name": "mini", "corpus": "sheet", "sample_sheet": "sheet.csv"},
    **{"emotions": ["happy", "sad"], "folds": 2, "speech": {"encoders": []}},
    **{"sequence_models": [], "finetuned_models": [], "fusions": []},
}
PYFACEAU = "import sys; open(sys.argv[3], 'w').write(open(sys.argv[0] + '.csv').read())"


CLASSIFIER = "logistic_regression"


@pytest.fixture
def configure(project):
    """Return what configures a run with a stand-in for pyfaceau, and with csv files."""
    folder = project.folder
    (folder / "pyfaceau.py").write_text(PYFACEAU)
    header = ",".join(["frame", "timestamp", "success", *AU_INTENSITIES])
    (folder / "pyfaceau.py.csv").write_text(f"{header}\n0,0.0,True{',0.5' * len(AU_INTENSITIES)}\n")
    program = folder / "pyfaceau"
    command = shlex.join([sys.executable, str(folder / "pyfaceau.py")])
    program.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    program.chmod(0o755)
    recordings.good(folder / "a.mp4", "01-01-01-01-01-01-01")
    (folder / "a.csv").write_text(csv_text([row(0)]))
    (folder / "sheet.csv").write_text(
        "clip,speaker,emotion,media,action_units\na,1,happy,a.mp4,a.csv\nb,2,sad,a.mp4,a.csv\n"
    )
    (folder / "others.csv").write_text("clip,media\nc,a.mp4\n")
    (folder / "mini.yaml").write_text("{}")
    extractors = [
        {"name": "one", "kind": "pyfaceau", "binary": str(program)},
        {"name": "several", "kind": "csv"},
    ]

    def configure(which="largest", models=(), **more):
        face = {"extractors": extractors, "which": which}
        project.configure(**CONFIG, face=face, models=[*models], **more)

    return configure


def test_a_program_that_finds_one_face_is_not_run_again_for_another_choice(project, configure):
    configure("largest", bundle={"system": None})
    outcome = project.run("--until", "extract_action_units")
    assert outcome.code == 0, outcome.output
    assert outcome.jobs["extract_action_units"] == 2
    (table,) = project.media.glob("face/frames/one/*.parquet")
    assert read_table(table, FRAMES)["clip"].tolist() == ["a", "b"]
    configure("central", bundle={"system": None})
    assert project.planned("--until", "extract_action_units") == {"extract_action_units": 1}


def test_what_predicts_takes_the_program_by_its_path(project, configure):
    program = str(project.folder / "pyfaceau")
    configure(
        models=[{"name": "smile", "features": "face/means/one", "classifier": CLASSIFIER}],
        bundle={"system": "smile"},
        predict={"clips": "others.csv", "pyfaceau": program},
        test_corpora=[{"name": "elsewhere", "sheet": "sheet.csv"}],
    )
    outcome = project.run("--dry-run", "--until", "predict", "evaluate_bundle")
    assert outcome.code == 0, outcome.output
    assert outcome.jobs["predict"] == outcome.jobs["evaluate_bundle"] == 1
