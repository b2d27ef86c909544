"""Files that are broken in any way end with a result or a reason, soon and in little memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import mutations

NUMBER, SEED = 460, 15
SECONDS_A_FILE = 10
MEMORY = 2**30


def test_broken_files_are_decoded_or_refused_soon_and_in_little_memory(tmp_path):
    """A crash, or a hang, of a decoder would end only the process that tries them."""
    done = subprocess.run(
        [sys.executable, mutations.__file__, str(tmp_path), str(NUMBER), str(SEED)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, (said[-1], done.stderr[-2000:])
    outcomes = [one for one in said if "outcomes" in one]
    assert len(outcomes) == NUMBER
    raised = {
        f"{one['file']}: {tried}": what
        for one in outcomes
        for tried, what in one["outcomes"].items()
        if what not in ("done", "refused")
    }
    assert not raised
    assert max(one["seconds"] for one in outcomes) < SECONDS_A_FILE
    assert max(one["memory"] for one in outcomes) < MEMORY
    tried = [what for one in outcomes for what in one["outcomes"].values()]
    assert tried.count("done") > NUMBER < tried.count("refused")  # broken, but not all to pieces
    assert {Path(one["file"]).suffix for one in outcomes} == {
        Path(name).suffix for name in mutations.KINDS
    }
