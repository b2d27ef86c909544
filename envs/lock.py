"""Resolve the dependencies of ``pyproject.toml`` into the two forms of the one environment.

Run by ``make lock``. ``requirements.txt`` is what pip installs; ``environment.yaml`` gives conda
the same versions, taken from the same index, so that a rule computes the same numbers in either.
"""

import re
import subprocess
import sys
from pathlib import Path

ENVS = Path(__file__).parent
LOCK = ENVS / "requirements.txt"
CONDA = ENVS / "environment.yaml"
LOCAL_BUILD = r"^(\S+==[^\s+]+)\+\S+"  # as in torch==2.13.0+cpu: each machine has its own
HEADER = "# Written by `make lock` from pyproject.toml: do not edit by hand.\n"


def resolve() -> str:
    """Return pip-compile's pins, each with the packages that ask for it."""
    command = [
        *(sys.executable, "-m", "piptools", "compile", "--quiet", "--extra", "dev"),
        *("--strip-extras", "--no-header", "--no-emit-index-url", "--no-emit-find-links"),
        *("--no-emit-trusted-host", "--output-file", str(LOCK), "pyproject.toml"),
    ]
    subprocess.run(command, check=True, cwd=ENVS.parent)
    return re.sub(LOCAL_BUILD, r"\1", LOCK.read_text(encoding="utf-8"), flags=re.MULTILINE)


def pins(requirements: str) -> list[str]:
    """Return the ``name==version`` lines of a requirements file."""
    return re.findall(r"^[A-Za-z0-9._-]+==\S+", requirements, flags=re.MULTILINE)


def conda_environment(requirements: str) -> str:
    """Return the conda environment file that holds the same versions."""
    lines = "".join(f"      - {pin}\n" for pin in pins(requirements))
    return (
        "name: emofold\nchannels:\n  - conda-forge\n  - nodefaults\n"
        f"dependencies:\n  - python=3.11\n  - pip\n  - pip:\n{lines}"
    )


if __name__ == "__main__":
    requirements = resolve().lstrip()
    LOCK.write_text(HEADER + requirements, encoding="utf-8")
    CONDA.write_text(HEADER + conda_environment(requirements), encoding="utf-8")
