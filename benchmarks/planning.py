"""Measure how long Snakemake plans a corpus: for the first time, and when nothing is to be done.

``python benchmarks/planning.py 1440 100000`` makes sheets of so many clips, whose files are empty,
and has the media steps planned: sound, embeddings and frames. Empty files and ``--touch`` stand for
what a finished run leaves. Seconds of the processor tell more than those of the clock where other
work goes on.
"""

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from emofold.corpora.packing import shards_of
from emofold.corpora.sample_sheet import read_sample_sheet

ROOT = Path(__file__).parents[1]
EMOTIONS = ("happy", "sad")
CLIPS_PER_SPEAKER = 60
UNTIL = ("--until", "extract_audio", "embed_speech", "extract_action_units")
OUTPUTS = ("speech/audio", "speech/embeddings/acoustic", "face/frames/mediapipe")
LANDMARKER = "resources/face_landmarker/face_landmarker.task"
CONFIG = {
    "name": "planned",
    "corpus": "sheet",
    "sample_sheet": "sheet.csv",
    "emotions": [*EMOTIONS],
    "folds": 5,
    "speech": {"encoders": [{"name": "acoustic", "kind": "acoustic"}]},
    "face": {"extractors": [{"name": "mediapipe", "kind": "mediapipe"}]},
}


def make_corpus(folder: Path, clips: int) -> None:
    """Write a sheet, its files and a config."""
    rows = ["clip,speaker,emotion,media"]
    for number in range(clips):
        speaker = number // CLIPS_PER_SPEAKER
        file = folder / f"videos/{speaker}/{number}.mp4"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        rows.append(f"{number},{speaker},{EMOTIONS[number % 2]},videos/{speaker}/{number}.mp4")
    (folder / "sheet.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "config.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")


def leave_results(folder: Path) -> None:
    """Put an empty file of this moment wherever the media steps would have written one."""
    clips = read_sample_sheet(folder / "sheet.csv", EMOTIONS).clips
    media = folder / "results/media/sheet"
    shards = shards_of(clips, None)
    tables = [media / output / f"{shard}.parquet" for output in OUTPUTS for shard in shards]
    for file in (folder / LANDMARKER, *tables):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


def planned(folder: Path, workflow: Path, *arguments: str) -> str:
    """Return what planning took, in words."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "snakemake", "-s", str(workflow / "Snakefile"), "-c", "1"]
    done = subprocess.run(
        [*command, "--configfile", "config.yaml", *arguments, *UNTIL],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(workflow / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    jobs = re.findall(r"^total +(\d+)$", done.stdout + done.stderr, flags=re.MULTILINE)
    return (
        f"{spent:.1f} s of the processor, {time.monotonic() - start:.1f} s, "
        f"at most {after.ru_maxrss // 1024} MB, {jobs[0] if jobs else 0} jobs"
    )


def main() -> None:
    """Print what it takes to plan corpora of some sizes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", type=int, nargs="+", help="how many clips, for each corpus")
    parser.add_argument("--workflow", type=Path, default=ROOT, help="another copy of the workflow")
    given = parser.parse_args()
    for clips in given.clips:
        folder = Path(tempfile.mkdtemp())
        try:
            make_corpus(folder, clips)
            workflow = given.workflow.resolve()
            print(f"{clips} clips, first plan: {planned(folder, workflow, '--dry-run')}")
            leave_results(folder)
            planned(folder, workflow, "--touch", "--forceall")
            leave_results(folder)
            print(f"{clips} clips, no-op: {planned(folder, workflow, '--dry-run')}")
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
