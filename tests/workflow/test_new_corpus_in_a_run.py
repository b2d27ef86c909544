"""The command that ``emofold init`` prints for a folder of recordings plans a run of them."""

import os
import shlex
import subprocess

import pytest

import recordings
from emofold.media.audio import decode_audio, write_wav
from workflow_project import Outcome

pytestmark = pytest.mark.workflow

EMOTIONS = {"Freude": "03", "traurig": "04"}
SPEAKERS = {"Zoë": "01", "Ben B.": "02", "3": "03"}


def test_the_printed_step_plans_what_leads_from_a_folder_to_numbers_and_a_model(project, tmp_path):
    folder = project.folder.with_name("Aufnahmen & mehr")
    for speaker, number in SPEAKERS.items():
        for emotion, code in EMOTIONS.items():
            clip = recordings.good(tmp_path / "clip.mp4", f"01-01-{code}-01-01-01-{number}")
            (folder / speaker).mkdir(parents=True, exist_ok=True)
            write_wav(decode_audio(clip), folder / speaker / f"{emotion} 1.wav")

    def run(*command):
        library = {"PYTHONPATH": str(project.folder / "src")}
        return subprocess.run(
            command,
            cwd=project.folder,
            env={**os.environ, **library},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    python = str(project.folder / ".venv/bin/python")
    new = ["-m", "emofold", "init", "mine", "--videos", str(folder)]
    made = run(python, *new, "--pattern", "{speaker}/{emotion} *")
    (first_step,) = made.splitlines()[-1:]
    planned = Outcome(0, run(*shlex.split(first_step), "--dry-run")).jobs
    assert planned["embed_speech"] == 1  # the clips of three speakers fit into one shard
    assert planned["train_static"] == planned["evaluate"] == planned["train_bundle"] == 1
    assert not {"extract_action_units", "fuse"} & planned.keys()
