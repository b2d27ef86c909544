"""The cells of docs/python.md run, one after the other, beside a finished demo."""

import re
import subprocess

import pytest

from documented_project import place_own_videos
from workflow_project import ROOT

pytestmark = pytest.mark.workflow

CHECKS = """
assert answers.index.tolist() == ["one", "two"]
assert answers["error"].isna().all()
assert len(vectors) == 1
assert frames["clip"].eq("one").all()
assert metrics.attrs["note"]
print(emofold.evaluate(posteriors).to_csv())
"""


def test_the_cells_of_the_page_run(finished_demo):
    text = (ROOT / "docs/python.md").read_text(encoding="utf-8")
    cells = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(cells) >= 5
    place_own_videos(finished_demo)
    python = finished_demo.folder / ".venv/bin/python"
    done = subprocess.run(
        [python, "-c", "\n".join([*cells, CHECKS])],
        cwd=finished_demo.folder,
        env={"PYTHONPATH": str(finished_demo.folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "speaker_bootstrap" in done.stdout
