"""Resolve the dependencies of ``pyproject.toml`` into the forms of the one environment.

Run by ``make lock``. ``requirements.txt`` is what pip installs, ``requirements-cuda.txt`` what the
PyTorch of Linux needs besides, where it is not built for the CPU alone. ``environment.yaml`` gives
conda the same versions, so that a rule computes the same numbers in either. They name the SHA-256
of every file that a package may be installed from: another file is refused.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ENVS = Path(__file__).parent
LOCK = ENVS / "requirements.txt"
CUDA = ENVS / "requirements-cuda.txt"
CONDA = ENVS / "environment.yaml"
HEADER = "# Written by `make lock` from pyproject.toml: do not edit by hand.\n"
PIN = re.compile(
    r"^(?P<pin>[A-Za-z0-9._-]+==[^\s\\]+)(?P<rest>(?:[^\n]*\n[ ]+)*[^\n]*\n)", re.MULTILINE
)
HASH = re.compile(r"sha256:[0-9a-f]{64}")
OF_CUDA = re.compile(r"cuda-|nvidia-|triton==")
ON_LINUX = '; platform_system == "Linux"'
LOCAL_BUILD = "torch"  # each machine may have its own, as torch==2.13.0+cpu

Hashes = dict[str, set[str]]


def resolve(earlier: str) -> str:
    """Return pip-compile's pins with the hashes of all published files, and who asks for each.

    Parameters
    ----------
    earlier
        The pins of before, which stay where they still fit.
    """
    options = ("--extra", "dev", "--strip-extras", "--generate-hashes", "--allow-unsafe")
    silent = ("--quiet", "--no-header", "--no-emit-index-url", "--no-emit-find-links")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "requirements.txt")
        file.write_text(earlier, encoding="utf-8")
        command = [sys.executable, "-m", "piptools", "compile", *options, *silent]
        command += ["--no-emit-trusted-host", "--output-file", str(file), "pyproject.toml"]
        no_local_builds = os.environ | {"PIP_FIND_LINKS": folder}
        subprocess.run(command, check=True, cwd=ENVS.parent, env=no_local_builds)
        return file.read_text(encoding="utf-8")


def read_hashes(requirements: str) -> Hashes:
    """Return the hashes of each ``name==version`` of a requirements file."""
    return {found["pin"]: {*HASH.findall(found["rest"])} for found in PIN.finditer(requirements)}


def find_local_hash(pin: str) -> set[str]:
    """Return the hash of the file that pip would install here."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps"]
    command += ["--ignore-installed", "--report", "-", pin]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (found,) = json.loads(done.stdout)["install"]
    return {f"sha256:{found['download_info']['archive_info']['hashes']['sha256']}"}


def add_hashes(requirements: str, more: Hashes) -> str:
    """Return a requirements file with more hashes of its pins."""

    def rewrite(found: re.Match[str]) -> str:
        pin, rest = found["pin"], found["rest"]
        every = sorted({*HASH.findall(rest)} | more.get(pin, set()))
        reasons = re.sub(r"[^\n]*--hash[^\n]*\n| \\\n", "", rest)
        return " \\\n    --hash=".join([pin, *every]) + "\n" + reasons

    return PIN.sub(rewrite, requirements)


def split(requirements: str) -> tuple[str, str]:
    """Return the pins of every machine, and those of PyTorch with CUDA; none of pip itself."""
    blocks = [found[0] for found in PIN.finditer(requirements) if found["pin"][:5] != "pip=="]
    return (
        "".join(block for block in blocks if not OF_CUDA.match(block)),
        "".join(block for block in blocks if OF_CUDA.match(block)),
    )


def conda_environment(requirements: str, cuda: str) -> str:
    """Return the conda environment file that holds the same versions and hashes.

    Conda's PyTorch is that of the index, which is built for CUDA on Linux.
    """
    lines = [
        "\n        --hash=".join([f"      - {pin}{marker}", *sorted(hashes)])
        for text, marker in ((requirements, ""), (cuda, ON_LINUX))
        for pin, hashes in read_hashes(text).items()
    ]
    return (
        "name: emofold\nchannels:\n  - conda-forge\n  - nodefaults\n"
        "dependencies:\n  - python=3.11\n  - pip\n  - pip:\n" + "\n".join(lines) + "\n"
    )


def write_lock() -> None:
    """Write the files anew."""
    earlier = "".join(file.read_text(encoding="utf-8") for file in (LOCK, CUDA) if file.exists())
    resolved = resolve(earlier)
    known = read_hashes(earlier)  # among them local builds of other machines
    for pin in read_hashes(resolved):
        if pin.startswith(f"{LOCAL_BUILD}=="):
            known[pin] = known.get(pin, set()) | find_local_hash(pin)
    common, cuda = split(add_hashes(resolved, known))
    LOCK.write_text(HEADER + common, encoding="utf-8")
    CUDA.write_text(HEADER + cuda, encoding="utf-8")
    CONDA.write_text(HEADER + conda_environment(common, cuda), encoding="utf-8")


if __name__ == "__main__":
    write_lock()
