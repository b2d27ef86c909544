"""A copy of the workflow in which the commands of the documents run as they are written."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import yaml

import known_copies
import recordings
from emofold.corpora.ravdess_files import SOUND, VIDEOS
from emofold.media.audio import SAMPLE_RATE, decode_audio
from workflow_project import ROOT, Outcome, Project, new_project

PROGRAMS = ["emofold", "snakemake"]
OF_MAKE = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"}
SPEAKERS = ["anna", "ben", "chiara"]
EMOTIONS = ["angry", "happy", "neutral", "sad"]
FRAMES = 15
SAMPLES = SAMPLE_RATE // 25
PLACES = Path("path/to")
BEFORE_IMPORTS = re.compile(r"\A.*?^(?=import )", re.MULTILINE | re.DOTALL)
# Much as pip writes it: a path after `#!` may hold no space, and copies of the project must work.
BY_SHELL = """#!/bin/sh\n'''exec' "$(dirname "$0")/python" "$0" "$@"\n' '''\n"""


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said on both of its channels."""

    code: int
    printed: str
    complaints: str

    @property
    def output(self) -> str:
        return self.printed + self.complaints

    @property
    def planned(self) -> dict[str, int]:
        """How many jobs of each rule a dry run of Snakemake names."""
        return Outcome(self.code, self.output).jobs


def documented_project(folder: Path) -> Project:
    """Copy the workflow with its Makefile, and give it an environment that is up to date."""
    project = new_project(folder)
    for file in ("Makefile", "pyproject.toml"):
        shutil.copy2(ROOT / file, folder / file)
    place_environment(folder / ".venv")
    return project


def place_environment(place: Path) -> None:
    """Put the running environment there, with programs that say that they are of this place."""
    place.unlink()
    (place / "bin").mkdir(parents=True)
    for part in Path(sys.prefix).iterdir():
        if part.name not in ("bin", ".ready"):
            (place / part.name).symlink_to(part)
    for program in (Path(sys.prefix) / "bin").iterdir():
        moved = place / "bin" / program.name
        if program.name in PROGRAMS:
            text = BEFORE_IMPORTS.sub("", program.read_text(encoding="utf-8"))
            moved.write_text(BY_SHELL + text, encoding="utf-8")
            moved.chmod(0o755)
        else:
            moved.symlink_to(program)
    (place / ".ready").touch()


def run(command: str, project: Project, environment: Mapping[str, str] | None = None) -> Done:
    """Run a command word for word, as typed into a shell in the folder of the workflow."""
    process = started(command, project, environment)
    printed, complaints = process.communicate(timeout=600)
    return Done(process.returncode, printed, complaints)


def first_line(command: str, project: Project) -> str:
    """Return the first line that a command prints which does not end by itself."""
    with started(command, project) as process:
        line = process.stdout.readline()
        process.kill()
    return line


def started(
    command: str, project: Project, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start a command in the environment of a project, and outside of any make at work."""
    outside = {name: value for name, value in os.environ.items() if name not in OF_MAKE}
    more = dict(environment or {})
    found = [str(project.folder / "src"), *filter(None, [more.get("PYTHONPATH")])]
    return subprocess.Popen(
        ["/bin/bash", "-c", command],
        cwd=project.folder,
        env=outside | more | {"PYTHONPATH": os.pathsep.join(found)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def place_own_videos(project: Project) -> None:
    """Put two videos into ``videos``, and pieces of one into ``mine``, as clips of three people."""
    whole = recordings.good(project.folder / "videos/one.mp4")
    recordings.good(project.folder / "videos/two.mp4", "01-01-04-01-02-01-02")
    pictures, sound = recordings.pictures_of(whole), decode_audio(whole)
    for number, (speaker, emotion) in enumerate(product(SPEAKERS, EMOTIONS)):
        samples = number * SAMPLES
        recordings.write(
            project.folder / f"mine/{speaker}_{emotion}_1.mp4",
            pictures[number : number + FRAMES],
            recordings.steady(FRAMES),
            sound[samples : samples + FRAMES * SAMPLES, None],
        )


def place_known_corpus(project: Project) -> None:
    """Put recordings into ``emodb`` that are called like those of EMO-DB."""
    for number, (speaker, emotion) in enumerate(product(["03", "08", "16"], "FT")):
        file = known_copies.add(project.folder, f"emodb/{speaker}a01{emotion}a.wav")
        known_copies.write_noise(file, seed=number)


def place_material(project: Project) -> None:
    """Put empty files where the commands have a user's local copies: enough to plan with."""
    manifest = project.folder / "workflow/resources/published.yaml"
    published = yaml.safe_load(manifest.read_text(encoding="utf-8"))["sha256"]
    places = [PLACES / "data" / file for file in published]
    places += map(Path, SOUND.unpacked_paths(str(PLACES / "recordings")).values())
    places += map(Path, VIDEOS.unpacked_paths(str(PLACES / "videos")).values())
    places += [PLACES / "whisper-base" / "config.json"]
    for place in places:
        (project.folder / place).parent.mkdir(parents=True, exist_ok=True)
        (project.folder / place).touch()
