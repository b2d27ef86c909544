"""The report is one page that needs nothing else, and a browser shows it."""

import os
import re
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.workflow

QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-quic"]
QUIET += ["--enable-logging=stderr", "--virtual-time-budget=10000"]


@pytest.fixture(scope="module")
def report(finished_once):
    outcome = finished_once.run("--report", "report.html")
    assert outcome.code == 0, outcome.output
    return finished_once.folder / "report.html"


def test_the_report_loads_nothing_from_elsewhere(report):
    page = report.read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=.?https?:", page)


def test_the_report_has_every_figure_and_table_with_its_caption(report):
    page = report.read_text(encoding="utf-8")
    for name in ["accuracies.svg", "recall.svg", "speakers.svg", "both.svg", "comparison.html"]:
        assert name in page
    for category in ["Results", "Error analysis", "Confusion matrices"]:
        assert category in page
    assert "Thick lines are Wald intervals" in page


def test_a_browser_shows_the_front_page(report, tmp_path):
    chromium = shutil.which("chromium")
    if chromium is None and "CI" not in os.environ:
        pytest.skip("no chromium to open the report with")
    assert chromium, "continuous integration installs chromium"
    browser = subprocess.run(
        [chromium, *QUIET, f"--user-data-dir={tmp_path}", "--dump-dom", report.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    shown = re.sub(r"<script.*?</script>", "", browser.stdout, flags=re.DOTALL)
    assert "emofold: mini" in shown
    assert "96 clips of 6 speakers, 8 emotions, 3 folds by speaker" in shown
    assert "CONSOLE" not in browser.stderr or "Error" not in browser.stderr
