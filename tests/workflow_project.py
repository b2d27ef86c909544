"""A copy of the workflow in a folder of an awkward name, a small corpus, and ways to run it."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import psutil
import yaml

import miniature

T = TypeVar("T")
ROOT = Path(__file__).parents[1]
HERE = ["--cores", "2"]
ON_THE_CLUSTER = ["--profile", "workflow/profiles/slurm"]
ON_THE_CLUSTER += ["--slurm-init-seconds-before-status-checks", "1"]
PARTS = ["Snakefile", "config.yaml", "workflow", "profiles", "scripts", "src", "envs"]


@dataclass
class Project:
    """One copy of the workflow."""

    folder: Path

    @property
    def results(self) -> Path:
        return self.folder / "results" / self.config["name"]

    @property
    def media(self) -> Path:
        """What is made of the media, of the one corpus that there are runs on."""
        (corpus,) = (self.folder / "results" / "media").iterdir()
        return corpus

    @property
    def config(self) -> dict[str, Any]:
        return yaml.safe_load((self.folder / "mini.yaml").read_text(encoding="utf-8"))

    def configure(self, **changes: Any) -> None:
        """Write the config again, with some of its keys changed."""
        text = yaml.safe_dump({**self.config, **changes}, sort_keys=False, allow_unicode=True)
        (self.folder / "mini.yaml").write_text(text, encoding="utf-8")

    def replace(self, file: str, old: str, new: str) -> None:
        """Change the text of a file."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def start(
        self,
        *arguments: str,
        place: Sequence[str] = HERE,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        """Start Snakemake in the folder, as a user would, with some more environment variables."""
        return subprocess.Popen(
            [
                str(self.folder / ".venv" / "bin" / "python"),
                "-m",
                "snakemake",
                *place,
                "--configfile",
                "mini.yaml",
                *arguments,
            ],
            cwd=self.folder,
            env={**os.environ, **(environment or {})},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def run(
        self,
        *arguments: str,
        place: Sequence[str] = HERE,
        environment: Mapping[str, str] | None = None,
    ) -> "Outcome":
        """Run Snakemake to its end."""
        process = self.start(*arguments, place=place, environment=environment)
        output, _ = process.communicate(timeout=600)
        return Outcome(process.returncode, output)

    def planned(self, *arguments: str) -> dict[str, int]:
        """Return how many jobs of each rule the next run would do."""
        outcome = self.run("--dry-run", *arguments)
        assert outcome.code == 0, outcome.output
        return outcome.jobs

    def copy(self, folder: Path) -> "Project":
        """Return a copy of the whole project, results and their history included."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Project(folder)


@dataclass
class Outcome:
    """How a run ended."""

    code: int
    output: str

    @property
    def jobs(self) -> dict[str, int]:
        """How many jobs of each rule were planned: by a dry run, or by the log of a run."""
        log = re.search(r"^Complete log\(s\): (.+)$", self.output, re.MULTILINE)
        said = Path(log[1]).read_text(encoding="utf-8") if log else self.output
        stats = said.partition("Job stats:")[2]
        assert stats or "Nothing to be done" in self.output, self.output
        rows = re.findall(r"^(\w+) +(\d+)$", stats, flags=re.MULTILINE)
        targets = ("all", "fetch", "total")
        return {rule: int(count) for rule, count in rows if rule not in targets}


def new_project(folder: Path) -> Project:
    """Copy the workflow into a folder, with a small corpus and a config for it."""
    folder.mkdir(parents=True)
    for part in PARTS:
        if (ROOT / part).is_dir() and not (ROOT / part).is_symlink():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / part, folder / part, ignore=ignored)
        else:
            shutil.copy2(ROOT / part, folder / part, follow_symlinks=False)
    (folder / ".venv").symlink_to(sys.prefix)
    miniature.make_published(folder / "published")
    (folder / "mini.yaml").write_text(
        yaml.safe_dump(miniature.config_of(Path("published")), sort_keys=False), encoding="utf-8"
    )
    return Project(folder)


def assert_same_tables(one: Path, other: Path) -> None:
    """Require that two folders hold the same tables, to the last bit of each number."""
    tables = sorted(path.relative_to(one) for path in one.rglob("*.parquet"))
    assert tables == sorted(path.relative_to(other) for path in other.rglob("*.parquet"))
    assert len(tables) > 20
    for table in tables:
        left, right = (pd.read_parquet(folder / table) for folder in (one, other))
        pd.testing.assert_frame_equal(left, right, check_exact=True, obj=str(table))


def wait_for(condition: Callable[[], T], seconds: float = 180) -> T:
    """Return what a condition gives, as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found


def jobs_of(process: int, script: str) -> list[psutil.Process]:
    """Return the processes below one that run a script."""
    running = []
    for child in psutil.Process(process).children(recursive=True):
        try:
            if any(part.endswith(f".{script}.py") for part in child.cmdline()):
                running.append(child)
        except psutil.NoSuchProcess:
            continue
    return running
