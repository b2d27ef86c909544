"""Measure how long Snakemake plans a corpus: for the first time, and when nothing is to be done.

``python benchmarks/planning.py 1440 100000`` makes a sheet of so many clips for each number, of empty
files, and asks for the sound and the frames of its first shard to be planned, or of all. What a
finished run leaves is put there by ``--touch``. Seconds of the processor tell more than those of the
clock where other work goes on.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
EMOTIONS = ("happy", "sad")
CLIPS_PER_SPEAKER = 60
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


def planned(folder: Path, workflow: Path, *arguments: str) -> str:
    """Return what planning took, in words."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    command = [sys.executable, "-m", "snakemake", "-s", str(workflow / "Snakefile"), "-c", "1"]
    done = subprocess.run(
        [*command, "--configfile", "config.yaml", *arguments],
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
    nothing = ", nothing to be done" * ("Nothing to be done" in done.stdout + done.stderr)
    return (
        f"{spent:.1f} s of the processor, {time.monotonic() - start:.1f} s, "
        f"at most {after.ru_maxrss // 1024} MB{nothing}"
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
            print(f"{clips} clips, first plan: {planned(folder, workflow, '--dry-run', '-q')}")
            leave_results(folder, workflow)
            print(f"{clips} clips, no-op: {planned(folder, workflow, '--dry-run')}")
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
