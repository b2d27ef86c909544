"""librosa's compiled functions survive first jobs that start together."""

import os
import subprocess
import sys
from pathlib import Path

WITHOUT_A_HOME = """
import sys, types
librosa = types.ModuleType("librosa")
sys.modules.update({name: librosa for name in (
    "librosa", "librosa.core", "librosa.core.pitch", "librosa.feature", "librosa.feature.spectral"
)})
from importlib.machinery import ModuleSpec
librosa.__spec__ = ModuleSpec("librosa", None, origin=sys.argv[1])
import emofold.speech.compiled_librosa
from numba import config
print(config.CACHE_DIR)
"""
FIRST_JOB = """
import numpy as np
from emofold.speech.acoustic import compute_acoustic_features
print(compute_acoustic_features(np.sin(np.arange(16000, dtype="float32") / 20)).sum())
"""


def test_of_jobs_that_start_together_one_compiles_and_all_measure_the_same(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "NUMBA_DEBUG_CACHE": "1"}
    jobs = [
        subprocess.Popen(
            [sys.executable, "-c", FIRST_JOB], env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]

    outputs = [job.communicate()[0] for job in jobs]

    assert [job.returncode for job in jobs] == [0, 0]
    assert sorted("data saved" in output for output in outputs) == [False, True]
    assert outputs[0].splitlines()[-1] == outputs[1].splitlines()[-1]


def test_where_no_usual_folder_can_be_written_to_a_process_has_its_own(tmp_path: Path) -> None:
    librosa, temporary = tmp_path / "librosa", tmp_path / "temporary"
    librosa.mkdir()
    temporary.mkdir()
    for name in ("__init__.py", "__pycache__"):  # a folder that cannot be made
        (librosa / name).touch()
    environment = {name: text for name, text in os.environ.items() if "CACHE" not in name}
    environment |= {"HOME": "/dev/null", "TMPDIR": str(temporary)}
    job = [sys.executable, "-c", WITHOUT_A_HOME, str(librosa / "__init__.py")]
    folder = subprocess.check_output(job, env=environment, text=True).strip()
    assert Path(folder).parent == temporary
    assert list(temporary.iterdir()) == []
