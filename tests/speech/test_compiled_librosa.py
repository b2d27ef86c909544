"""librosa's compiled functions survive first jobs that start together."""

import os
import subprocess
import sys
from pathlib import Path

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
