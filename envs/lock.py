"""Resolve the dependencies of ``pyproject.toml`` into the forms of the one environment.

Run by ``make lock``. They name the SHA-256 of every file that a package may be installed from:
another file is refused. ``requirements.txt`` holds what every machine needs. Where PyTorch is built
for CUDA, as the index has it for Linux, it asks for ``requirements-cuda.txt`` besides; where a
machine has its own, built for the CPU alone, that is known by ``requirements-cpu.txt``.
``environment.yaml`` gives conda the same versions, so that a rule computes the same numbers.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ENVS = Path(__file__).parent
LOCK, CUDA, CPU = (ENVS / f"requirements{kind}.txt" for kind in ("", "-cuda", "-cpu"))
CONDA = ENVS / "environment.yaml"
HEADER = "# Written by `make lock` from pyproject.toml: do not edit by hand.\n"
BLOCK = re.compile(r"^([A-Za-z0-9._-]+==[^\s\\]+)[^\n]*\n(?: +[^\n]*\n)*", re.MULTILINE)
HASH = re.compile(r"sha256:[0-9a-f]{64}")
OF_CUDA = re.compile(r"cuda-|nvidia-|triton==")
ON_LINUX = '; platform_system == "Linux"'


def resolve(earlier: str) -> str:
    """Return pip-compile's pins with the hashes of all published files, and who asks for each.

    Parameters
    ----------
    earlier
        The pins of before, which stay where they still fit.
    """
    options = (
        "--extra",
        "dev",
        "--extra",
        "serve",
        "--strip-extras",
        "--generate-hashes",
        "--allow-unsafe",
    )
    silent = ("--quiet", "--no-header", "--no-emit-index-url", "--no-emit-find-links")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "requirements.txt")
        file.write_text(earlier, encoding="utf-8")
        command = [sys.executable, "-m", "piptools", "compile", *options, *silent]
        command += ["--no-emit-trusted-host", "--output-file", str(file), "pyproject.toml"]
        no_local_builds = os.environ | {"PIP_FIND_LINKS": folder}
        subprocess.run(command, check=True, cwd=ENVS.parent, env=no_local_builds)
        return file.read_text(encoding="utf-8")


def split(requirements: str) -> tuple[str, str]:
    """Return the pins of every machine, and those of PyTorch with CUDA; none of pip itself."""
    blocks = [found[0] for found in BLOCK.finditer(requirements) if found[1][:5] != "pip=="]
    return (
        "".join(block for block in blocks if not OF_CUDA.match(block)),
        "".join(block for block in blocks if OF_CUDA.match(block)),
    )


def find_local_build(pin: str) -> str:
    """Return what pip would install here for a pin, with its hash; nothing if it is the index's."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps"]
    command += ["--ignore-installed", "--report", "-", pin]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (found,) = json.loads(done.stdout)["install"]
    _, _, build = found["metadata"]["version"].partition("+")
    digest = found["download_info"]["archive_info"]["hashes"]["sha256"]
    return f"{pin}+{build} \\\n    --hash=sha256:{digest}\n" if build else ""


def conda_environment(requirements: str, cuda: str) -> str:
    """Return the conda environment file that holds the same versions and hashes."""
    lines = [
        "\n        --hash=".join([f"      - {found[1]}{marker}", *HASH.findall(found[0])])
        for text, marker in ((requirements, ""), (cuda, ON_LINUX))
        for found in BLOCK.finditer(text)
    ]
    return (
        "name: emofold\nchannels:\n  - conda-forge\n  - nodefaults\n"
        "dependencies:\n  - python=3.11\n  - pip\n  - pip:\n" + "\n".join(lines) + "\n"
    )


def write_lock() -> None:
    """Write the files anew."""
    known = "".join(file.read_text(encoding="utf-8") for file in (LOCK, CUDA) if file.exists())
    common, cuda = split(resolve(known))
    (torch,) = re.findall(r"^torch==\S+", common, flags=re.MULTILINE)
    if local := find_local_build(torch):
        CPU.write_text(HEADER + local, encoding="utf-8")
    elif CPU.exists() and f"{torch}+" not in CPU.read_text(encoding="utf-8"):
        CPU.unlink()  # of another version
    LOCK.write_text(HEADER + common, encoding="utf-8")
    CUDA.write_text(HEADER + cuda, encoding="utf-8")
    CONDA.write_text(HEADER + conda_environment(common, cuda), encoding="utf-8")


if __name__ == "__main__":
    write_lock()
